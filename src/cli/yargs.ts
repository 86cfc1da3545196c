/** The command line as yargs reads it: every spelling of options, help, and what is wrong with the rest. */
import yargs from "yargs";
import type { Command } from "./command.ts";
import { contextOf } from "./context.ts";
import { GLOBAL_OPTIONS, protect } from "./options.ts";
import { usageError } from "./usage.ts";
import { VERSION } from "./version.ts";

export async function runWithYargs(argv: readonly string[], commands: readonly Command[]): Promise<void> {
  const parser = yargs(protect(argv))
    .scriptName("sallyport")
    .usage("$0 <command>\n\nWhich doors does an agent workload need, and does production policy agree?")
    .parserConfiguration({
      "greedy-arrays": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
    })
    .options(GLOBAL_OPTIONS)
    .strict()
    .demandCommand(1, 1, "a command is needed", "one command at a time")
    .wrap(null)
    .version(VERSION)
    .help()
    .alias("help", "h")
    .epilogue("Exit codes: 0 within policy, 1 findings that need review, 2 unusable input or option, 3 a bug.")
    .fail((message, error) => {
      // A value that is missing yargs throws itself, as it does what is wrong with the commands' own definitions.
      throw error && error.name !== "YError" ? error : usageError(message, argv, commands);
    });
  for (const command of commands) {
    parser.command(
      command.usage,
      command.describe,
      (sub) => sub.options(command.options),
      async (args) => {
        process.exitCode = await command.run(args, contextOf(args));
      },
    );
  }
  await parser.parseAsync();
}
