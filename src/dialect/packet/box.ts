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

export const point = (value: bigint): Range => ({ first: value, last: value });

/** Holds every value of every field, and a packet that has none: what a box says that does not ask about a dimension. */
export const ANYTHING: Range = { first: 0n, last: (1n << 128n) - 1n };

const isFree = (range: Range | undefined): boolean => range === ANYTHING;

/** Below this many boxes, looking at each is quicker than an index. */
const FEW = 8;

export class BoxSet {
  readonly boxes: readonly Box[];
  #index: Index | null = null;

  constructor(boxes: readonly Box[]) {
    this.boxes = boxes;
  }

  find(at: readonly Coordinate[]): Lookup {
    const { boxes } = this;
    if (at.includes(null)) {
      const sure = boxes.findIndex((box) => covers(box, at) && at.every((each, i) => each !== null || isFree(box[i])));
      return sure >= 0 ? { hit: sure, possible: true } : boxes.some((box) => covers(box, at)) ? MAYBE : MISS;
    }
    if (boxes.length > FEW)
      this.#index ??= boxes.every((box) => box.length === 1) ? new Line(boxes) : new Points(boxes);
    const hit = this.#index === null ? boxes.findIndex((box) => covers(box, at)) : this.#index.find(at);
    return hit === null || hit < 0 ? MISS : { hit, possible: true };
  }
}

interface Index {
  find(at: readonly Coordinate[]): number | null;
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

/** Several dimensions: single points by their key, the rest one after another. */
class Points implements Index {
  readonly #boxes: readonly Box[];
  readonly #points = new Map<string, number>();
  readonly #wide: number[] = [];

  constructor(boxes: readonly Box[]) {
    this.#boxes = boxes;
    for (const [i, box] of boxes.entries()) {
      if (box.every((range) => range.first === range.last)) this.#points.set(box.map((range) => range.first).join(), i);
      else this.#wide.push(i);
    }
  }

  find(at: readonly Coordinate[]): number | null {
    return this.#points.get(at.join()) ?? this.#wide.find((i) => covers(this.#boxes[i] ?? [], at)) ?? null;
  }
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
