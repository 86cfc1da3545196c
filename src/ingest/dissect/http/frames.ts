/** HTTP/2's frames (RFC 9113 §4.1), as far as the next field block of a client. */
import { u24, u32 } from "../bytes.ts";

const FRAME_HEADER = 9;
const DATA = 0;
const HEADERS = 1;
const CONTINUATION = 9;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

/** A DATA frame whose content begins at `from`. */
export interface DataFrame {
  readonly kind: "data";
  readonly stream: number;
  readonly from: number;
  readonly length: number;
  readonly padding: number;
  /** The last of its stream. */
  readonly isLast: boolean;
}

export type Block =
  | DataFrame
  | { readonly kind: "malformed" }
  /** None begins before `end`, which may lie beyond the bytes. */
  | { readonly kind: "none"; readonly end: number; readonly isOverdue: boolean }
  | { readonly kind: "partial"; readonly fragment: Uint8Array; readonly start: number }
  | { readonly kind: "whole"; readonly fragment: Uint8Array; readonly end: number; readonly stream: number };

/**
 * The first HEADERS frame at or behind `from` and its CONTINUATIONs; it is overdue if so many `frames` come before it.
 * DATA of the streams that are `wanted` is told too.
 */
export function nextBlock(
  bytes: Uint8Array,
  from: number,
  frames: number,
  wanted: { has(stream: number): boolean } | null = null,
): Block {
  let at = from;
  let passed = 0;
  for (; at + FRAME_HEADER <= bytes.length && passed < frames; passed++) {
    const type = bytes[at + 3];
    if (type === HEADERS) return blockAt(bytes, at);
    if (type === CONTINUATION) return { kind: "malformed" };
    if (type === DATA && wanted?.has(streamOf(bytes, at))) {
      return dataAt(bytes, at) ?? { kind: "none", end: at, isOverdue: false };
    }
    at += FRAME_HEADER + u24(bytes, at);
  }
  return { kind: "none", end: at, isOverdue: passed === frames };
}

/** Null while the length of the padding is still to come. */
function dataAt(bytes: Uint8Array, start: number): DataFrame | null {
  const flags = bytes[start + 4] ?? 0;
  const padded = (flags & PADDED) !== 0 && u24(bytes, start) > 0;
  const from = start + FRAME_HEADER + (padded ? 1 : 0);
  if (from > bytes.length) return null;
  const size = u24(bytes, start) - (padded ? 1 : 0);
  const padding = padded ? Math.min(size, bytes[from - 1] ?? 0) : 0;
  const isLast = (flags & END_STREAM) !== 0;
  return { kind: "data", stream: streamOf(bytes, start), from, length: size - padding, padding, isLast };
}

function blockAt(bytes: Uint8Array, start: number): Block {
  const pieces: Uint8Array[] = [];
  const stream = streamOf(bytes, start);
  if (stream === 0) return { kind: "malformed" };
  let at = start;
  while (at + FRAME_HEADER <= bytes.length) {
    const isFirst = at === start;
    // RFC 9113 §6.10: nothing may come between a block's frames.
    if (!isFirst && (bytes[at + 3] !== CONTINUATION || streamOf(bytes, at) !== stream)) return { kind: "malformed" };
    const flags = bytes[at + 4] ?? 0;
    const payload = at + FRAME_HEADER;
    const end = payload + u24(bytes, at);
    const content = bytes.subarray(payload, end);
    pieces.push(isFirst ? fragmentOf(content, flags) : content);
    if (end > bytes.length) break;
    if ((flags & END_HEADERS) !== 0) return { kind: "whole", fragment: joined(pieces), end, stream };
    at = end;
  }
  return { kind: "partial", fragment: joined(pieces), start };
}

function streamOf(bytes: Uint8Array, at: number): number {
  return u32(bytes, at + 5) % 0x8000_0000;
}

function fragmentOf(payload: Uint8Array, flags: number): Uint8Array {
  const padded = (flags & PADDED) !== 0;
  const from = (padded ? 1 : 0) + ((flags & PRIORITY) === 0 ? 0 : 5);
  return payload.subarray(from, Math.max(from, payload.length - (padded ? (payload[0] ?? 0) : 0)));
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return pieces.length === 1 && only ? only : Buffer.concat(pieces);
}
