import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { checkCommand } from "../../src/cli/commands/check.ts";
import { convertCommand } from "../../src/cli/commands/convert.ts";
import { decideCommand } from "../../src/cli/commands/decide.ts";
import { explainCommand } from "../../src/cli/commands/explain.ts";
import { mergeCommand } from "../../src/cli/commands/merge.ts";
import { observeCommand } from "../../src/cli/commands/observe.ts";
import { reviewCommand } from "../../src/cli/commands/review.ts";
import { type Arguments, flag, GLOBAL_OPTIONS, list } from "../../src/cli/options.ts";
import { plainArguments } from "../../src/cli/plain-arguments.ts";
import { runWithYargs } from "../../src/cli/yargs.ts";

/** As commands see them: each option and positional as its values, or as a flag. */
function seen(args: Arguments, command: Command): Record<string, unknown> {
  const options = { ...GLOBAL_OPTIONS, ...command.options };
  const places = [...command.usage.matchAll(/[<[]([a-z]+)/g)].map(([, name = ""]) => name);
  const named = [...Object.keys(options), ...places].map((name) => {
    const isFlag = options[name]?.type === "boolean";
    if (isFlag) return [name, flag(args, name)] as const;
    const values = list(args, name);
    // A list and a single value are not the same to a command; an empty list and none are.
    return [name, values.length > 0 && [Array.isArray(args[name]), values]] as const;
  });
  return Object.fromEntries(named);
}

async function asYargs(words: readonly string[], command: Command): Promise<Record<string, unknown> | null> {
  let args: Arguments = {};
  const run: Command["run"] = (given) => {
    args = given;
    return 0;
  };
  const name = command.usage.split(" ")[0] ?? "";
  await runWithYargs([name, ...words], [{ ...command, run }]);
  return seen(args, command);
}

describe("what is read here is read by yargs as the same", () => {
  const table: readonly (readonly [Command, readonly string[]])[] = [
    [observeCommand, ["a.pcap"]],
    [observeCommand, ["a.pcap", "b.pcap", "--quiet"]],
    [observeCommand, ["-", "--run-id", "7", "--output", "-"]],
    [observeCommand, ["a.pcap", "-o", "b.jsonl"]],
    [observeCommand, ["--explain", "192.0.2.1", "a.pcap", "--explain", "b=c", "--digest"]],
    [mergeCommand, ["1e3", "007", "a b", "--json"]],
    [convertCommand, ["1e3", "--json"]],
    [explainCommand, ["a"]],
    [explainCommand, ["a", "b.pcap"]],
    [checkCommand, ["--production", "a.nft"]],
    [checkCommand, ["a.pcap", "b.pcap", "--production", "a.nft", "--production", "b.fpl"]],
    [decideCommand, ["a.nft"]],
    [decideCommand, ["a.nft", "tcp", "192.0.2.1", "443", "--json"]],
    [decideCommand, ["a.nft", "tcp", "192.0.2.1", "007"]],
  ];
  test.each(table.map(([command, words]) => [command.usage, words, command] as const))(
    "%s: %j",
    async (_, words, command) => {
      const args = plainArguments(words, command);
      expect(args && seen(args, command)).toEqual(await asYargs(words, command));
    },
  );

  test("whatever the words and their order", async () => {
    const word = fc.constantFrom("a.pcap", "-", "7", "0x10", "true", "truer", "a=b", ".5", "é", "null", "\\", "a,b");
    const option = fc.oneof(
      fc.constantFrom(["--quiet"], ["--digest"], ["--json"]),
      fc.tuple(fc.constantFrom("--run-id", "--explain", "--output", "-o", "--format", "--threads"), word),
      fc.tuple(word),
    );
    const given = fc.array(option, { maxLength: 6 }).map((options) => options.flat());
    await fc.assert(
      fc.asyncProperty(given, async (words) => {
        const args = plainArguments(words, observeCommand);
        if (args) expect(seen(args, observeCommand)).toEqual(await asYargs(words, observeCommand));
      }),
      { numRuns: 100 },
    );
  });
});

describe("left to yargs", () => {
  const table: readonly (readonly [string, Command, readonly string[]])[] = [
    ["a missing positional", observeCommand, []],
    ["an option that is needed and missing", reviewCommand, ["candidate.json", "--list"]],
    ["one too many", convertCommand, ["a", "b"]],
    ["an unknown option", observeCommand, ["a.pcap", "--nope"]],
    ["an option of every object", observeCommand, ["a.pcap", "--constructor"]],
    ["an unknown short option", observeCommand, ["a.pcap", "-x", "b"]],
    ["a short option and its value in one word", observeCommand, ["a.pcap", "-ob"]],
    ["a long option with one dash", observeCommand, ["a.pcap", "-output", "b"]],
    ["one option long and short", observeCommand, ["a.pcap", "-o", "b", "--output", "c"]],
    ["a quote for a dash", observeCommand, ["a.pcap", '"o', "b"]],
    ["an option and its value in one word", observeCommand, ["a.pcap", "--run-id=x"]],
    ["an option without its value", observeCommand, ["a.pcap", "--run-id"]],
    ["an option for a value", observeCommand, ["a.pcap", "--run-id", "--quiet"]],
    ["an option twice that takes one value", observeCommand, ["a.pcap", "--run-id", "a", "--run-id", "b"]],
    ["a negated option", observeCommand, ["a.pcap", "--no-quiet"]],
    ["quotes, which yargs takes off", observeCommand, ['"a.pcap"']],
    ["an empty word", observeCommand, ["a.pcap", "--run-id", ""]],
    ["the end of options", observeCommand, ["--", "a.pcap"]],
    ["a flag with a value", observeCommand, ["--quiet", "true", "a.pcap"]],
    ["help", observeCommand, ["--help"]],
  ];
  test.each(table)("%s", (_, command, words) => expect(plainArguments(words, command)).toBeNull());
});
