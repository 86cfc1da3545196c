import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, BoxSet, countValues, point, type Range } from "../../../src/dialect/packet/box.ts";

const RANGE: fc.Arbitrary<Range> = fc
  .tuple(fc.bigInt(0n, 40n), fc.bigInt(0n, 12n))
  .map(([first, length]) => ({ first, last: first + length }));

const holds = (box: Box, at: readonly bigint[]): boolean =>
  box.every(({ first, last }, i) => first <= (at[i] ?? -1n) && (at[i] ?? -1n) <= last);

describe("a set of boxes", () => {
  it("holds a value exactly when one of its ranges does, overlapping or not", () => {
    fc.assert(
      fc.property(fc.array(RANGE, { maxLength: 12 }), fc.bigInt(0n, 60n), (ranges, value) => {
        const boxes = ranges.map((range) => [range]);
        const { hit } = new BoxSet(boxes).find([value]);
        const expected = boxes.some((box) => holds(box, [value]));
        return expected === (hit !== null) && (hit === null || holds(boxes[hit] ?? [], [value]));
      }),
    );
  });

  it("holds a tuple exactly when one of its boxes does", () => {
    const tuples = fc.array(fc.tuple(RANGE, RANGE), { maxLength: 40 });
    fc.assert(
      fc.property(tuples, fc.bigInt(0n, 55n), fc.bigInt(0n, 55n), (boxes, x, y) => {
        const { hit } = new BoxSet(boxes).find([x, y]);
        return boxes.some((box) => holds(box, [x, y])) === (hit !== null);
      }),
    );
  });

  it("says no more than perhaps where a coordinate is unknown, and no where none could fit", () => {
    const set = new BoxSet([[point(1n), point(443n)]]);
    expect(set.find([1n, null])).toEqual({ hit: null, possible: true });
    expect(set.find([2n, null])).toEqual({ hit: null, possible: false });
  });
});

it("values are counted once however often ranges name them", () => {
  fc.assert(
    fc.property(fc.array(RANGE, { maxLength: 8 }), (ranges) => {
      const values = new Set<bigint>();
      for (const { first, last } of ranges) for (let v = first; v <= last; v++) values.add(v);
      return countValues(ranges) === BigInt(values.size);
    }),
  );
});
