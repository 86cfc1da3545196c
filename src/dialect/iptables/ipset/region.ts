/** What a set holds, as boxes: what is in it for certain, and what may be, since elements go by themselves. */
import { widthOf } from "../../../model/prefix.ts";
import type { Range } from "../../packet/box.ts";
import type { Element, IpSet, Part } from "./tree.ts";

/** One element, or a piece of it that `nomatch` elements leave. */
export interface Piece {
  readonly element: Element;
  readonly parts: readonly Part[];
  /** False where it may be gone. */
  readonly sure: boolean;
}

/** More pieces than any real set of exceptions makes. */
const MOST_PIECES = 1 << 20;

/** Null where a set holds something that cannot be told. */
export function piecesOf(set: IpSet): Piece[] | null {
  const elements = [...set.elements.values()];
  if (set.dimensions === null || elements.some(({ parts }) => parts === null)) return null;
  const nomatch = elements.filter((element) => element.nomatch);
  if (nomatch.length === 0) {
    return elements.map((element) => ({ element, parts: element.parts ?? [], sure: !element.timed }));
  }
  // Of two nets side by side, which pair is the closer one depends on the lengths of both.
  const net = set.dimensions.indexOf("net");
  if (net < 0 || set.dimensions.filter((dimension) => dimension === "net").length > 1) return null;
  const width = widthOf(set.family);
  const all = new Exceptions(nomatch, net, width);
  const lasting = new Exceptions(
    nomatch.filter(({ timed }) => !timed),
    net,
    width,
  );
  const pieces: Piece[] = [];
  for (const element of elements.filter((each) => !each.nomatch)) {
    for (const parts of prefixesOf(element, net, width)) {
      if (!element.timed) for (const left of all.leave(parts)) pieces.push({ element, parts: left, sure: true });
      if (!element.timed && all.size === lasting.size) continue;
      for (const left of lasting.leave(parts)) pieces.push({ element, parts: left, sure: false });
    }
    if (pieces.length > MOST_PIECES) return null;
  }
  return pieces;
}

/** The longest prefix that holds an address decides, so a range counts as the prefixes it is made of. */
function prefixesOf({ parts }: Element, net: number, width: number): (readonly Part[])[] {
  if (parts === null) return [];
  return prefixRanges(parts[net]?.range ?? { first: 1n, last: 0n }, width).map((range) => withRange(parts, net, range));
}

function withRange(parts: readonly Part[], index: number, range: Range): readonly Part[] {
  return parts.map((part, i) => (i === index ? { ...part, range } : part));
}

function prefixRanges({ first, last }: Range, width: number): Range[] {
  const ranges: Range[] = [];
  for (let from = first; from <= last;) {
    let size = from === 0n ? 1n << BigInt(width) : from & -from;
    while (from + size - 1n > last) size >>= 1n;
    ranges.push({ first: from, last: from + size - 1n });
    from += size;
  }
  return ranges;
}

/** `nomatch` elements by the first address of their net. */
class Exceptions {
  readonly #net: number;
  readonly #sorted: readonly { readonly range: Range; readonly parts: readonly Part[] }[];

  constructor(elements: readonly Element[], net: number, width: number) {
    this.#net = net;
    this.#sorted = elements
      .flatMap((element) => prefixesOf(element, net, width))
      .flatMap((parts) => {
        const range = parts[net]?.range;
        return range === undefined ? [] : [{ range, parts }];
      })
      .sort((a, b) => (a.range.first < b.range.first ? -1 : a.range.first > b.range.first ? 1 : 0));
  }

  get size(): number {
    return this.#sorted.length;
  }

  /** What a prefix keeps beside the exceptions within it: those of nets that are smaller than its own. */
  leave(parts: readonly Part[]): (readonly Part[])[] {
    const around = parts[this.#net]?.range;
    if (around === undefined) return [];
    let left: (readonly Part[])[] = [parts];
    for (let i = this.#from(around.first); i < this.#sorted.length; i++) {
      const exception = this.#sorted[i];
      if (exception === undefined || exception.range.first > around.last) break;
      const size = exception.range.last - exception.range.first;
      if (size < around.last - around.first) left = left.flatMap((each) => without(each, exception.parts));
    }
    return left;
  }

  #from(first: bigint): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.range.first ?? 0n) < first) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** One box without another: on each side of it in each dimension what sticks out. */
function without(box: readonly Part[], hole: readonly Part[]): (readonly Part[])[] {
  const meets = box.every(({ range, protocol }, i) => {
    const other = hole[i];
    return (
      other !== undefined &&
      other.protocol === protocol &&
      other.range.first <= range.last &&
      range.first <= other.range.last
    );
  });
  if (!meets) return [box];
  const left: (readonly Part[])[] = [];
  let rest = box;
  for (const [i, { range }] of hole.entries()) {
    const own = rest[i]?.range ?? range;
    if (own.first < range.first) left.push(withRange(rest, i, { first: own.first, last: range.first - 1n }));
    if (own.last > range.last) left.push(withRange(rest, i, { first: range.last + 1n, last: own.last }));
    const first = own.first > range.first ? own.first : range.first;
    const last = own.last < range.last ? own.last : range.last;
    rest = withRange(rest, i, { first, last });
  }
  return left;
}
