/** Reads all sources, on several threads where that pays; what comes out is what one thread would give. */
import { createReadStream, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import type { ObservedRun } from "../model/observation.ts";
import { sha256 } from "./bytes.ts";
import { outliveFirstInterrupt } from "./interrupt.ts";
import { observeRun, type ObserveOptions } from "./observe.ts";
import type { Progress } from "./progress.ts";
import { ReadAhead, type WorkerData } from "./read-ahead.ts";
import type { RunSource } from "./sources.ts";
import { Tally } from "./tally.ts";

export interface ReadOptions extends ObserveOptions {
  /** How many runs are read at once; null for as many as pay. */
  readonly threads: number | null;
  readonly notice: (text: string) => void;
  /** Null where nobody watches. */
  readonly progress: Progress | null;
}

/** A source, and its bytes as stored: null for a pipe, which is read by the main thread when its turn comes. */
interface Sized {
  readonly source: RunSource;
  readonly size: number | null;
}

/** The runs of all sources in the order of their ids; each as soon as it and those before it are read. */
export async function* observeRuns(sources: readonly RunSource[], options: ReadOptions): AsyncGenerator<ObservedRun> {
  const { notice, progress, threads, ...reading } = options;
  const all = (await withoutRepeats(sources, notice)).map((source) => ({ source, size: sizeOf(source) }));
  const tally = new Tally(all.length);
  const ahead = readAhead(all, threads, { options: reading, tally: progress && tally.shared });
  const seen = new Map<string, string>();
  const piped = sources.some(({ files }) => files.some(({ path }) => path === null));
  const settle = piped ? outliveFirstInterrupt(notice) : null;
  progress?.begin(tally, totalOf(all));
  try {
    for (const [slot, { source, size }] of all.entries()) {
      const watch = progress && tally.watch(slot, () => progress.tick());
      const runs = ahead && size !== null ? await ahead.next() : await observeRun(source, reading, watch);
      for (const observed of runs) {
        const { run } = observed.run;
        const other = seen.get(run);
        if (other !== undefined) throw clash(run, other, source.label);
        seen.set(run, source.label);
        yield observed;
      }
      tally.done++;
    }
  } finally {
    progress?.end();
    settle?.();
    await ahead?.close();
  }
}

/** A thread takes about a tenth of a second to start; in that time one reads some 64 MiB. */
const WORTH_A_THREAD = 64 << 20;

/** Null where the main thread does as well by itself. */
function readAhead(all: readonly Sized[], threads: number | null, data: WorkerData): ReadAhead | null {
  const plain = all.flatMap(({ source, size }, slot) => (size === null ? [] : [{ source, slot, size }]));
  const sizes = plain.map(({ size }) => size);
  // However many threads there are, the largest run is read by one: the others' bytes are what can be read beside it.
  const beside = sum(sizes) - Math.max(0, ...sizes);
  const wanted = threads ?? (beside < WORTH_A_THREAD ? 1 : availableParallelism());
  const count = Math.min(wanted, plain.length);
  return count > 1 ? new ReadAhead(plain, count, data) : null;
}

function sizeOf(source: RunSource): number | null {
  let size = 0;
  for (const { path } of source.files) {
    const info = path === null ? null : statSync(path, { throwIfNoEntry: false });
    if (!info?.isFile()) return null;
    size += info.size;
  }
  return size;
}

function totalOf(all: readonly Sized[]): number | null {
  const sizes = all.flatMap(({ size }) => size ?? []);
  return sizes.length === all.length ? sum(sizes) : null;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** The same run twice counts once; the same id with other content is an error, never a merge. */
async function withoutRepeats(sources: readonly RunSource[], notice: (text: string) => void): Promise<RunSource[]> {
  const byRun = new Map<string, RunSource>();
  for (const source of sources) {
    const other = byRun.get(source.run);
    if (!other) byRun.set(source.run, source);
    else if ((await contentOf(other)) === (await contentOf(source))) {
      notice(`${source.label}: the same content as ${other.label} and the same run id ${source.run}: counted once`);
    } else throw clash(source.run, other.label, source.label);
  }
  return [...byRun.values()];
}

function clash(run: string, a: string, b: string): InputError {
  return new InputError(
    `run ${run}: ${[a, b].sort(compareText).join(" and ")} have the same run id and different content`,
  );
}

async function contentOf(source: RunSource): Promise<string> {
  const hash = sha256();
  for (const { path } of source.files) {
    if (path !== null) for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  }
  return hash.digest("hex");
}
