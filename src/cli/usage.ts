/** Turns yargs' complaints into one line, with the nearest known option where one was mistyped. */
import { closest, distance } from "fastest-levenshtein";
import { InputError } from "../model/error.ts";
import type { Command } from "./command.ts";
import { GLOBAL_OPTIONS } from "./options.ts";

export function usageError(message: string, argv: readonly string[], commands: readonly Command[]): InputError {
  const command = commands.find((c) => c.usage.split(" ")[0] === argv.find((word) => !word.startsWith("-")));
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1]?.split(", ")[0];
  if (unknown === undefined) return new InputError(inOurWords(message.trim().replace(/\s*\n\s*/g, " "), command));
  const isOption = argv.some(
    (word) => word === `--${unknown}` || word.startsWith(`--${unknown}=`) || word === `-${unknown}`,
  );
  if (!isOption)
    return new InputError(
      `${command ? "unexpected argument" : "unknown command"} ${unknown}${hint(unknown, names(commands), "")}`,
    );
  const known = [...Object.keys(GLOBAL_OPTIONS), ...Object.keys(command?.options ?? {}), "help", "version"];
  return new InputError(`unknown option --${unknown}${hint(unknown, known, "--")}`);
}

/** What is missing, or none of the values there are, told as other mistakes are. */
function inOurWords(message: string, command: Command | undefined): string {
  const [, missing] = /^Missing required arguments?: ([^,]+)/.exec(message) ?? [];
  if (missing !== undefined) return `--${missing} is needed`;
  const [, valueless] = /^Not enough arguments following: (.+)$/.exec(message) ?? [];
  if (valueless !== undefined) return `${valueless.length === 1 ? "-" : "--"}${valueless}: a value is needed`;
  if (command && message.startsWith("Not enough non-option arguments"))
    return `usage: sallyport ${command.usage}; see --help`;
  const [, option, given, choices] =
    /^Invalid values: Argument: (\S+), Given: "(.*)", Choices: (.+)$/.exec(message) ?? [];
  if (choices === undefined) return message;
  return `--${option}: expected ${choices.replaceAll('"', "").replaceAll(", ", " or ")}, not ${given}`;
}

function names(commands: readonly Command[]): string[] {
  return commands.flatMap((command) => command.usage.split(" ")[0] ?? []);
}

/** A suggestion only when at most half of the word is wrong. */
function hint(word: string, known: readonly string[], dashes: string): string {
  const nearest = closest(word, known);
  const near = distance(word, nearest) <= Math.max(2, word.length / 2);
  return near ? `; did you mean ${dashes}${nearest}?` : "; see --help";
}
