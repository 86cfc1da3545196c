/** Reads canonical addresses and prefixes from ASCII in one pass and without allocating, as eight 16-bit groups. */
import type { Family } from "../../model/address.ts";

/** IPv4 has the first two groups and zeros: one shape for both families, which are never put in the same table. */
export const GROUPS = 8;

const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const COLON = 58;

/** The value of each byte as a lower-case hexadecimal digit, or -1: digits come in no order that a branch could learn. */
const HEX: Int8Array = Int8Array.from({ length: 256 }, (_, code) =>
  "0123456789abcdef".indexOf(String.fromCharCode(code)),
);

/** One byte more than the longest canonical prefix: eight groups of four digits, seven colons, a slash, three digits. */
const TEXT_SIZE = 44;

export class Scanner {
  /** Of the address read last. */
  readonly groups: Uint16Array = new Uint16Array(GROUPS);
  /** Of the prefix read last. */
  length = 0;
  /** The first byte after what was read last. */
  end = 0;
  private readonly text: Uint8Array = new Uint8Array(TEXT_SIZE);

  /** The family of a canonical address, its groups read; 0 when the text is none. */
  addressOf(text: string): Family | 0 {
    const family = this.address(this.copy(text), 0);
    return this.end === text.length ? family : 0;
  }

  /** The family of a canonical prefix, its groups and length read; 0 when the text is none. */
  prefixOf(text: string): Family | 0 {
    const family = this.prefix(this.copy(text), 0);
    return this.end === text.length ? family : 0;
  }

  /** Reads the canonical prefix that starts at `from` and ends before any byte that cannot be part of one. */
  prefix(text: Uint8Array, from: number): Family | 0 {
    const family = this.address(text, from);
    if (family === 0 || text[this.end] !== SLASH) return 0;
    let i = this.end + 1;
    let length = 0;
    for (; i - this.end < 4; i++) {
      const digit = (text[i] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
    }
    if (i === this.end + 1 || length > (family === 4 ? 32 : 128) || !this.hostBitsClear(length)) return 0;
    this.length = length;
    this.end = i;
    return family;
  }

  /** Reads the address that starts at `from`: a dotted quad, or lower-case groups with at most one `::`. */
  private address(text: Uint8Array, from: number): Family | 0 {
    const { groups } = this;
    let value = 0;
    let upper = 0;
    let dots = 0;
    let digits = 0;
    let i = from;
    for (; ; i++) {
      const code = text[i] ?? 0;
      if (code >= ZERO && code < COLON) {
        if (++digits > 4) return 0;
        // A leading zero is octal to some readers, and no canonical text has one.
        if (digits > 1 && value === 0) break;
        value = value * 10 + code - ZERO;
      } else if (code === DOT && digits > 0 && value < 256) {
        if (dots === 1) groups[0] = (upper << 8) | value;
        upper = value;
        dots++;
        value = 0;
        digits = 0;
      } else break;
    }
    if (dots === 0) return this.hexGroups(text, from);
    if (dots !== 3 || digits === 0 || value > 255) return 0;
    groups[1] = (upper << 8) | value;
    for (let g = 2; g < GROUPS; g++) groups[g] = 0;
    this.end = i;
    return 4;
  }

  private hexGroups(text: Uint8Array, from: number): 6 | 0 {
    const { groups } = this;
    let at = 0;
    let gap = -1;
    let i = from;
    if (text[i] === COLON && text[i + 1] !== COLON) return 0;
    for (;;) {
      if (text[i] === COLON && (at > 0 || i === from)) {
        i++;
        if (text[i] === COLON) {
          if (gap >= 0) return 0;
          gap = at;
          i++;
        }
      }
      const start = i;
      let value = 0;
      for (; ; i++) {
        const digit = HEX[text[i] ?? 0] ?? -1;
        if (digit < 0) break;
        value = (value << 4) | digit;
      }
      if (i === start && gap === at) break;
      if (i === start || i - start > 4 || at === GROUPS || (i - start > 1 && text[start] === ZERO)) return 0;
      groups[at++] = value;
      if (text[i] !== COLON) break;
    }
    this.end = i;
    if (gap < 0) return at === GROUPS ? 6 : 0;
    if (at === GROUPS) return 0;
    const zeros = GROUPS - at;
    for (let g = GROUPS - 1; g >= gap; g--) groups[g] = g >= gap + zeros ? (groups[g - zeros] ?? 0) : 0;
    return 6;
  }

  /** Whether every bit after the first `length` is zero, as in every canonical prefix. */
  private hostBitsClear(length: number): boolean {
    const { groups } = this;
    const whole = length >> 4;
    if (whole < GROUPS && ((groups[whole] ?? 0) & (0xffff >> (length & 15))) !== 0) return false;
    for (let g = whole + 1; g < GROUPS; g++) if (groups[g] !== 0) return false;
    return true;
  }

  /** Reading bytes is faster than reading characters, and the reader of files reads bytes as well. */
  private copy(text: string): Uint8Array {
    const bytes = this.text;
    const length = Math.min(text.length, TEXT_SIZE - 1);
    for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
    bytes[length] = 0;
    return bytes;
  }
}
