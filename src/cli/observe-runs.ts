/** Reads all sources, on several threads where that pays; what comes out is what one thread would give. */
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { RunInLines } from "../model/observation.ts";
import { outliveFirstInterrupt } from "./interrupt.ts";
import type { ObserveOptions } from "./observe.ts";
import { OwnThread } from "./own-thread.ts";
import type { Progress } from "./progress.ts";
import { ReadAhead } from "./read-ahead.ts";
import { clash, withoutRepeats } from "./repeats.ts";
import type { RunSource } from "./sources.ts";
import { BOUNDS, prune } from "./store/prune.ts";
import { readThrough, type StoreAt } from "./store/read-through.ts";
import { Tally } from "./tally.ts";
import { type WorkerData, WorkerThread } from "./worker-thread.ts";
import { type Load, threadsWorth } from "./worth.ts";

export interface ReadAllOptions extends ObserveOptions {
  /** How many runs are read at once; null for as many as pay. */
  readonly threads: number | null;
  /** Where what was read is kept; null where every run is to be read. */
  readonly store: StoreAt | null;
  readonly notice: (text: string) => void;
  /** Null where nobody watches. */
  readonly progress: Progress | null;
}

/** A source, and its bytes as stored: null for a pipe, which is read by the main thread when its turn comes. */
interface Sized {
  readonly source: RunSource;
  /** Of each file. */
  readonly sizes: readonly number[] | null;
  readonly size: number | null;
}

/** The runs of all sources in the order of their ids; each as soon as it and those before it are read. */
export async function* observeRuns(sources: readonly RunSource[], options: ReadAllOptions): AsyncGenerator<RunInLines> {
  const { notice, progress, threads, store, runId, runField, digest } = options;
  const reading = { runId, runField, digest };
  const all = (await withoutRepeats(sources, notice)).map(sized);
  const tally = new Tally(all.length);
  const data = { options: reading, store, tally: progress && tally.shared };
  const ahead = readAhead(all, threads, data, () => progress?.tick());
  const seen = new Map<string, string>();
  let taken = 0;
  const piped = sources.some(({ files }) => files.some(({ path }) => path === null));
  const release = piped ? outliveFirstInterrupt(notice) : null;
  progress?.begin(tally, totalOf(all));
  try {
    for (const [slot, { source, sizes }] of all.entries()) {
      const watch = progress && tally.watch(slot, () => progress.tick());
      const read =
        ahead && sizes !== null ? await ahead.next() : await readThrough(source, reading, store, sizes, watch);
      if (read.note !== undefined) notice(read.note);
      if (read.taken) taken++;
      for (const observed of read.runs) {
        const { run } = observed.run;
        const other = seen.get(run);
        if (other !== undefined) throw clash(run, other, source.label);
        seen.set(run, source.label);
        yield observed;
      }
      tally.done++;
    }
    if (store !== null) {
      notice(`${taken} of ${all.length} inputs were read before and taken from ${store.folder}`);
      if (taken < all.length) prune(store.folder, BOUNDS, Date.now());
    }
  } finally {
    progress?.end();
    release?.();
    await ahead?.end();
  }
}

/** Null where the main thread does as well by itself. */
function readAhead(
  all: readonly Sized[],
  threads: number | null,
  data: WorkerData,
  told: () => void,
): ReadAhead | null {
  const plain = all.flatMap(({ source, size, sizes }, slot) =>
    size === null || sizes === null ? [] : [{ source, sizes, slot, size }],
  );
  const wanted = threads ?? threadsWorth(plain.map(loadOf), availableParallelism());
  const count = Math.min(wanted, plain.length);
  if (count < 2) return null;
  const workers = Array.from({ length: count - 1 }, () => new WorkerThread(data));
  // The last one reads first, while the others start.
  return new ReadAhead(plain, [...workers, new OwnThread(data, told)]);
}

function loadOf({ source, size }: { readonly source: RunSource; readonly size: number }): Load {
  return { size, isCapture: source.files.some(({ format }) => format === "pcap" || format === "pcapng") };
}

function sized(source: RunSource): Sized {
  const sizes: number[] = [];
  for (const { path } of source.files) {
    const info = path === null ? null : statSync(path, { throwIfNoEntry: false });
    if (!info?.isFile()) return { source, size: null, sizes: null };
    sizes.push(info.size);
  }
  return { source, size: sum(sizes), sizes };
}

function totalOf(all: readonly Sized[]): number | null {
  const sizes = all.flatMap(({ size }) => size ?? []);
  return sizes.length === all.length ? sum(sizes) : null;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
