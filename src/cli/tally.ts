/** How much of each run has been read, in memory that all threads share. */
import type { Watch } from "./observe.ts";

/** Records and stored bytes of each run, one pair after another. */
const PAIR = 2;

export class Tally {
  readonly shared: SharedArrayBuffer;
  /** Runs that were read to their end. */
  done = 0;
  readonly #counts: Float64Array;

  constructor(runs: number) {
    this.shared = new SharedArrayBuffer(runs * PAIR * Float64Array.BYTES_PER_ELEMENT);
    this.#counts = new Float64Array(this.shared);
  }

  get runs(): number {
    return this.#counts.length / PAIR;
  }

  /** A watch that keeps this run's counts, and calls `then` after each. */
  watch(run: number, then: () => void): Watch {
    return watchIn(this.shared, run, then);
  }

  /** Another thread's counts may be a moment old, which is well enough for people who wait. */
  totals(): { records: number; bytes: number } {
    const totals = { records: 0, bytes: 0 };
    for (let run = 0; run < this.runs; run++) {
      totals.records += this.#counts[run * PAIR] ?? 0;
      totals.bytes += this.#counts[run * PAIR + 1] ?? 0;
    }
    return totals;
  }
}

export function watchIn(shared: SharedArrayBuffer, run: number, then: () => void): Watch {
  const counts = new Float64Array(shared, run * PAIR * Float64Array.BYTES_PER_ELEMENT, PAIR);
  return (records, bytes) => {
    counts[0] = records;
    counts[1] = bytes;
    then();
  };
}
