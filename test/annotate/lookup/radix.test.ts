import * as fc from "fast-check";
import { expect, it } from "vitest";
import { sortedRows } from "../../../src/annotate/lookup/radix.ts";

it("sorts rows as a comparison of their cells does, equal rows in the order they had", () => {
  const cell = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 0xffff }));
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((stride) =>
      fc
        .array(fc.array(cell, { minLength: stride, maxLength: stride }), { maxLength: 40 })
        .map((rows) => ({ stride, rows })),
    );
  fc.assert(
    fc.property(table, ({ stride, rows }) => {
      const compare = (a: number, b: number): number => {
        for (let i = 0; i < stride; i++) {
          const order = (rows[a]?.[i] ?? 0) - (rows[b]?.[i] ?? 0);
          if (order !== 0) return order;
        }
        return a - b;
      };
      const keys = Uint16Array.from(rows.flat());
      expect([...sortedRows(keys, stride, [...Array(stride).keys()], rows.length)]).toEqual(
        [...rows.keys()].sort(compare),
      );
    }),
    { numRuns: 300 },
  );
});
