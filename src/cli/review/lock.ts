/** One writer at a time: who reads a file, changes it and puts it back loses what another wrote in between. */
import { closeSync, openSync, realpathSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { compareText } from "../../model/compare.ts";
import { InputError } from "../../model/error.ts";
import { reasonOf } from "../errors.ts";

/** A large file takes seconds to be parsed and written, and several may stand in line. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 20;

/** Does the work while `.FILE.lock` stands beside each of the files; all take them in one order, so nobody waits in a ring. */
export function holding(files: readonly string[], work: () => void, patience: number = PATIENCE_MS): void {
  const locks = files.flatMap(lockOf).sort(compareText);
  const held: string[] = [];
  try {
    for (const lock of locks) {
      take(lock, patience);
      held.push(lock);
    }
    work();
  } finally {
    for (const lock of held) rmSync(lock, { force: true });
  }
}

/** The same lock for a file and a link to it; none for a pipe or `/dev/null`, which nobody reads back. */
function lockOf(file: string): string[] {
  const known = statSync(file, { throwIfNoEntry: false });
  if (known && !known.isFile()) return [];
  const path = known ? realpathSync(file) : resolve(file);
  // Hidden, because a folder of allowlists is read whole.
  return [join(dirname(path), `.${basename(path)}.lock`)];
}

function take(lock: string, patience: number): void {
  for (let waited = 0; ; waited += PAUSE_MS) {
    try {
      closeSync(openSync(lock, "wx"));
      return;
    } catch (error) {
      const taken = error instanceof Error && "code" in error && error.code === "EEXIST";
      if (!taken) throw new InputError(`${lock}: cannot write: ${reasonOf(error)}`);
    }
    if (waited >= patience)
      throw new InputError(`${lock}: somebody else is writing; where nobody is, one was killed: remove it`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}
