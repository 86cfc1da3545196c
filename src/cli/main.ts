#!/usr/bin/env node
/** The command line: yargs in front, one exit code behind. */
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { checkCommand } from "./commands/check.ts";
import { decideCommand } from "./commands/decide.ts";
import { diffCommand } from "./commands/diff.ts";
import { mergeCommand } from "./commands/merge.ts";
import { observeCommand } from "./commands/observe.ts";
import { prefixesCommand } from "./commands/prefixes.ts";
import { proposeCommand } from "./commands/propose.ts";
import type { Command } from "./command.ts";
import { contextOf } from "./context.ts";
import { report } from "./errors.ts";
import { GLOBAL_OPTIONS, protect } from "./options.ts";
import { usageError } from "./usage.ts";
import { VERSION } from "./version.ts";

const COMMANDS: readonly Command[] = [
  checkCommand,
  observeCommand,
  mergeCommand,
  proposeCommand,
  diffCommand,
  decideCommand,
  prefixesCommand,
];

async function main(argv: readonly string[]): Promise<void> {
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
      throw error ?? usageError(message, argv, COMMANDS);
    });
  for (const command of COMMANDS) {
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

// A reader that has seen enough (`| head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 3);
});

try {
  await main(hideBin(process.argv));
} catch (error) {
  process.exitCode = report(error, (text) => process.stderr.write(`${text}\n`));
}
