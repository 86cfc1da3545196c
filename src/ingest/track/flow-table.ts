/** The flows being followed: fixed-width rows in typed arrays, found by a hash of the five-tuple, bounded in number. */
import type { Address } from "../../model/address.ts";
import type { Packet } from "../decode/packet.ts";
import { addressOf } from "./words.ts";

/** Words of a row. Endpoint A is the one whose address (then port) orders first, so both directions find one row. */
const COLUMN = {
  a: 0,
  b: 4,
  ports: 8,
  /** Protocol and address family. */
  kind: 9,
  hash: 10,
  /** Next row of the same bucket, or of the rows given back. */
  chain: 11,
} as const;
const WIDTH = 12;

/** Rows of one bucket. Honest traffic has two or three; more are made to collide, and would make every look-up slow. */
const MAX_CHAIN = 32;
const FIRST_ROWS = 1024;
const NONE = -1;

export interface FlowKey {
  readonly protocol: number;
  readonly portA: number;
  readonly portB: number;
  readonly a: Address;
  readonly b: Address;
}

export class FlowTable {
  #rows: Int32Array = new Int32Array(FIRST_ROWS * WIDTH);
  #capacity = FIRST_ROWS;
  #buckets: Int32Array = new Int32Array(FIRST_ROWS * 2).fill(NONE);
  #free = NONE;
  #used = 0;
  #hash = 0;
  size = 0;
  /** Whether the packet last looked up goes from endpoint B to endpoint A. */
  fromB = false;

  /** One more than the highest row number that can be in use. */
  get capacity(): number {
    return this.#capacity;
  }

