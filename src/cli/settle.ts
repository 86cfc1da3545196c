/** Lets the process end without waiting for ever on V8's own threads. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * At its end Node waits for the threads that compile. One of them may wait for the main thread to collect garbage, which
 * it then no longer does (nodejs/node#54918): one call in twenty hung with all its output written. Behind a collection,
 * here and now, none of them has to wait again.
 */
export function settle(): void {
  growHeap(null);
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}

/**
 * By how many percent of what is in use the heap may grow until V8 collects; null leaves it to V8. A V8 without the flag
 * would print an error, so only those of Node 20, 22 and 24 are told.
 */
export function growHeap(percent: number | null): void {
  if (/^1[1-3]\./.test(process.versions.v8)) setFlagsFromString(`--heap-growing-percent=${percent ?? 0}`);
}
