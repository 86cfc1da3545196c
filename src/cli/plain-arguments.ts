/** Reads arguments that leave nothing to interpret, so that an everyday call need not wait for yargs to load (60 ms). */
import type { Options } from "yargs";
import type { Command } from "./command.ts";
import { type Arguments, GLOBAL_OPTIONS } from "./options.ts";

/** Words that yargs would take quotes off, or take for an option or the value of a flag, are its to read. */
const PLAIN_VALUE = /^(?:-$|(?!true$|false$)[^-"'])/;

/**
 * What yargs makes of the words behind the command's name; null where it takes more than options, each a word of its own,
 * that the command has, at most once unless it is repeatable, with a value behind those that take one, and none missing that
 * it needs. Whatever else there is, mistakes above all, is left to yargs.
 */
export function plainArguments(words: readonly string[], command: Command): Arguments | null {
  const options: Readonly<Record<string, Options>> = { ...GLOBAL_OPTIONS, ...command.options };
  const args = new Map<string, string | boolean | string[]>();
  const positional: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (PLAIN_VALUE.test(word)) {
      positional.push(word);
      continue;
    }
    const name = nameOf(word, options);
    const option = options[name];
    if (!option || option.choices || (args.has(name) && !option.array)) return null;
    if (option.type === "boolean") {
      args.set(name, true);
      continue;
    }
    const value = words[++i];
    if (value === undefined || !PLAIN_VALUE.test(value)) return null;
    const values = args.get(name);
    if (!option.array) args.set(name, value);
    else args.set(name, Array.isArray(values) ? [...values, value] : [value]);
  }
  if (Object.keys(options).some((name) => options[name]?.demandOption && !args.has(name))) return null;
  const named = namePositionals(positional, command.usage.split(" ").slice(1));
  return named && { ...Object.fromEntries(args), ...named };
}

/** The option that `--name`, or `-n` for short, stands for; the empty name where the command has none. */
function nameOf(word: string, options: Readonly<Record<string, Options>>): string {
  const [, dashes, given] = /^(--?)([^-].*)$/.exec(word) ?? [];
  if (given === undefined) return "";
  if (dashes === "--") return Object.hasOwn(options, given) ? given : "";
  return Object.keys(options).find((name) => options[name]?.alias === given) ?? "";
}

/** By the places of a usage such as `<what> [input...]`; null where there are too many words or too few. */
function namePositionals(words: readonly string[], places: readonly string[]): Arguments | null {
  const named: Record<string, string | readonly string[]> = {};
  let rest = words;
  for (const place of places) {
    const { open, name = "", many } = /^(?<open>[<[])(?<name>[a-z]+)(?<many>\.{3})?[>\]]$/.exec(place)?.groups ?? {};
    const [word] = rest;
    if (word === undefined && open !== "[") return null;
    if (many !== undefined) named[name] = rest;
    else if (word !== undefined) named[name] = word;
    rest = many === undefined ? rest.slice(1) : [];
  }
  return rest.length === 0 ? named : null;
}
