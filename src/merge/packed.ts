/** The cells of one run in bytes: two million of them, as of 10,000 runs that saw 200 endpoints each, are some 40 bytes each. */
import type { Address } from "../model/address.ts";
import type { Incidence } from "../model/evidence.ts";
import type { NameSource, OtherName } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { formatInstant, parseInstant } from "../model/instant.ts";
import type { Lists } from "./lists.ts";

/** Cell after cell: its length, the number of its endpoint, and what was seen, in the order of `Incidence`. */
export type PackedCells = Uint8Array;

/** No cell is longer: fifteen numbers of at most 53 bits, two times, and its own length. */
const LONGEST = 15 * 8 + 2 * 8 + 2;

/** Takes the cells of one run as they come. */
export class CellPacker {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  add(endpoint: number, cell: Incidence, lists: Lists): void {
    if (this.#length + LONGEST > this.#bytes.length) this.#grow();
    const start = this.#length;
    this.#length += 2;
    this.#number(endpoint);
    for (const list of [cell.addresses, cell.nameSources, cell.otherNames, cell.cnames]) this.#number(lists.idOf(list));
    const { allowed, denied, failed } = cell.outcomes;
    for (const count of [allowed, denied, failed, cell.established]) this.#number(count);
    for (const sum of [cell.bytesOut, cell.bytesIn]) this.#number(sum === null ? 0 : sum + 1);
    for (const time of [cell.firstSeen, cell.lastSeen]) this.#time(time);
    for (const list of [cell.workloads, cell.tools, cell.processes, cell.flags]) this.#number(lists.idOf(list));
    this.#view.setUint16(start, this.#length - start);
  }

  done(): PackedCells {
    return this.#bytes.slice(0, this.#length);
  }

  /** Seven bits a byte, the low ones first; by division, because a count may have 53 bits. */
  #number(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) + 128;
    this.#bytes[this.#length++] = rest;
  }

  /** NaN stands for null. */
  #time(time: string | null): void {
    this.#view.setFloat64(this.#length, time === null ? NaN : (parseInstant(time) ?? NaN));
    this.#length += 8;
  }

  #grow(): void {
    const wider = new Uint8Array(this.#bytes.length * 2);
    wider.set(this.#bytes);
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }
}

/** Where each cell stands, and which endpoint it is of. */
export function* cellsIn(cells: PackedCells): Generator<readonly [at: number, endpoint: number], undefined> {
  for (let at = 0; at < cells.length; at += lengthAt(cells, at)) yield [at, new CellReader(cells, at).number()];
}

export function unpack(cells: PackedCells, at: number, run: string, lists: Lists): Incidence {
  const from = new CellReader(cells, at);
  from.number();
  const list = (): readonly string[] => lists.at(from.number());
  // Written in the order in which they are read.
  return {
    run,
    addresses: list() as readonly Address[],
    nameSources: list() as readonly NameSource[],
    otherNames: list() as readonly OtherName[],
    cnames: list() as readonly Fqdn[],
    outcomes: { allowed: from.number(), denied: from.number(), failed: from.number() },
    established: from.number(),
    bytesOut: from.sum(),
    bytesIn: from.sum(),
    firstSeen: from.time(),
    lastSeen: from.time(),
    workloads: list(),
    tools: list(),
    processes: list(),
    flags: list(),
  };
}

/** Whether two runs' cells, in whatever order but of the same lists, are the same. */
export function areEqual(a: PackedCells, b: PackedCells): boolean {
  if (a.length !== b.length) return false;
  const places = new Map([...cellsIn(a)].map(([at, endpoint]) => [endpoint, at]));
  for (const [at, endpoint] of cellsIn(b)) {
    const other = places.get(endpoint);
    if (other === undefined || !isSameCell(a, other, b, at)) return false;
  }
  return true;
}

class CellReader {
  readonly #view: DataView;
  #at: number;

  constructor(cells: PackedCells, at: number) {
    this.#view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
    this.#at = at + 2;
  }

  number(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#view.getUint8(this.#at++);
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  }

  sum(): number | null {
    const value = this.number();
    return value === 0 ? null : value - 1;
  }

  time(): string | null {
    const at = this.#view.getFloat64(this.#at);
    this.#at += 8;
    return Number.isNaN(at) ? null : formatInstant(at);
  }
}

function lengthAt(cells: PackedCells, at: number): number {
  return ((cells[at] ?? 0) << 8) | (cells[at + 1] ?? 0);
}

function isSameCell(a: PackedCells, at: number, b: PackedCells, there: number): boolean {
  const one = a.subarray(at, at + lengthAt(a, at));
  return one.every((byte, i) => byte === b[there + i]);
}
