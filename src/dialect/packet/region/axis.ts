/** The addresses of one family, cut where any condition of any policy begins or ends to hold. */
import { type Address, type Family, fromBigInt } from "../../../model/address.ts";
import { widthOf } from "../../../model/prefix.ts";
import { passed, type Point } from "../../../model/set/toggles.ts";

/** `::ffff:0:0/96`: a socket that asks for such an address sends IPv4, so no packet of IPv6 is judged there. */
const MAPPED = { first: 0xffffn << 32n, end: (0xffffn << 32n) + (1n << 32n) } as const;

interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/** An interval of addresses, inclusive, between the segments `from` and, not included, `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export class Axis {
  readonly family: Family;
  /** Where each segment begins: the first at 0, the last ends with the family. */
  readonly #starts: ArrayLike<Point>;

  constructor(family: Family, intervals: Iterable<Interval>) {
    this.family = family;
    this.#starts = family === 4 ? startsV4(intervals) : startsV6(intervals);
  }

  get length(): number {
    return this.#starts.length;
  }

  start(segment: number): Point {
    return this.#starts[segment] ?? 0;
  }

  addressAt(segment: number): Address {
    return fromBigInt(BigInt(this.start(segment)), this.family);
  }

  /** The segments that an interval is made of, whose bounds were among those the axis was cut at. */
  stretch(first: bigint, last: bigint): Stretch {
    return { from: this.#segment(first), to: this.#segment(last + 1n) };
  }

  #segment(value: bigint): number {
    if (value >= 1n << BigInt(widthOf(this.family))) return this.length;
    return passed(this.#starts, this.family === 4 ? Number(value) : unmapped(value)) - 1;
  }
}

function startsV4(intervals: Iterable<Interval>): Float64Array {
  const cuts = [0];
  for (const { first, last } of intervals) cuts.push(Number(first), Number(last) + 1);
  const sorted = new Float64Array(cuts).sort();
  let length = 0;
  for (const cut of sorted) {
    if (cut < 2 ** 32 && (length === 0 || cut !== sorted[length - 1])) sorted[length++] = cut;
  }
  return sorted.subarray(0, length);
}

function startsV6(intervals: Iterable<Interval>): bigint[] {
  const cuts = [0n];
  for (const { first, last } of intervals) cuts.push(first, last + 1n);
  const sorted = cuts.map(unmapped).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.filter((cut, i) => cut < 1n << 128n && cut !== sorted[i - 1]);
}

/** Moves a bound out of the mapped block, so that no segment begins there. */
function unmapped(value: bigint): bigint {
  return value >= MAPPED.first && value < MAPPED.end ? MAPPED.end : value;
}
