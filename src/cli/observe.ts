/** Reads one source and attributes the flows of its runs. */
import { Attributor } from "../attribute/index.ts";
import { refusedCapture } from "../ingest/capture/sniff.ts";
import { createCaptureReader } from "../ingest/capture-reader.ts";
import type { FiveTuple } from "../ingest/track/trace.ts";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import type { Reader, RunSink } from "../model/flow.ts";
import type { RunInLines } from "../model/observation.ts";
import { bytesOf, type ReadOutcome, sha256, type StoredSink } from "./bytes.ts";
import { type Format, HEAD_BYTES, logRegistry, sniff } from "./formats.ts";
import type { InputFile, RunSource } from "./sources.ts";

export interface ObserveOptions {
  /** One run with this id, whatever files and records call theirs. */
  readonly runId: string | null;
  readonly runField: string | null;
  readonly digest: boolean;
}

/** Told how much of a source has been read so far: records, and bytes as they are stored. */
export type Watch = (records: number, bytes: number) => void;

/** Usually one run; as many as a field of its records names, where a log is shared by several. */
export async function observeRun(
  source: RunSource,
  options: ObserveOptions,
  watch: Watch | null,
): Promise<RunInLines[]> {
  const attributors = new Map<string, Attributor>();
  const sinkFor = (run: string | null): RunSink => {
    const id = options.runId === null ? (run ?? source.run) : source.run;
    const known = attributors.get(id) ?? new Attributor(id, source.label);
    attributors.set(id, known);
    return known;
  };
  const digest = options.digest ? sha256() : null;
  const cut = (reason: string): void => attributors.get(source.run)?.reject(reason);
  await readRun(source, { runField: options.runField, digest, sinkFor, cut, watch });
  const sum = digest?.digest("hex") ?? null;
  return [...attributors.values()].map((a) => a.finish(sum)).sort((a, b) => compareText(a.run.run, b.run.run));
}

export interface ReadOptions {
  readonly runField: string | null;
  readonly digest: StoredSink | null;
  /** Null asks for the sink of the input's own run. */
  readonly sinkFor: (run: string | null) => RunSink;
  /** Told why compressed content ended early. */
  readonly cut: (reason: string) => void;
  readonly watch: Watch | null;
  /** Flows whose packets are to be told. */
  readonly trace?: readonly FiveTuple[];
}

/** Pushes every file of a run through the reader of its format. */
export async function readRun(source: RunSource, options: ReadOptions): Promise<void> {
  const meter = options.watch === null ? null : new Meter(options.watch, options.digest);
  const readers = new Map<Format, Reader>();
  for (const file of source.files) {
    const outcome: ReadOutcome = { cut: null };
    let reader: Reader | null = null;
    for await (const chunk of withHead(bytesOf(file, outcome, meter ?? options.digest), file)) {
      reader ??= await readerFor(file, chunk, readers, options);
      placed(file, () => reader?.push(chunk));
      meter?.tell(readers.values());
    }
    if (reader === null) throw new InputError(`${file.path ?? file.label}: ${outcome.cut ?? "empty"}`);
    if (outcome.cut !== null) options.cut(outcome.cut);
    placed(file, () => reader.endOfFile());
  }
  for (const reader of readers.values()) placed(source.files[0], () => reader.finish());
}

/** Counts bytes on their way to the digest, because what comes out of a decompressor says nothing of how far it is. */
class Meter implements StoredSink {
  readonly #watch: Watch;
  readonly #digest: StoredSink | null;
  #bytes = 0;

  constructor(watch: Watch, digest: StoredSink | null) {
    this.#watch = watch;
    this.#digest = digest;
  }

  update(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#digest?.update(bytes);
  }

  tell(readers: Iterable<Reader>): void {
    let records = 0;
    for (const reader of readers) records += reader.records;
    this.#watch(records, this.#bytes);
  }
}

/** Where the format is still open, the first chunk is held back until it shows itself, as a pipe may bring it in bits. */
async function* withHead(chunks: AsyncGenerator<Uint8Array, undefined>, file: InputFile): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | null = file.format === "auto" ? new Uint8Array() : null;
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (head.length < HEAD_BYTES && (await sniff(head)) === null) {
      head = Buffer.from(head);
      continue;
    }
    yield head;
    head = null;
  }
  if (head !== null && head.length > 0) yield head;
}

/** A run's files of one format share a reader, so that records joined over files find each other. */
async function readerFor(
  file: InputFile,
  head: Uint8Array,
  readers: Map<Format, Reader>,
  { sinkFor, runField, trace }: ReadOptions,
): Promise<Reader> {
  const format = file.format === "auto" ? await sniff(head) : file.format;
  if (format === null) {
    const refused = refusedCapture(head);
    if (refused !== null) throw new InputError(`${file.path ?? file.label}: ${refused}`);
    throw new InputError(`${file.path ?? file.label}: not a format that is known here`);
  }
  const known = readers.get(format);
  if (known) return known;
  const reader =
    format === "pcap" || format === "pcapng"
      ? createCaptureReader(sinkFor(null), trace ? { trace } : {})
      : (await logRegistry()).createLogReader(format, { source: file.path ?? file.label, runField, sinkFor });
  readers.set(format, reader);
  return reader;
}

/** Errors of a parser, which knows offsets and lines, get the file's name, which only we know. */
function placed(file: InputFile | undefined, action: () => void): void {
  const name = file?.path ?? file?.label ?? "input";
  try {
    action();
  } catch (error) {
    if (error instanceof InputError && !error.message.startsWith(name))
      throw new InputError(`${name}: ${error.message}`);
    throw error;
  }
}
