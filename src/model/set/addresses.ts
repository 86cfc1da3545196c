/** Sets of addresses of one family, exact whatever the intervals they are made of. */
import { type Family, fromBigInt } from "../address.ts";
import { type AddressRange, type Prefix, prefixOf, widthOf } from "../prefix.ts";
import { type Block, blocksV4, blocksV6 } from "./blocks.ts";
import { combine, cover, type Operation, passed, type Point, samePoints } from "./toggles.ts";

/** IPv4 as numbers and IPv6 as bigints; the end is exclusive, so 33 bits and 129 are needed. */
type Toggles = Float64Array | readonly bigint[];

const nextV4 = (at: number): number => at + 1;
const nextV6 = (at: bigint): bigint => at + 1n;

export class Addresses {
  readonly family: Family;
  readonly #toggles: Toggles;

  private constructor(family: Family, toggles: Toggles) {
    this.family = family;
    this.#toggles = toggles;
  }

  /** The union of the ranges of this family, in any order, overlapping or not. */
  static of(family: Family, ranges: readonly Pick<AddressRange, "first" | "last">[]): Addresses {
    if (family === 4) {
      const [firsts, lasts] = [new Uint32Array(ranges.length), new Uint32Array(ranges.length)];
      for (const [i, { first, last }] of ranges.entries()) [firsts[i], lasts[i]] = [Number(first), Number(last)];
      return Addresses.ofV4(firsts, lasts);
    }
    const sorted = (bounds: bigint[]): bigint[] => bounds.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const toggles: bigint[] = [];
    cover(sorted(ranges.map(({ first }) => first)), sorted(ranges.map(({ last }) => last)), nextV6, toggles);
    return new Addresses(6, toggles);
  }

  /** IPv4 ranges by their bounds, inclusive, in two parallel arrays, which are used up. */
  static ofV4(firsts: Uint32Array, lasts: Uint32Array): Addresses {
    const toggles = new Float64Array(2 * firsts.length);
    return new Addresses(4, toggles.slice(0, cover(firsts.sort(), lasts.sort(), nextV4, toggles)));
  }

  static all(family: Family): Addresses {
    return Addresses.of(family, [{ first: 0n, last: (1n << BigInt(widthOf(family))) - 1n }]);
  }

  /** @throws where the families differ: no address is in both. */
  combine(operation: Operation, other: Addresses): Addresses {
    if (this.family !== other.family) throw new Error("sets of different families do not meet");
    const room = this.#toggles.length + other.#toggles.length;
    const toggles = this.family === 4 ? new Float64Array(room) : Array.from<bigint>({ length: room });
    const length = combine(this.#toggles, other.#toggles, operation, toggles);
    return new Addresses(this.family, toggles.slice(0, length));
  }

  complement(): Addresses {
    return Addresses.all(this.family).combine("difference", this);
  }

  get isEmpty(): boolean {
    return this.#toggles.length === 0;
  }

  get size(): bigint {
    let size = 0n;
    for (const { first, last } of this.ranges()) size += last - first + 1n;
    return size;
  }

  /** An address by its value. */
  has(value: bigint): boolean {
    const at: Point = this.family === 4 ? Number(value) : value;
    return passed(this.#toggles, at) % 2 === 1;
  }

  equals(other: Addresses): boolean {
    return this.family === other.family && samePoints(this.#toggles, other.#toggles);
  }

  /** Disjoint, in order, with a gap between any two. */
  *ranges(): Generator<AddressRange> {
    const { family } = this;
    for (let i = 0; i + 1 < this.#toggles.length; i += 2) {
      yield { family, first: BigInt(this.#toggles[i] ?? 0), last: BigInt(this.#toggles[i + 1] ?? 0) - 1n };
    }
  }

  /** The fewest prefixes that hold exactly these addresses, in order. */
  *prefixes(): Generator<Prefix> {
    for (const { base, length } of this.blocks()) yield prefixOf(fromBigInt(BigInt(base), this.family), length);
  }

  /** The same as numbers, for lists too long to be made into text on the way. */
  *blocks(): Generator<Block> {
    for (let i = 0; i + 1 < this.#toggles.length; i += 2) {
      const [from, to] = [this.#toggles[i], this.#toggles[i + 1]];
      if (typeof from === "number" && typeof to === "number") yield* blocksV4(from, to);
      if (typeof from === "bigint" && typeof to === "bigint") yield* blocksV6(from, to);
    }
  }
}
