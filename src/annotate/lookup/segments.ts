/** Nested prefixes of one family flattened into disjoint segments, so that a look-up is one search and never a walk of lengths. */
import type { Family } from "../../model/address.ts";
import { type PrefixRows, ROW } from "./prefix-rows.ts";
import { sortedRows } from "./radix.ts";
import { GROUPS } from "./scanner.ts";
import { SegmentTable } from "./segment-table.ts";

/** The cells of a row that can differ, the most significant first. */
const V4_CELLS = [0, 1, GROUPS];
const V6_CELLS = [0, 1, 2, 3, 4, 5, 6, 7, GROUPS];

/**
 * Distinct prefixes are nodes: `rows[firstRow[n] .. firstRow[n+1])` are the rows of node n, and `parent[n]` is the next
 * wider node that covers it, or -1. The table gives the narrowest node that holds an address.
 */
export interface Tree {
  readonly rows: Uint32Array;
  readonly firstRow: Uint32Array;
  readonly parent: Int32Array;
  readonly nodes: number;
  readonly table: SegmentTable;
}

export function flatten({ count, keys }: PrefixRows, family: Family): Tree {
  // By address, the wider prefix before the narrower: the order of a walk down the tree.
  const rows = sortedRows(keys, ROW, family === 4 ? V4_CELLS : V6_CELLS, count);
  const firstRow = new Uint32Array(count + 1);
  const parent = new Int32Array(count);
  const table = new SegmentTable(2 * count + 1, family);
  const open = new OpenPrefixes(table);
  table.add(new Uint16Array(GROUPS), 0, -1);
  let nodes = 0;
  for (let place = 0, before = -1; place < count; place++) {
    const at = (rows[place] ?? 0) * ROW;
    if (before >= 0 && sameRow(keys, before, at)) continue;
    before = at;
    open.closeBefore(keys, at);
    parent[nodes] = open.innermost();
    firstRow[nodes] = place;
    table.add(keys, at, nodes);
    open.push(nodes++, keys, at);
  }
  open.closeAll();
  firstRow[nodes] = count;
  table.close();
  return { rows, firstRow, parent, nodes, table };
}

function sameRow(keys: Uint16Array, a: number, b: number): boolean {
  for (let cell = 0; cell < ROW; cell++) if (keys[a + cell] !== keys[b + cell]) return false;
  return true;
}

/** Prefixes nest, so there are never more open than lengths. */
const DEPTH = 129;

/** The prefixes that hold the current address, widest first; one closes where its first address beyond is reached. */
class OpenPrefixes {
  private readonly table: SegmentTable;
  private depth = 0;
  private readonly nodes: Int32Array = new Int32Array(DEPTH);
  /** The first address beyond each. */
  private readonly ends: Uint16Array = new Uint16Array(GROUPS * DEPTH);
  /** One where the prefix reaches the end of the address space, so that there is no address beyond. */
  private readonly endless: Uint8Array = new Uint8Array(DEPTH);

  constructor(table: SegmentTable) {
    this.table = table;
  }

  innermost(): number {
    return this.depth === 0 ? -1 : (this.nodes[this.depth - 1] ?? -1);
  }

  /** Opens the prefix whose groups and length are at `keys[from..]`. */
  push(node: number, keys: Uint16Array, from: number): void {
    const { ends } = this;
    const at = this.depth * GROUPS;
    const length = keys[from + GROUPS] ?? 0;
    for (let g = 0; g < GROUPS; g++) ends[at + g] = keys[from + g] ?? 0;
    let carry = length === 0 ? 1 : 0x8000 >> ((length - 1) & 15);
    for (let g = length === 0 ? -1 : (length - 1) >> 4; g >= 0 && carry > 0; g--) {
      const sum = (ends[at + g] ?? 0) + carry;
      ends[at + g] = sum & 0xffff;
      carry = sum >> 16;
    }
    this.nodes[this.depth] = node;
    this.endless[this.depth++] = carry;
  }

  /** Closes every prefix that does not hold the address at `keys[from..]`. */
  closeBefore(keys: Uint16Array, from: number): void {
    while (this.depth > 0 && !this.holds(keys, from)) this.close();
  }

  closeAll(): void {
    while (this.depth > 0) this.close();
  }

  private holds(keys: Uint16Array, from: number): boolean {
    if (this.endless[this.depth - 1] === 1) return true;
    const at = (this.depth - 1) * GROUPS;
    for (let g = 0; g < GROUPS; g++) {
      const order = (keys[from + g] ?? 0) - (this.ends[at + g] ?? 0);
      if (order !== 0) return order < 0;
    }
    return false;
  }

  /** What was around the closed prefix begins again after it. */
  private close(): void {
    this.depth--;
    if (this.endless[this.depth] === 0) this.table.add(this.ends, this.depth * GROUPS, this.innermost());
  }
}
