/** Reads a source, unless the same bytes were read by the same reader before and what it said was kept. */
import { InputError } from "../../model/error.ts";
import type { RunInLines } from "../../model/observation.ts";
import { sha256 } from "../bytes.ts";
import { observeRun, type ObserveOptions, type Watch } from "../observe.ts";
import type { RunSource } from "../sources.ts";
import { fileChunks } from "../stored.ts";
import type { EntryKey } from "./entry.ts";
import type { RunStore } from "./run-store.ts";

/** Where the store is, and the version of the reader that asks. */
export interface StoreAt {
  readonly folder: string;
  readonly version: string;
}

export interface Read {
  readonly runs: RunInLines[];
  /** Set when nothing was read but the digest of the bytes. */
  readonly taken?: true;
  /** What a person should know of how it was come by. */
  readonly note?: string;
}

/** `sizes` are those of the source's files; without them (a pipe) there is nothing to know it again by. */
export async function readThrough(
  source: RunSource,
  options: ObserveOptions,
  store: StoreAt | null,
  sizes: readonly number[] | null,
  watch: Watch | null,
): Promise<Read> {
  if (store === null || sizes === null) return { runs: await observeRun(source, options, watch) };
  // What checks an entry is loaded only where there is a store: it would be a third of the time of a short read.
  const { RunStore: Store } = await import("./run-store.ts");
  const kept = new Store(store.folder);
  const question = questionOf(source, options, store.version, sizes);
  const content = kept.knows(question) ? await contentOf(source, sizes) : null;
  const found = content === null ? null : kept.get({ question, content });
  if (found?.kind === "runs") {
    const records = found.runs.reduce((sum, { run }) => sum + run.records, 0);
    watch?.(records, sum(sizes));
    return { runs: shown(found.runs, options), taken: true };
  }
  const runs = await observeRun(source, { ...options, digest: true }, watch);
  const [first] = runs;
  const note = found?.kind === "damaged" ? `${source.label}: what was kept of it is damaged: read again` : null;
  const refused = first ? keep(kept, { question, content: first.run.sha256 ?? "" }, runs) : null;
  const said = note ?? (refused === null ? null : `${source.label}: not kept in the store: ${refused}`);
  return { runs: shown(runs, options), ...(said === null ? {} : { note: said }) };
}

/**
 * The digest is of the bytes that were read, not of those hashed before: a file that is written to meanwhile is kept
 * under what it was when it was read. Where compression was broken, reading ends before the file does, and what stands
 * behind is in no digest: such a read is not kept.
 */
function keep(store: RunStore, key: EntryKey, runs: readonly RunInLines[]): string | null {
  const cut = runs.some(({ run }) => Object.keys(run.rejected).some((reason) => reason.endsWith("-compression")));
  return cut ? null : store.put(key, runs);
}

/** The digest is on the run line only if it was asked for, so that the store changes no output. */
function shown(runs: RunInLines[], { digest }: ObserveOptions): RunInLines[] {
  return digest ? runs : runs.map(({ run, observations }) => ({ run: { ...run, sha256: null }, observations }));
}

/** Lengths and formats are in it because the digest runs over all files without a mark between them. */
function questionOf(
  { run, label, files }: RunSource,
  { runId, runField }: ObserveOptions,
  version: string,
  sizes: readonly number[],
): string {
  const formats = files.map(({ format }) => format);
  const question = JSON.stringify([version, run, label, formats, sizes, runId, runField]);
  return sha256().update(question).digest("hex");
}

/** Null when a file is not as long as it was, because somebody writes to it: then nothing is known of it. */
async function contentOf(source: RunSource, sizes: readonly number[]): Promise<string | null> {
  const hash = sha256();
  for (const [i, { path }] of source.files.entries()) {
    let length = 0;
    if (path === null) return null;
    // An error is told by the reader, which meets it next.
    try {
      for await (const chunk of fileChunks(path)) {
        hash.update(chunk);
        length += chunk.length;
      }
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
    if (length !== sizes[i]) return null;
  }
  return hash.digest("hex");
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
