/** The shape of a command: what yargs shows, and what it does. */
import type { Options } from "yargs";
import type { Context } from "./context.ts";
import type { Arguments } from "./options.ts";

/** 0 within policy, 1 findings that need review; 2 and 3 come from errors. */
export type ExitCode = 0 | 1;

export interface Command {
  /** Name and positionals in yargs' notation, e.g. `observe <input...>`. */
  readonly usage: string;
  readonly describe: string;
  readonly options: Readonly<Record<string, Options>>;
  run(args: Arguments, context: Context): Promise<ExitCode> | ExitCode;
}
