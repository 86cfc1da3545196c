import { array, assert, constantFrom, property, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import { FlagTable, type LineFlags } from "../../src/attribute/flag-table.ts";

const UNANIMOUS = ["ambiguous", "midstream"];
const flags = uniqueArray(constantFrom(...UNANIMOUS, "ech", "proxy", "sni-ip"));

test("a line shows the flags of any flow, and the unanimous ones if every flow has them", () => {
  const table = new FlagTable();
  assert(
    property(array(flags, { minLength: 1 }), (flows) => {
      const line = flows.reduce<LineFlags | null>((known, flow) => table.join(known, flow), null);
      const shown = new Set(flows.flat()).values();
      const expected = [...shown].filter(
        (flag) => !UNANIMOUS.includes(flag) || flows.every((flow) => flow.includes(flag)),
      );
      expect(line?.shown).toEqual(expected.sort());
    }),
  );
});

test("lines with the same flags share one list", () => {
  const table = new FlagTable();
  expect(table.join(null, ["proxy", "ech"])).toBe(table.join(table.join(null, ["ech"]), ["proxy"]));
});
