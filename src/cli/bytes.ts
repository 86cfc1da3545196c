/** The bytes of an input, decompressed, in chunks that are valid only until the next one is asked for. */
import { createHash, type Hash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import * as zlib from "node:zlib";
import { InputError } from "../model/error.ts";
import { isGzip, isZstd } from "./formats.ts";
import type { InputFile } from "./sources.ts";
import { fileChunks, standardInput } from "./stored.ts";

const CHUNK_BYTES = 1 << 20;
/** Enough to tell compressed content; a pipe may bring its first bytes one by one. */
const MAGIC_BYTES = 4;

export interface ReadOutcome {
  /** Why the compressed stream ended before its end, null when it did not. */
  cut: "truncated-compression" | "corrupt-compression" | null;
}

/** Takes the bytes as they are stored. */
export interface StoredSink {
  update(bytes: Uint8Array): void;
}

export async function* bytesOf(
  file: InputFile,
  outcome: ReadOutcome,
  digest: StoredSink | null,
): AsyncGenerator<Uint8Array, undefined> {
  const stored = withMagic(file.path === null ? standardInput() : fileChunks(file.path));
  const first = await stored.next();
  if (first.done) return;
  const chunks = digested(first.value, stored, digest);
  const name = file.path ?? file.label;
  if (isGzip(first.value)) yield* inflated(chunks, zlib.createGunzip({ chunkSize: CHUNK_BYTES }), outcome);
  else if (isZstd(first.value)) yield* inflated(chunks, zstd(name), outcome);
  else yield* chunks;
}

/** The same bytes, with enough in the first chunk to tell compressed content. */
async function* withMagic(chunks: AsyncGenerator<Uint8Array, undefined>): AsyncGenerator<Uint8Array, undefined> {
  let head: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    if (head.length >= MAGIC_BYTES) {
      yield chunk;
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (head.length >= MAGIC_BYTES) yield head;
    // The next chunk takes this one's place.
    else head = Buffer.from(head);
  }
  if (head.length > 0 && head.length < MAGIC_BYTES) yield head;
}

async function* digested(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, undefined>,
  digest: StoredSink | null,
): AsyncGenerator<Uint8Array, undefined> {
  digest?.update(first);
  yield first;
  for await (const chunk of rest) {
    digest?.update(chunk);
    yield chunk;
  }
}

async function* inflated(
  chunks: AsyncGenerator<Uint8Array, undefined>,
  inflate: zlib.Gunzip,
  outcome: ReadOutcome,
): AsyncGenerator<Uint8Array, undefined> {
  // The decompressor works on while the next chunk is read into the same buffer, so it gets copies.
  const source = Readable.from(copies(chunks), { objectMode: false, highWaterMark: CHUNK_BYTES });
  // Errors surface in the loop below, through the stream that is read.
  pipeline(source, inflate, () => {});
  try {
    for await (const chunk of inflate) yield chunk as Uint8Array;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (error instanceof InputError || !/^(Z_|ZSTD_)/.test(code)) throw error;
    outcome.cut = code === "Z_BUF_ERROR" ? "truncated-compression" : "corrupt-compression";
  } finally {
    source.destroy();
  }
}

async function* copies(chunks: AsyncGenerator<Uint8Array, undefined>): AsyncGenerator<Buffer, undefined> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** Node has zstd from 22.15 on. */
function zstd(name: string): zlib.Gunzip {
  const create = (zlib as { createZstdDecompress?: (options: object) => zlib.Gunzip }).createZstdDecompress;
  if (!create) throw new InputError(`${name}: zstd needs Node 22.15 or later; decompress it first`);
  return create({ chunkSize: CHUNK_BYTES });
}

export function sha256(): Hash {
  return createHash("sha256");
}
