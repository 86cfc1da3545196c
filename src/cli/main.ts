#!/usr/bin/env node
/** The command line: the command that was named in front, one exit code behind. */
import type { Command } from "./command.ts";
import { contextOf } from "./context.ts";
import { reasonOf, report } from "./errors.ts";
import { plainArguments } from "./plain-arguments.ts";
import { settle } from "./settle.ts";

/** Loaded by name, because one command needs little of what the others do and a CI job starts many. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import("./commands/check.ts")).checkCommand,
  observe: async () => (await import("./commands/observe.ts")).observeCommand,
  explain: async () => (await import("./commands/explain.ts")).explainCommand,
  merge: async () => (await import("./commands/merge.ts")).mergeCommand,
  propose: async () => (await import("./commands/propose.ts")).proposeCommand,
  convert: async () => (await import("./commands/convert.ts")).convertCommand,
  coverage: async () => (await import("./commands/coverage.ts")).coverageCommand,
  diff: async () => (await import("./commands/diff.ts")).diffCommand,
  decide: async () => (await import("./commands/decide.ts")).decideCommand,
  lint: async () => (await import("./commands/lint.ts")).lintCommand,
  audit: async () => (await import("./commands/audit.ts")).auditCommand,
  review: async () => (await import("./commands/review.ts")).reviewCommand,
  prefixes: async () => (await import("./commands/prefixes.ts")).prefixesCommand,
};

/** Commands whose exit code is a verdict. */
const GATES: ReadonlySet<string> = new Set(["check", "diff", "lint", "audit"]);

async function main(argv: readonly string[]): Promise<void> {
  const name = argv.find((word) => !word.startsWith("-")) ?? "";
  const named = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined;
  const args = named && argv[0] === name ? plainArguments(argv.slice(1), named) : null;
  if (named && args) {
    process.exitCode = await named.run(args, contextOf(args));
    return;
  }
  // All commands where help or a suggestion is needed.
  const commands = named ? [named] : await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const { runWithYargs } = await import("./yargs.ts");
  await runWithYargs(argv, commands);
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  const isUnread = error.code === "EPIPE";
  // A verdict counts however little of the report was read: `check | head` must not pass what check alone refuses.
  if (isUnread && process.argv.some((word) => GATES.has(word))) return;
  if (!isUnread) process.stderr.write(`sallyport: standard output: ${reasonOf(error)}\n`);
  settle();
  // A reader that has seen enough is no error of ours.
  process.exit(isUnread ? 0 : 2);
});

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = report(error, (text) => process.stderr.write(`${text}\n`));
}
settle();