  /** The packet's row, or -1. Sets {@link fromB}. */
  find(p: Packet): number {
    const fromB = isFromB(p);
    this.fromB = fromB;
    const ports = fromB ? (p.destinationPort << 16) | p.sourcePort : (p.sourcePort << 16) | p.destinationPort;
    const kind = (p.protocol << 4) | p.family;
    const a0 = fromB ? p.d0 : p.s0;
    const b0 = fromB ? p.s0 : p.d0;
    this.#hash = hashOf(a0, b0, ports, p.family === 4 ? kind : kind ^ foldV6(p));
    const rows = this.#rows;
    for (
      let row = this.#buckets[this.#hash & (this.#buckets.length - 1)]!;
      row !== NONE;
      row = rows[row * WIDTH + COLUMN.chain]!
    ) {
      const at = row * WIDTH;
      const isSame =
        rows[at + COLUMN.ports] === ports &&
        rows[at] === a0 &&
        rows[at + COLUMN.b] === b0 &&
        rows[at + COLUMN.kind] === kind;
      if (isSame && (p.family === 4 || this.#sameV6(p, at, fromB))) return row;
    }
    return NONE;
  }

  /** The oldest row of a bucket that is full, for the packet that {@link find} has just not found; else -1. */
  crowded(): number {
    let length = 0;
    let last = NONE;
    for (let row = this.#first(this.#hash); row !== NONE; row = this.#rows[row * WIDTH + COLUMN.chain]!) {
      last = row;
      length++;
    }
    return length < MAX_CHAIN ? NONE : last;
  }

  /** A row for the packet that {@link find} has just not found. */
  insert(p: Packet): number {
    if (this.#free === NONE && this.#used === this.#capacity) this.#grow();
    const rows = this.#rows;
    const row = this.#free === NONE ? this.#used++ : this.#free;
    const at = row * WIDTH;
    if (row === this.#free) this.#free = rows[at + COLUMN.chain]!;
    const fromB = this.fromB;
    const [from, to] = fromB ? [COLUMN.b, COLUMN.a] : [COLUMN.a, COLUMN.b];
    rows[at + from] = p.s0;
    rows[at + from + 1] = p.s1;
    rows[at + from + 2] = p.s2;
    rows[at + from + 3] = p.s3;
    rows[at + to] = p.d0;
    rows[at + to + 1] = p.d1;
    rows[at + to + 2] = p.d2;
    rows[at + to + 3] = p.d3;
    rows[at + COLUMN.ports] = fromB
      ? (p.destinationPort << 16) | p.sourcePort
      : (p.sourcePort << 16) | p.destinationPort;
    rows[at + COLUMN.kind] = (p.protocol << 4) | p.family;
    this.#link(row, this.#hash);
    this.size++;
    return row;
  }

  remove(row: number): void {
    const rows = this.#rows;
    const at = row * WIDTH;
    const after = rows[at + COLUMN.chain]!;
    let other = this.#first(rows[at + COLUMN.hash]!);
    if (other === row) this.#buckets[rows[at + COLUMN.hash]! & (this.#buckets.length - 1)] = after;
    else {
      while (rows[other * WIDTH + COLUMN.chain] !== row) other = rows[other * WIDTH + COLUMN.chain]!;
      rows[other * WIDTH + COLUMN.chain] = after;
    }
    rows[at + COLUMN.chain] = this.#free;
    this.#free = row;
    this.size--;
  }

  key(row: number): FlowKey {
    const at = row * WIDTH;
    const rows = this.#rows;
    const ports = rows[at + COLUMN.ports]!;
    const kind = rows[at + COLUMN.kind]!;
    const family = (kind & 15) === 6 ? 6 : 4;
    return {
      protocol: kind >> 4,
      portA: ports >>> 16,
      portB: ports & 0xffff,
      a: this.#address(family, at + COLUMN.a),
      b: this.#address(family, at + COLUMN.b),
    };
  }

  #address(family: 4 | 6, at: number): Address {
    const rows = this.#rows;
    return addressOf(family, rows[at]!, rows[at + 1]!, rows[at + 2]!, rows[at + 3]!);
  }

  #sameV6(p: Packet, at: number, fromB: boolean): boolean {
    const rows = this.#rows;
    const [s, d] = fromB ? [at + COLUMN.b, at + COLUMN.a] : [at + COLUMN.a, at + COLUMN.b];
    return (
      rows[s + 1] === p.s1 &&
      rows[s + 2] === p.s2 &&
      rows[s + 3] === p.s3 &&
      rows[d + 1] === p.d1 &&
      rows[d + 2] === p.d2 &&
      rows[d + 3] === p.d3
    );
  }

  #first(hash: number): number {
    return this.#buckets[hash & (this.#buckets.length - 1)]!;
  }

  #link(row: number, hash: number): void {
    const bucket = hash & (this.#buckets.length - 1);
    this.#rows[row * WIDTH + COLUMN.hash] = hash;
    this.#rows[row * WIDTH + COLUMN.chain] = this.#buckets[bucket]!;
    this.#buckets[bucket] = row;
  }

  /** Doubles the table; only done when every row is in use. Buckets split in two, so every row finds its bucket anew. */
  #grow(): void {
    this.#capacity *= 2;
    const rows = new Int32Array(this.#capacity * WIDTH);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#buckets = new Int32Array(this.#capacity * 2).fill(NONE);
    for (let row = 0; row < this.#used; row++) this.#link(row, rows[row * WIDTH + COLUMN.hash]!);
  }
}

/** Whether the packet's source orders after its destination. */
function isFromB(p: Packet): boolean {
  if (p.s0 !== p.d0) return p.s0 > p.d0;
  if (p.s1 !== p.d1) return p.s1 > p.d1;
  if (p.s2 !== p.d2) return p.s2 > p.d2;
  if (p.s3 !== p.d3) return p.s3 > p.d3;
  return p.sourcePort > p.destinationPort;
}

function hashOf(a0: number, b0: number, ports: number, rest: number): number {
  let hash = Math.imul(a0, 0x9e3779b1) ^ Math.imul(b0 ^ 0x2545f491, 0x85ebca77) ^ Math.imul(ports ^ rest, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
  return hash ^ (hash >>> 13);
}

/** The lower words of both addresses; the same whichever end is the source, as `find` needs it to be. */
function foldV6(p: Packet): number {
  const source = Math.imul(p.s1, 31) ^ Math.imul(p.s2, 131) ^ Math.imul(p.s3, 0x85ebca6b);
  const destination = Math.imul(p.d1, 31) ^ Math.imul(p.d2, 131) ^ Math.imul(p.d3, 0x85ebca6b);
  return Math.imul(source, destination | 1) ^ Math.imul(destination, source | 1);
}
