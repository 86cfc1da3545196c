/** Makes one DNS message safe to decode: every name and length is walked once, and only what we read is left in. */
import { u16 } from "../bytes.ts";

export interface Guarded {
  /** A copy that holds whole questions and whole records only, and nothing that a decoder could stumble over. */
  readonly bytes: Buffer;
  /** The message ended before its counts were met. */
  readonly cut: boolean;
}

const HEADER = 12;
/** RFC 1035 §4.1.4 sets no limit; a name has at most 127 labels, and a pointer saves at least one. */
const MAX_POINTERS = 127;
const MAX_NAME = 254;
/** Answers carry one; mDNS asks a dozen at once, which are of no use here. */
const MAX_QUESTIONS = 16;
const RECORD_FIXED = 10;
const INTERNET = 1;
/** RFC 6762 §10.2: the top bit of the class is mDNS's cache-flush. */
const CLASS_BITS = 0x7fff;
/** RFC 6895 private use: decoders keep such a record's data as opaque bytes. */
const OPAQUE = 0xff00;

const A = 1;
const CNAME = 5;
const AAAA = 28;
const DNAME = 39;
/** Read here, not by the decoder, which does not know them. */
const SVCB = 64;
const HTTPS = 65;

/** Null for what is no DNS message, or a malformed one. With `allSections` the records of all are made answers. */
export function guard(message: Uint8Array, allSections: boolean): Guarded | null {
  if (message.length < HEADER) return null;
  const bytes = Buffer.from(message);
  const questions = u16(bytes, 4);
  if (questions > MAX_QUESTIONS) return null;
  let at: number | null = HEADER;
  for (let i = 0; i < questions && at !== null; i++) {
    at = skipName(bytes, at);
    at = at === null || at + 4 > bytes.length ? null : at + 4;
  }
  if (at === null) return null;
  const claimed = allSections ? u16(bytes, 6) + u16(bytes, 8) + u16(bytes, 10) : u16(bytes, 6);
  // More than the header can say lie in no message.
  const answers = keepAnswers(bytes, at, Math.min(claimed, 0xffff));
  if (answers === null) return null;
  // In DNS the other sections are advice nobody asked for: what they say of third names could be anybody's.
  for (const [i, count] of [answers.count, 0, 0].entries()) bytes.writeUInt16BE(count, 6 + 2 * i);
  return { bytes: bytes.subarray(0, answers.end), cut: answers.cut };
}

interface Kept {
  readonly count: number;
  readonly end: number;
  readonly cut: boolean;
}

function keepAnswers(bytes: Buffer, from: number, claimed: number): Kept | null {
  let at = from;
  for (let count = 0; count < claimed; count++) {
    const owner = skipName(bytes, at);
    if (owner === null) return null;
    const data = owner + RECORD_FIXED;
    const end = data + u16(bytes, owner + 8);
    if (end > bytes.length) return { count, end: at, cut: true };
    if (!isReadable(bytes, owner, data, end)) bytes.writeUInt16BE(OPAQUE, owner);
    at = end;
  }
  return { count: claimed, end: at, cut: false };
}

/** One malformed TXT or signature must not cost the addresses beside it. */
function isReadable(bytes: Buffer, owner: number, data: number, end: number): boolean {
  if ((u16(bytes, owner + 2) & CLASS_BITS) !== INTERNET) return false;
  switch (u16(bytes, owner)) {
    case A:
      return end - data === 4;
    case AAAA:
      return end - data === 16;
    case CNAME:
    case DNAME:
      return skipName(bytes, data) === end;
    case SVCB:
    case HTTPS:
      return true;
    default:
      return false;
  }
}

/**
 * Where the name at `from` ends, Infinity where the message ends before it, or null: it has a label of an unknown type,
 * is too long, or its pointers do not go strictly backwards. A dot inside a label would read as the border of two (`www.bank.com` as one label of
 * example.net becomes a name of bank.com's), so it is made a character that no valid name holds.
 */
function skipName(bytes: Buffer, from: number): number | null {
  let end: number | null = null;
  let [at, floor, length] = [from, from, 0];
  for (let pointers = 0; pointers <= MAX_POINTERS;) {
    const size = bytes[at];
    if (size === undefined) return Infinity;
    if (size === 0) return end ?? at + 1;
    if (size >= 0xc0) {
      if (at + 2 > bytes.length) return Infinity;
      end ??= at + 2;
      at = u16(bytes, at) & 0x3fff;
      if (at >= floor) return null;
      floor = at;
      pointers++;
      continue;
    }
    length += size + 1;
    if (size >= 0x40 || length > MAX_NAME) return null;
    if (at + 1 + size > bytes.length) return Infinity;
    for (let i = at + 1; i <= at + size; i++) if (bytes[i] === 0x2e) bytes[i] = 0x20;
    at += 1 + size;
  }
  return null;
}
