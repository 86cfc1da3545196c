/** Disjoint segments of one family's address space, ascending, and the search for the one that holds an address. */
import type { Family } from "../../model/address.ts";
import { GROUPS } from "./scanner.ts";

/** Groups of a start beyond the first three. */
const REST = GROUPS - 3;

export class SegmentTable {
  /** The first 48 bits of each start in one exact number; the other groups are in `rests`. */
  private keys: Float64Array;
  private readonly rests: Uint16Array;
  private owners: Int32Array;
  /** How many segments start below each value of the first group. */
  private readonly below: Uint32Array = new Uint32Array(0x1_0001);
  private readonly isLong: boolean;
  private count = 0;

  constructor(capacity: number, family: Family) {
    this.isLong = family === 6;
    this.keys = new Float64Array(capacity);
    this.rests = new Uint16Array(capacity * REST);
    this.owners = new Int32Array(capacity);
  }

  /** Starts a segment at the address in `groups[at..]`; starts never fall, and of two alike the later one holds. */
  add(groups: Uint16Array, at: number, owner: number): void {
    const key = keyOf(groups, at);
    const last = this.count - 1;
    if (last < 0 || this.keys[last] !== key || this.compareRest(last, groups, at) !== 0) this.count++;
    const i = this.count - 1;
    this.keys[i] = key;
    this.owners[i] = owner;
    for (let g = 0; g < REST; g++) this.rests[i * REST + g] = groups[at + 3 + g] ?? 0;
  }

  /** After the last segment. */
  close(): void {
    this.keys = this.keys.slice(0, this.count);
    this.owners = this.owners.slice(0, this.count);
    for (let i = 0, group = 0; group <= 0x1_0000; group++) {
      while (i < this.count && (this.keys[i] ?? 0) < group * 0x1_0000_0000) i++;
      this.below[group] = i;
    }
  }

  /** The owner of the segment that holds the address: the last one that starts at or before it. */
  find(address: Uint16Array): number {
    const key = keyOf(address, 0);
    const group = address[0] ?? 0;
    // At the least the last segment of a smaller group; the first segment starts at zero, so there is one.
    let low = Math.max(0, (this.below[group] ?? 0) - 1);
    let high = (this.below[group + 1] ?? 0) - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const start = this.keys[middle] ?? 0;
      if (start < key || (start === key && this.compareRest(middle, address, 0) <= 0)) low = middle;
      else high = middle - 1;
    }
    return this.owners[low] ?? -1;
  }

  private compareRest(segment: number, groups: Uint16Array, at: number): number {
    // An address of IPv4 is in its first groups whole.
    if (!this.isLong) return 0;
    for (let g = 0; g < REST; g++) {
      const order = (this.rests[segment * REST + g] ?? 0) - (groups[at + 3 + g] ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  }
}

function keyOf(groups: Uint16Array, at: number): number {
  const high = (groups[at] ?? 0) * 0x1_0000 + (groups[at + 1] ?? 0);
  return high * 0x1_0000 + (groups[at + 2] ?? 0);
}
