/** Comparing, hashing and searching bytes four at a time; a byte at a time this is most of what reading a log costs. */

/** Bytes to compare with: whole little-endian words first, then up to three bytes. */
export interface Pattern {
  readonly length: number;
  readonly words: Int32Array;
  readonly tail: Uint8Array;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function patternOf(view: DataView, start: number, end: number): Pattern {
  const length = end - start;
  const words = Int32Array.from({ length: length >> 2 }, (_, i) => view.getInt32(start + 4 * i, true));
  const tail = Uint8Array.from({ length: length & 3 }, (_, i) => view.getUint8(start + 4 * words.length + i));
  return { length, words, tail };
}

/** Whether the pattern stands at `start` and ends before or at `end`. */
export function matches(pattern: Pattern, view: DataView, start: number, end: number): boolean {
  if (start + pattern.length > end) return false;
  const { words, tail } = pattern;
  let at = start;
  for (let i = 0; i < words.length; i++, at += 4) if (view.getInt32(at, true) !== words[i]) return false;
  for (let i = 0; i < tail.length; i++) if (view.getUint8(at + i) !== tail[i]) return false;
  return true;
}

/** For finding places in tables, where equality is checked anyway. */
export function hashOf(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  return hash ^ (hash >>> 13);
}

/** The same hash of a text, as long as it is ASCII; of another text, some hash. */
export function hashOfText(text: string): number {
  let hash = text.length;
  let at = 0;
  for (; at + 4 <= text.length; at += 4) {
    const low = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8);
    hash = Math.imul(hash ^ (low | (text.charCodeAt(at + 2) << 16) | (text.charCodeAt(at + 3) << 24)), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 13);
}

const ONES = 0x01010101;
const HIGHS = 0x80808080 | 0;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const SPACES = 0x20202020;

/**
 * The first byte from `start` on that is a quote, a backslash, a control character or beyond ASCII; `end` if none is.
 *
 * In a word, `(x - ones) & ~x & highs` marks the zero bytes of x; a borrow can mark more, but only above a true one, so
 * the lowest mark is always true.
 */
export function plainEnd(view: DataView, start: number, end: number): number {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true);
    const quote = word ^ QUOTES;
    const backslash = word ^ BACKSLASHES;
    const marks =
      (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((word - SPACES) & ~word) | word) & HIGHS;
    if (marks !== 0) return at + ((31 - Math.clz32(marks & -marks)) >> 3);
  }
  while (at < end && isPlain(view.getUint8(at))) at++;
  return at;
}

function isPlain(byte: number): boolean {
  return byte !== 0x22 && byte !== 0x5c && byte >= 0x20 && byte < 0x80;
}

export function asciiText(view: DataView, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(view.getUint8(at));
  return text;
}
