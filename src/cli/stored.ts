/** The bytes of a file or of standard input as they are stored, read into the same memory again and again. */
import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import type { ConnectOpts, SocketConstructorOpts } from "node:net";
import { setImmediate } from "node:timers/promises";
import { InputError } from "../model/error.ts";
import { reasonOf } from "./errors.ts";
import { watchHeap } from "./heap.ts";

/** Small enough that what was read is still in the processor's own cache when it is parsed: 1 MiB costs 8 % more time. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Of a file that is large enough the next chunk is read, by a thread of Node's pool, while the present one is parsed. These
 * are larger: each costs a turn of the event loop, and comes from another processor's cache whatever its size.
 */
const AHEAD_BYTES = 1 << 20;
const WORTH_READING_AHEAD = 8 * AHEAD_BYTES;

/** After so many chunks of a file the main thread hears of others, which would have nothing to do until its own run is read. */
const BREATH = 64;

/** Not `process.stdin.fd`: to ask for it makes a stream that reads as well. */
const STANDARD_INPUT = 0;

export async function* fileChunks(path: string): AsyncGenerator<Uint8Array, undefined> {
  let file: number | null = null;
  try {
    file = openSync(path, "r");
    const info = fstatSync(file);
    // A pipe may have nothing to read for ever, and nobody could close it meanwhile.
    if (info.isFile() && info.size >= WORTH_READING_AHEAD) {
      yield* chunksAhead(file);
      return;
    }
    let chunks = 0;
    for (const chunk of descriptorChunks(file)) {
      if (++chunks % BREATH === 0) await setImmediate();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path}: ${reasonOf(error)}`);
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** The same for who has nothing else to do meanwhile. */
export function* fileChunksAtOnce(path: string): Generator<Uint8Array, undefined> {
  let file: number | null = null;
  try {
    file = openSync(path, "r");
    yield* descriptorChunks(file);
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path}: ${reasonOf(error)}`);
  } finally {
    if (file !== null) closeSync(file);
  }
}

async function* chunksAhead(file: number): AsyncGenerator<Uint8Array, undefined> {
  let buffer = new Uint8Array(AHEAD_BYTES);
  let other = new Uint8Array(AHEAD_BYTES);
  let reading = readInto(buffer, file);
  try {
    for (;;) {
      const length = await reading;
      if (length instanceof Error) throw length;
      if (length === 0) return;
      const chunk = buffer.subarray(0, length);
      [buffer, other] = [other, buffer];
      reading = readInto(buffer, file);
      watchHeap();
      yield chunk;
    }
  } finally {
    // Whoever opens a file next may get this one's number, and then the bytes would be theirs.
    await reading;
  }
}

/** An error is an answer like any other: nobody may be waiting yet when it comes. */
function readInto(buffer: Uint8Array, file: number): Promise<number | Error> {
  return new Promise((resolve) => {
    read(file, buffer, 0, buffer.length, null, (error, length) => resolve(error ?? length));
  });
}

export async function* standardInput(): AsyncGenerator<Uint8Array, undefined> {
  const kind = fstatSync(STANDARD_INPUT);
  if (kind.isFile()) yield* descriptorChunks(STANDARD_INPUT);
  else if (kind.isFIFO() || kind.isSocket()) yield* pipeChunks(STANDARD_INPUT);
  else for await (const chunk of process.stdin) yield chunk as Uint8Array;
}

function* descriptorChunks(file: number): Generator<Uint8Array, undefined> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (;;) {
    const length = readSync(file, buffer, 0, CHUNK_BYTES, null);
    if (length === 0) return;
    watchHeap();
    yield buffer.subarray(0, length);
  }
}

/** A stream of Node's would allocate for each chunk, and memory would grow with the length of the input. */
async function* pipeChunks(file: number): AsyncGenerator<Uint8Array, undefined> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  let isOver = false;
  let failure: Error | null = null;
  let wake = (): void => {};
  const over = (): void => {
    isOver = true;
    wake();
  };
  const callback = (count: number): boolean => {
    length = count;
    wake();
    // No more until these are used up: the next ones take their place.
    return false;
  };
  // The types know `onread` where a socket connects only; it is documented for both.
  const options: SocketConstructorOpts & ConnectOpts = { fd: file, writable: false, onread: { buffer, callback } };
  // Loaded where it is needed: it would be a tenth of the time that a short read of a file takes.
  const { Socket } = await import("node:net");
  const pipe = new Socket({ ...options, readable: true });
  pipe.on("error", (error) => (failure = error));
  pipe.on("end", over).on("close", over);
  try {
    for (;;) {
      pipe.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (length > 0 || isOver) resolve();
      });
      if (length > 0) {
        watchHeap();
        yield buffer.subarray(0, length);
      } else if (failure !== null) throw failure;
      else return;
      length = 0;
    }
  } finally {
    pipe.destroy();
  }
}
