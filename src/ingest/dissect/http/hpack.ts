/** HPACK (RFC 7541), decoding only: as much of a header block as is there and valid. */
import { latin1 } from "../bytes.ts";
import { decodeHuffman } from "./huffman.ts";
import { STATIC_TABLE } from "./static-table.ts";

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** §4.1: what an entry weighs beyond its text. */
const ENTRY_OVERHEAD = 32;
/** §4.2: the server's SETTINGS allow more than the default 4096, but the client's half of a stream does not show them. */
const MAX_TABLE = 65_536;
/** One byte can repeat a long field, so it is the fields that are counted. */
const MAX_FIELDS = 512;

export class HpackDecoder {
  private readonly table: Field[] = [];
  /** What the table's entries come to (§4.1). */
  weight = 0;
  private capacity: number;
  /** Why the last block was not read to its end; null when it was. */
  stoppedBy: "error" | "limit" | null = null;

  constructor(capacity = 4096) {
    this.capacity = capacity;
  }

  /** The fields up to the end, the first error or the limit; a table is worth nothing after an error. */
  decode(block: Uint8Array): readonly Field[] {
    const reader = new Reader(block);
    const fields: Field[] = [];
    this.stoppedBy = null;
    while (!reader.isAtEnd() && this.stoppedBy === null) {
      const field = this.representation(reader);
      if (field === "resized") continue;
      if (field === null) this.stoppedBy = "error";
      else if (fields.push(field) === MAX_FIELDS && !reader.isAtEnd()) this.stoppedBy = "limit";
    }
    return fields;
  }

  /** §6: the first bits tell the kind. Null for an error. */
  private representation(reader: Reader): Field | "resized" | null {
    const first = reader.peek();
    if (first >= 0x80) return this.lookup(reader.integer(7));
    if (first >= 0x40) return this.add(this.literal(reader, 6));
    if (first >= 0x20) return this.resize(reader.integer(5));
    return this.literal(reader, 4);
  }

  private literal(reader: Reader, prefix: 4 | 6): Field | null {
    const index = reader.integer(prefix);
    const name = index === 0 ? reader.string() : (this.lookup(index)?.name ?? null);
    const value = name === null ? null : reader.string();
    return name === null || value === null ? null : { name, value };
  }

  private lookup(index: number | null): Field | null {
    if (index === null || index === 0) return null;
    return STATIC_TABLE[index - 1] ?? this.table[index - 1 - STATIC_TABLE.length] ?? null;
  }

  private add(field: Field | null): Field | null {
    if (field === null) return null;
    this.table.unshift(field);
    this.weight += weightOf(field);
    this.evict();
    return field;
  }

  private resize(capacity: number | null): "resized" | null {
    if (capacity === null || capacity > MAX_TABLE) return null;
    this.capacity = capacity;
    this.evict();
    return "resized";
  }

  private evict(): void {
    while (this.weight > this.capacity) this.weight -= weightOf(this.table.pop() ?? { name: "", value: "" });
  }
}

function weightOf(field: Field): number {
  return field.name.length + field.value.length + ENTRY_OVERHEAD;
}

/** §5: integers with a prefix, and strings of one of two codes. Null beyond the end or the limits. */
class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  peek(): number {
    return this.bytes[this.at] ?? 0;
  }

  integer(prefix: number): number | null {
    if (this.isAtEnd()) return null;
    const limit = (1 << prefix) - 1;
    let value = (this.bytes[this.at++] ?? 0) & limit;
    if (value < limit) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return null;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return null;
  }

  string(): string | null {
    const isHuffman = this.peek() >= 0x80;
    const length = this.integer(7);
    if (length === null || this.at + length > this.bytes.length) return null;
    const bytes = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return isHuffman ? decodeHuffman(bytes) : latin1(bytes);
  }
}
