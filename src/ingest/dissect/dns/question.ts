/** Whether bytes are surely DNS: one question of the class IN, asked or echoed, with nothing in the header amiss. */
import { latin1, u16 } from "../bytes.ts";
import { lower } from "./records.ts";

export interface Question {
  readonly response: boolean;
  /** Recursion was asked for and, in a response, is available: what resolvers do, and mDNS and LLMNR never. */
  readonly recursive: boolean;
  /** The id and the question, letters in lower case: the same in a question and its answer. */
  readonly key: string;
}

const HEADER = 12;
const RECORD_FIXED = 10;
const INTERNET = 1;
/** What may be set in a query: RD, AD, CD (RFC 1035 §4.1.1, RFC 6895 §2.1). */
const QUERY_BITS = 0x0130;
/** Response with opcode 0 and the reserved bit clear; any other bit and error code may be set. */
const RESPONSE_MASK = 0xf840;
const RESPONSE_BITS = 0x8000;
const RECURSION = 0x0100;
const AVAILABLE = 0x0080;
/** An OPT record (RFC 6891) and a signature. */
const MAX_ADDITIONAL = 2;

/** Null for everything else, at once: this is asked of the first bytes of every flow. */
export function readQuestion(bytes: Uint8Array): Question | null {
  if (bytes.length < HEADER + 5 || u16(bytes, 4) !== 1) return null;
  const flags = u16(bytes, 2);
  const response = flags >= 0x8000;
  const isHeader = response ? (flags & RESPONSE_MASK) === RESPONSE_BITS : isQuery(flags, bytes);
  if (!isHeader) return null;
  const type = endOfName(bytes, HEADER);
  if (type === null || type + 4 > bytes.length || u16(bytes, type) === 0 || u16(bytes, type + 2) !== INTERNET)
    return null;
  const end = type + 4;
  if (!response && !endsAfter(bytes, end, u16(bytes, 10))) return null;
  const recursive = (flags & RECURSION) !== 0 && (!response || (flags & AVAILABLE) !== 0);
  return { response, recursive, key: latin1(bytes, 0, 2) + lower(latin1(bytes, HEADER, end)) };
}

function isQuery(flags: number, bytes: Uint8Array): boolean {
  return (flags & ~QUERY_BITS) === 0 && u16(bytes, 6) === 0 && u16(bytes, 8) === 0 && u16(bytes, 10) <= MAX_ADDITIONAL;
}

/** Questions come first, so that nothing is there to point back to. */
function endOfName(bytes: Uint8Array, from: number): number | null {
  for (let at = from; at - from < 255; at += 1 + bytes[at]!) {
    const size = bytes[at] ?? 0x40;
    if (size === 0) return at + 1;
    if (size >= 0x40) return null;
  }
  return null;
}

/** Whether so many records, owned by the root as OPT is or by a plain name, fill the message to its end. */
function endsAfter(bytes: Uint8Array, from: number, records: number): boolean {
  let at = from;
  for (let i = 0; i < records; i++) {
    const fixed = endOfName(bytes, at);
    if (fixed === null || fixed + RECORD_FIXED > bytes.length) return false;
    at = fixed + RECORD_FIXED + u16(bytes, fixed + 8);
  }
  return at === bytes.length;
}
