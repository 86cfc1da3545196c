/** HTTP/2's frames (RFC 9113 §4.1), as far as the next field block of a client. */
import { u24, u32 } from "../bytes.ts";

const FRAME_HEADER = 9;
const HEADERS = 1;
const CONTINUATION = 9;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const PRIORITY = 0x20;

export type Block =
  | { readonly kind: "malformed" }
  /** None begins before `end`, which may lie beyond the bytes. */
  | { readonly kind: "none"; readonly end: number; readonly isOverdue: boolean }
  | { readonly kind: "partial"; readonly fragment: Uint8Array; readonly start: number }
  | { readonly kind: "whole"; readonly fragment: Uint8Array; readonly end: number };

/** The first HEADERS frame at or behind `from` and its CONTINUATIONs; it is overdue if so many `frames` come before it. */
export function nextBlock(bytes: Uint8Array, from: number, frames: number): Block {
  let at = from;
  let passed = 0;
  for (; at + FRAME_HEADER <= bytes.length && passed < frames; passed++) {
    const type = bytes[at + 3];
    if (type === HEADERS) return blockAt(bytes, at);
    if (type === CONTINUATION) return { kind: "malformed" };
    at += FRAME_HEADER + u24(bytes, at);
  }
  return { kind: "none", end: at, isOverdue: passed === frames };
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
    if ((flags & END_HEADERS) !== 0) return { kind: "whole", fragment: joined(pieces), end };
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
