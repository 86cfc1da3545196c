/** Sets of boxes: each dimension an inclusive range, as rules write single keys, intervals, prefixes and concatenations. */

export interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

export type Box = readonly Range[];

/** What a packet is known to carry in one dimension; null where that is unknown. */
export type Coordinate = bigint | null;

/** `hit` is the index of the box that surely holds the point; `possible` whether some box might. */
export interface Lookup {
  readonly hit: number | null;
  readonly possible: boolean;
}

const MISS: Lookup = { hit: null, possible: false };
const MAYBE: Lookup = { hit: null, possible: true };
const FIRST: Lookup = { hit: 0, possible: true };

export const point = (value: bigint): Range => ({ first: value, last: value });

/** Holds every value of every field, and a packet that has none: what a box says that does not ask about a dimension. */
export const ANYTHING: Range = { first: 0n, last: (1n << 128n) - 1n };

const isFree = (range: Range | undefined): boolean => range === ANYTHING;

/** Below this many boxes, looking at each is quicker than an index. */
const FEW = 8;

/** So many look-ups are quicker without an index than it takes to make one. */
const SELDOM = 8;

export class BoxSet {
  readonly boxes: readonly Box[];
  #index: Index | null = null;
  #asked = 0;

  constructor(boxes: readonly Box[]) {
    this.boxes = boxes;
  }

  /** {@link find} in the one dimension that most sets have; with a single box, as most rules ask, it allocates nothing. */
  findAt(value: Coordinate): Lookup {
    const range = this.boxes.length === 1 ? this.boxes[0]?.[0] : undefined;
    if (value === null || range === undefined) return this.find([value]);
    return range.first <= value && value <= range.last ? FIRST : MISS;
  }

  find(at: readonly Coordinate[]): Lookup {
    const { boxes } = this;
    if (at.includes(null)) {
      const sure = boxes.findIndex((box) => covers(box, at) && at.every((each, i) => each !== null || isFree(box[i])));
      return sure >= 0 ? { hit: sure, possible: true } : boxes.some((box) => covers(box, at)) ? MAYBE : MISS;
    }
    if (boxes.length > FEW && this.#asked++ >= SELDOM) this.#index ??= indexOf(boxes);
    const hit = this.#index === null ? boxes.findIndex((box) => covers(box, at)) : this.#index.find(at);
    return hit === null || hit < 0 ? MISS : { hit, possible: true };
  }
}

interface Index {
  find(at: readonly Coordinate[]): number | null;
}

function indexOf(boxes: readonly Box[]): Index {
  return boxes.every((box) => box.length === 1) ? new Line(boxes) : new Points(boxes);
}

/** One dimension: boxes by first bound, and beside each the one reaching furthest so far, since they may overlap. */
class Line implements Index {
  readonly #boxes: readonly Box[];
  readonly #order: readonly number[];
  readonly #reach: readonly number[];

  constructor(boxes: readonly Box[]) {
    this.#boxes = boxes;
    this.#order = boxes.map((_, i) => i).sort((a, b) => compare(this.#range(a).first, this.#range(b).first));
    const reach: number[] = [];
    for (const index of this.#order) {
      const best = reach.at(-1) ?? index;
      reach.push(this.#range(index).last >= this.#range(best).last ? index : best);
    }
    this.#reach = reach;
  }

  find(at: readonly Coordinate[]): number | null {
    const value = at[0] ?? 0n;
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#range(this.#order[middle] ?? 0).first <= value) low = middle + 1;
      else high = middle;
    }
    const index = this.#reach[low - 1];
    return index !== undefined && value <= this.#range(index).last ? index : null;
  }

  #range(index: number): Range {
    return this.#boxes[index]?.[0] ?? point(0n);
  }
}

/** Several dimensions: single points by their key, the rest by the dimension that tells most of them apart. */
class Points implements Index {
  readonly #points = new Map<string, number>();
  readonly #wide: Tree;

  constructor(boxes: readonly Box[]) {
    const wide: number[] = [];
    for (const [i, box] of boxes.entries()) {
      if (box.every((range) => range.first === range.last)) this.#points.set(box.map((range) => range.first).join(), i);
      else wide.push(i);
    }
    this.#wide = new Tree(boxes, wide);
  }

  find(at: readonly Coordinate[]): number | null {
    return this.#points.get(at.join()) ?? this.#wide.find(at);
  }
}

/** Boxes by their first bound in one dimension, in a tree that knows how far those below each node reach. */
class Tree implements Index {
  readonly #boxes: readonly Box[];
  readonly #order: readonly number[];
  readonly #dimension: number;
  /** Of node `i`, whose children are `2i` and `2i + 1`; the leaves stand in order from `#leaves` on. */
  readonly #reach: bigint[];
  readonly #leaves: number;

  constructor(boxes: readonly Box[], of: readonly number[]) {
    this.#boxes = boxes;
    this.#dimension = mostTelling(of.flatMap((i) => [boxes[i] ?? []]));
    this.#order = [...of].sort((a, b) => compare(this.#range(a).first, this.#range(b).first) || a - b);
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(of.length, 1)));
    this.#reach = Array.from({ length: 2 * this.#leaves }, () => -1n);
    for (const [i, index] of this.#order.entries()) this.#reach[this.#leaves + i] = this.#range(index).last;
    for (let node = this.#leaves - 1; node > 0; node--) {
      const [left, right] = [this.#reach[2 * node] ?? -1n, this.#reach[2 * node + 1] ?? -1n];
      this.#reach[node] = left > right ? left : right;
    }
  }

  find(at: readonly Coordinate[]): number | null {
    return this.#below(1, 0, this.#leaves, at);
  }

  /** The first box in order that holds the point, among the leaves `from` to `to` below a node. */
  #below(node: number, from: number, to: number, at: readonly Coordinate[]): number | null {
    const [index, value] = [this.#order[from], at[this.#dimension] ?? 0n];
    if (index === undefined || this.#range(index).first > value || (this.#reach[node] ?? -1n) < value) return null;
    if (to - from === 1) return covers(this.#boxes[index] ?? [], at) ? index : null;
    const middle = (from + to) >> 1;
    return this.#below(2 * node, from, middle, at) ?? this.#below(2 * node + 1, middle, to, at);
  }

  #range(index: number): Range {
    return this.#boxes[index]?.[this.#dimension] ?? point(0n);
  }
}

/** The dimension in which the boxes begin at the most different values. */
function mostTelling(boxes: readonly Box[]): number {
  const counts = (boxes[0] ?? []).map((_, i) => new Set(boxes.map((box) => box[i]?.first)).size);
  return Math.max(0, counts.indexOf(Math.max(...counts)));
}

/** How many values the union of the ranges holds. */
export function countValues(ranges: readonly Range[]): bigint {
  const sorted = [...ranges].sort((a, b) => compare(a.first, b.first));
  let [total, next] = [0n, 0n];
  for (const { first, last } of sorted) {
    const from = first > next ? first : next;
    if (last < from) continue;
    total += last - from + 1n;
    next = last + 1n;
  }
  return total;
}

function covers(box: Box, at: readonly Coordinate[]): boolean {
  return box.every(({ first, last }, i) => {
    const value = at[i] ?? null;
    return value === null || (first <= value && value <= last);
  });
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
