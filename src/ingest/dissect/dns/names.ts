/** The names in one DNS message: followed within bounds, in lower case, as text that is never taken for another's. */
import { u16 } from "../bytes.ts";

/** RFC 1035 §4.1.4 sets no limit; a name has at most 127 labels, and a pointer saves at least one. */
const MAX_POINTERS = 127;
const MAX_NAME = 254;

/** Where the first name begins: behind the header. */
const FIRST = 12;

/** A name while it is read; one is read at a time. */
const text = Buffer.alloc(MAX_NAME);

export class Names {
  readonly #bytes: Uint8Array;
  /** The first name, nearly always the question's: most records' owners are nothing but a pointer to it. */
  #first: string | null = null;
  /** Where the name last read ends; Infinity where the message ends before it. */
  end = 0;

  constructor(message: Uint8Array) {
    this.#bytes = message;
  }

  /**
   * The name at `from`, "." for the root, or null: it has a label of an unknown type, is too long, or its pointers do
   * not go strictly backwards.
   */
  read(from: number): string | null {
    if (this.#first !== null && this.#bytes[from] === 0xc0 && this.#bytes[from + 1] === FIRST) {
      this.end = from + 2;
      return this.#first;
    }
    const name = this.#follow(from);
    if (from === FIRST) this.#first = name;
    return name;
  }

  #follow(from: number): string | null {
    const bytes = this.#bytes;
    let [at, floor, length, pointers] = [from, from, 0, 0];
    this.end = 0;
    while (at < bytes.length) {
      const size = bytes[at]!;
      if (size === 0) {
        if (pointers === 0) this.end = at + 1;
        return length === 0 ? "." : text.toString("latin1", 0, length - 1);
      }
      if (size >= 0xc0) {
        if (at + 2 > bytes.length) break;
        if (pointers === 0) this.end = at + 2;
        at = u16(bytes, at) & 0x3fff;
        if (at >= floor || ++pointers > MAX_POINTERS) return null;
        floor = at;
        continue;
      }
      const next = at + 1 + size;
      if (size >= 0x40 || length + size + 1 > MAX_NAME) return null;
      if (next > bytes.length) break;
      for (at++; at < next; at++) text[length++] = plain(bytes[at]!);
      text[length++] = DOT;
    }
    this.end = Infinity;
    return "";
  }
}

const DOT = 0x2e;

/**
 * Lower case in ASCII only (RFC 4343). A dot inside a label would read as the border of two (`www.bank.com` as one label
 * of example.net becomes a name of bank.com's), so it is made a character that no valid name holds.
 */
function plain(byte: number): number {
  if (byte === DOT) return 0x20;
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
