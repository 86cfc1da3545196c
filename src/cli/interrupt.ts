/** Ctrl-C reaches every program of a pipeline: the one that captures ends its file, and that end is read before we go. */
import { fstatSync } from "node:fs";

const STANDARD_INPUT = 0;

/**
 * From now on the first interrupt is told and leaves it to whoever writes to our pipe to end; a second one ends us as
 * any other program. Returns how to go back to normal.
 */
export function outliveFirstInterrupt(notice: (text: string) => void): () => void {
  const input = fstatSync(STANDARD_INPUT);
  // Nobody ends a file, and nobody but the interrupt ends a terminal.
  if (!input.isFIFO() && !input.isSocket()) return () => {};
  const heard = (): void => notice("interrupted: reading standard input to its end; interrupt again to stop at once");
  process.once("SIGINT", heard);
  return () => process.off("SIGINT", heard);
}
