import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { type Family, fromBigInt } from "../../../src/model/address.ts";
import { lengthOf, rangeOf, widthOf } from "../../../src/model/prefix.ts";
import { Addresses } from "../../../src/model/set/addresses.ts";
import { addressAt } from "./universe.ts";

/** Intervals among the first and last 32 values of the space, so that its ends are tried too. */
const INTERVALS = fc.array(
  fc.tuple(fc.bigInt(0n, 63n), fc.bigInt(0n, 63n)).map(([a, b]): [bigint, bigint] => (a < b ? [a, b] : [b, a])),
  { maxLength: 8 },
);

const setOf = (family: Family, intervals: readonly (readonly [bigint, bigint])[]): Addresses =>
  Addresses.of(
    family,
    intervals.map(([first, last]) => ({ first: addressAt(first, family), last: addressAt(last, family) })),
  );

describe.each([4, 6] as const)("sets of IPv%d addresses", (family) => {
  const inside = (intervals: readonly (readonly [bigint, bigint])[], at: bigint): boolean =>
    intervals.some(([first, last]) => first <= at && at <= last);

  it("hold exactly the addresses of their intervals, and of the results of every operation", () => {
    fc.assert(
      fc.property(INTERVALS, INTERVALS, (a, b) => {
        const [x, y] = [setOf(family, a), setOf(family, b)];
        for (let at = 0n; at < 64n; at++) {
          const [inA, inB, value] = [inside(a, at), inside(b, at), addressAt(at, family)];
          expect(x.has(value)).toBe(inA);
          expect(x.complement().has(value)).toBe(!inA);
          expect(x.combine("union", y).has(value)).toBe(inA || inB);
          expect(x.combine("intersection", y).has(value)).toBe(inA && inB);
          expect(x.combine("difference", y).has(value)).toBe(inA && !inB);
        }
        expect(x.size + x.complement().size).toBe(1n << BigInt(widthOf(family)));
        expect(x.combine("difference", x).isEmpty).toBe(true);
        expect(x.equals(setOf(family, a.toReversed()))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("are covered by the fewest prefixes, which an independent library agrees on", () => {
    fc.assert(
      fc.property(INTERVALS, (intervals) => {
        const set = setOf(family, intervals);
        const prefixes = [...set.prefixes()];
        expect(Addresses.of(family, prefixes.map(rangeOf)).equals(set)).toBe(true);
        // No two blocks of a minimal cover make up one: two halves of a block stand side by side.
        for (const [i, prefix] of prefixes.entries()) {
          const next = prefixes[i + 1];
          if (next === undefined || lengthOf(next) !== lengthOf(prefix)) continue;
          const { first, last } = rangeOf(prefix);
          const size = last - first + 1n;
          expect(first % (2n * size) === 0n && rangeOf(next).first === last + 1n).toBe(false);
        }
        for (let at = 0n; at < 64n; at++) {
          const address = ipaddr.parse(fromBigInt(addressAt(at, family), family));
          const covered = prefixes.some((prefix) => address.match(ipaddr.parseCIDR(prefix)));
          expect(covered).toBe(inside(intervals, at));
        }
      }),
      { numRuns: 40 },
    );
  });
});

it("everything is one prefix, and nothing is none", () => {
  expect([...Addresses.all(4).prefixes()]).toEqual(["0.0.0.0/0"]);
  expect([...Addresses.all(6).prefixes()]).toEqual(["::/0"]);
  expect([...Addresses.of(4, []).prefixes()]).toEqual([]);
});

it("sets of two families do not meet", () => {
  expect(() => Addresses.all(4).combine("union", Addresses.all(6))).toThrow("families");
});
