/** What a command may do to the outside: print, and warn. */
import { plain } from "../report/escape.ts";
import { type Arguments, flag } from "./options.ts";

export interface Context {
  /** To standard output, as it is. */
  readonly print: (text: string) => void;
  /** One line to standard error, unless --quiet. */
  readonly notice: (text: string) => void;
  readonly color: boolean;
}

export function contextOf(args: Arguments): Context {
  const quiet = flag(args, "quiet");
  return {
    print: (text) => process.stdout.write(text),
    notice: (text) => {
      if (!quiet) process.stderr.write(`sallyport: ${plain(text)}\n`);
    },
    color: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
  };
}
