/** Parses what `ipset save` prints and `ipset restore` takes, a command a line. */
import { PolicySyntaxError } from "../../contract.ts";
import { splitWords } from "../words.ts";
import type { Command } from "./tree.ts";

const VERBS: ReadonlyMap<string, Command["verb"]> = new Map<string, Command["verb"]>([
  ["create", "create"],
  ["new", "create"],
  ["-N", "create"],
  ["add", "add"],
  ["-A", "add"],
  ["del", "del"],
  ["-D", "del"],
  ["flush", "flush"],
  ["-F", "flush"],
  ["destroy", "destroy"],
  ["-X", "destroy"],
  ["swap", "swap"],
  ["-W", "swap"],
  ["rename", "rename"],
  ["-E", "rename"],
]);

/** Asked of the tool, not of the set. */
const MANNER: ReadonlySet<string> = new Set(["-exist", "--exist", "-!", "-quiet", "--quiet", "-q"]);

export function parseIpset(file: string, text: string): Command[] {
  const commands: Command[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(#|$)|^COMMIT\s*$/.test(line)) continue;
    const number = index + 1;
    const words = splitWords(file, number, line).filter(({ text: word, quoted }) => quoted || !MANNER.has(word));
    const [first, ...rest] = words;
    if (first === undefined) continue;
    const verb = VERBS.get(first.text);
    if (verb === undefined) {
      const found = JSON.stringify(first.text.slice(0, 40));
      throw new PolicySyntaxError(
        file,
        number,
        first.column,
        `unexpected ${found}, expected "create", "add" or another command`,
      );
    }
    commands.push({ verb, words: rest, at: { file, line: number, column: first.column } });
  }
  return commands;
}

/** Whether a text looks like `ipset save`: its first command names a set of a type that there is. */
export function sniffIpset(text: string): boolean {
  const lines = text.slice(0, 65_536).split("\n");
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  return /^((create|-N)\s+(-exist\s+|-!\s+)?\S+\s+(hash|bitmap|list):|(flush|destroy|-F|-X)(\s|$)|(add|-A)\s+\S+\s+[\da-f.:]+[/,\s]|add\s+\S+\s+[\da-f.:]+$)/i.test(
    first,
  );
}
