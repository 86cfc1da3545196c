import * as fc from "fast-check";
import { expect, test } from "vitest";
import { blindRuns } from "../../src/merge/index.ts";

const run = (id: string, ...blindSpots: string[]): { run: string; blindSpots: string[] } => ({ run: id, blindSpots });

test("the blind spot of most runs comes first, with the first few runs by id", () => {
  const many = Array.from({ length: 7 }, (_, i) => run(`r${9 - i}`, "no-dns-seen"));
  expect(blindRuns([...many, run("a", "snaplen-cut", "encrypted-dns"), run("b")])).toEqual([
    { blindSpot: "no-dns-seen", runs: 7, named: ["r3", "r4", "r5", "r6", "r7"] },
    { blindSpot: "encrypted-dns", runs: 1, named: ["a"] },
    { blindSpot: "snaplen-cut", runs: 1, named: ["a"] },
  ]);
});

test("runs that saw everything say nothing", () => {
  expect(blindRuns([run("a"), run("b")])).toEqual([]);
});

test("the order of the runs does not matter, and a word said twice counts once", () => {
  const spots = fc.array(fc.constantFrom("no-dns-seen", "tcp-gaps", "encrypted-dns"), { maxLength: 4 });
  const runs = fc.uniqueArray(fc.record({ run: fc.string(), blindSpots: spots }), { selector: (r) => r.run });
  fc.assert(
    fc.property(
      runs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(blindRuns(shuffled)).toEqual(blindRuns(all));
        for (const { blindSpot, runs: count } of blindRuns(all)) {
          expect(count).toBe(all.filter(({ blindSpots }) => new Set<string>(blindSpots).has(blindSpot)).length);
        }
      },
    ),
  );
});
