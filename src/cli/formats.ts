/** The formats that can be read, recognised by content and never by name. */
import { closeSync, openSync, readSync } from "node:fs";
import { gunzipSync, constants } from "node:zlib";
import { refusedCapture, sniffCapture } from "../ingest/capture/sniff.ts";
import { LOG_FORMATS, type LogFormat } from "../ingest/logs/formats.ts";
import type * as Registry from "../ingest/logs/registry.ts";
import { InputError } from "../model/error.ts";
import { reasonOf } from "./errors.ts";

/** `auto` is decided when the first bytes are read. */
export type Format = "auto" | "pcap" | "pcapng" | LogFormat;

export const FORMATS: readonly Format[] = ["auto", "pcap", "pcapng", ...LOG_FORMATS];

/** Sensors that spread one run over several files of a folder. */
export const MULTI_FILE_FORMATS: ReadonlySet<Format> = new Set<Format>(["zeek"]);

/** Enough for every format to show itself; log files may begin with lines of another kind. */
export const HEAD_BYTES: number = 64 * 1024;

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

export function isZstd(head: Uint8Array): boolean {
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
}

/** The format of decompressed content, null when it is none that is known. */
export async function sniff(head: Uint8Array): Promise<Exclude<Format, "auto"> | null> {
  return sniffCapture(head) ?? (await logRegistry()).sniffLog(head);
}

/** Forty modules, loaded where a log is read. */
export async function logRegistry(): Promise<typeof Registry> {
  return import("../ingest/logs/registry.ts");
}

/** Reads the beginning of a file, decompressed, and recognises it. */
export async function sniffFile(path: string): Promise<Format | null> {
  const head = readHead(path);
  if (head.length === 0) throw new InputError(`${path}: empty`);
  // A compressed head that we cannot open here is left to the reader, which can say what is wrong with it.
  if (isZstd(head)) return "auto";
  const content = isGzip(head) ? inflateHead(head) : head;
  const refused = refusedCapture(content);
  if (refused !== null) throw new InputError(`${path}: ${refused}`);
  return sniff(content);
}

/** Outputs may lie where inputs are looked for; they are no runs. */
export function isOwnArtefact(path: string): boolean {
  return /^\s*\{\s*"_schema":\s*"sallyport\//.test(new TextDecoder().decode(readHead(path).subarray(0, 100)));
}

function readHead(path: string): Uint8Array {
  try {
    const file = openSync(path, "r");
    try {
      const head = new Uint8Array(HEAD_BYTES);
      return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
}

function inflateHead(head: Uint8Array): Uint8Array {
  try {
    // A head is cut anywhere, so the end of the stream is not demanded; the length bound stops compression bombs.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 27 }).subarray(0, HEAD_BYTES);
  } catch {
    return new Uint8Array();
  }
}
