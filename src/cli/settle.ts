/** Lets the process end without waiting for ever on V8's own threads. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { growHeap } from "./heap.ts";

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
