/** What a command may do to the outside: print, and warn. */
import { once } from "node:events";
import { plain } from "../report/escape.ts";
import { type Arguments, flag } from "./options.ts";
import { Progress } from "./progress.ts";

export interface Context {
  /** To standard output, as it is. */
  readonly print: (text: string) => void;
  /** Once whoever reads our output has taken what was printed: what they have not is kept in memory. */
  readonly taken: () => Promise<void>;
  /** One line to standard error, unless --quiet. */
  readonly notice: (text: string) => void;
  /** For long reads; null unless somebody watches a terminal. */
  readonly progress: Progress | null;
  readonly color: boolean;
}

export function contextOf(args: Arguments): Context {
  const quiet = flag(args, "quiet");
  const progress = !quiet && isWatched() ? new Progress(process.stderr) : null;
  return {
    print: (text) => {
      progress?.erase();
      process.stdout.write(text);
    },
    taken: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
    },
    notice: (text) => {
      progress?.erase();
      if (!quiet) process.stderr.write(`sallyport: ${plain(text)}\n`);
    },
    progress,
    color: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
  };
}

/** A CI job may have a terminal, but nobody before it. */
function isWatched(): boolean {
  const { CI, TERM } = process.env;
  const isCi = ![undefined, "", "false"].includes(CI);
  return process.stderr.isTTY && !isCi && TERM !== "dumb";
}
