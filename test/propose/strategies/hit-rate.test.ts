import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HitRate } from "../../../src/model/strategy.ts";
import { type Generalisation, hitRate as rateOf, type Use, usesOf } from "../../../src/propose/strategies/hit-rate.ts";

const hitRate = (uses: readonly Use<string>[], by: Generalisation<string>): HitRate => rateOf(usesOf(uses), by);

const EXACT: Generalisation<string> = { opens: (item) => item, openBy: (item) => [item] };
/** Everything that begins with the same letter. */
const LETTER: Generalisation<string> = { opens: (item) => item.slice(0, 1), openBy: (item) => [item.slice(0, 1)] };

/** `use("a b")` is the first run, which used a and b; runs are a day apart. */
const use = (...runs: readonly string[]): Use<string>[] =>
  runs.map((items, i) => ({
    run: `r${i}`,
    at: `2026-11-${String(i + 1).padStart(2, "0")}T00:00:00.000000Z`,
    items: items === "" ? [] : items.split(" "),
  }));

describe("the expected hit rate", () => {
  test.each([
    ["what every run uses", use("a", "a", "a", "a"), 1, 1],
    ["what one run alone uses is a miss for it", use("a", "a", "b", "a"), 0.75, 0.5],
    ["drift shows in the later runs only", use("a", "a", "b", "b"), 1, 0.5],
    ["one closed address fails the run", use("a", "a", "a", "a b"), 0.75, 0.5],
    ["never the same twice", use("a", "b", "c", "d"), 0, 0],
    ["runs without it do not count", use("a", "", "a", "", "a"), 1, 1],
  ])("%s", (_, uses, leaveOneOut, laterRuns) => {
    expect(hitRate(uses, EXACT)).toMatchObject({ leaveOneOut, laterRuns, lower: Math.min(leaveOneOut, laterRuns) });
  });

  test("is not known from two runs", () => {
    expect(hitRate(use("a", "a"), EXACT)).toEqual({ leaveOneOut: null, laterRuns: null, lower: null, runs: 2 });
  });

  test("without times has the one test that needs none", () => {
    const timeless = use("a", "a", "a").map((each) => ({ ...each, at: null }));
    expect(hitRate(timeless, EXACT)).toEqual({ leaveOneOut: 1, laterRuns: null, lower: 1, runs: 3 });
  });

  test("a wider rule hits what a narrower one misses", () => {
    const uses = use("a1", "a2", "a3", "a4");
    expect([hitRate(uses, EXACT).lower, hitRate(uses, LETTER).lower]).toEqual([0, 1]);
  });

  test("a pattern counts from three names on", () => {
    const pattern = { ...EXACT, establishedBy: 3 };
    expect(hitRate(use("a", "b", "c", "d", "e", "f"), pattern)).toMatchObject({ leaveOneOut: 1, laterRuns: 1 });
    expect(hitRate(use("a", "b", "c"), pattern)).toMatchObject({ leaveOneOut: 0, laterRuns: 0 });
  });
});

describe("against the definition, run by run", () => {
  const uses = fc
    .array(fc.array(fc.constantFrom("a1", "a2", "b1", "b2", "c1"), { maxLength: 3 }), { minLength: 3, maxLength: 9 })
    .map((runs) => use(...runs.map((items) => items.join(" "))));

  function naive(
    runs: readonly Use<string>[],
    by: Generalisation<string>,
  ): { leaveOneOut: number; laterRuns: number } | null {
    const used = runs.filter(({ items }) => items.length > 0);
    if (used.length < 3) return null;
    const hit = (tested: Use<string> | undefined, training: readonly Use<string>[]): boolean => {
      const open = new Set(training.flatMap(({ items }) => items.map(by.opens)));
      return (tested?.items ?? []).every((item) => by.openBy(item).some((key) => open.has(key)));
    };
    const share = (hits: readonly boolean[]): number =>
      Math.round((hits.filter(Boolean).length / hits.length) * 10_000) / 10_000;
    const half = Math.ceil(used.length / 2);
    return {
      leaveOneOut: share(
        used.map((each) =>
          hit(
            each,
            used.filter((other) => other !== each),
          ),
        ),
      ),
      laterRuns: share(used.slice(half).map((each, i) => hit(each, used.slice(0, half + i)))),
    };
  }

  test.each([
    ["exact", EXACT],
    ["generalised", LETTER],
  ])("%s", (_, by) => {
    fc.assert(
      fc.property(uses, (runs) => {
        const expected = naive(runs, by);
        const { leaveOneOut, laterRuns } = hitRate(runs, by);
        expect(leaveOneOut === null ? null : { leaveOneOut, laterRuns }).toEqual(expected);
      }),
    );
  });

  test("the order in which runs are given changes nothing", () => {
    fc.assert(
      fc.property(uses, (runs) => {
        expect(hitRate(runs.toReversed(), EXACT)).toEqual(hitRate(runs, EXACT));
      }),
    );
  });
});
