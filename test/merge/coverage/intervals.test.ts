import { describe, expect, test } from "vitest";
import { intervals, nextIntervals } from "../../../src/merge/coverage/intervals.ts";
import { wilson } from "../../../src/merge/coverage/normal.ts";
import { binomial, generator, someOf } from "../../../src/merge/coverage/random.ts";
import { resample } from "../../../src/merge/coverage/resample.ts";
import { statistics } from "../../../src/merge/coverage/statistics.ts";
import { countsOf, type IncidenceTable } from "../../../src/merge/coverage/table.ts";

/** Endpoints with these shares of runs, drawn from a seed. */
function drawn(shares: readonly number[], m: number, seed: number): IncidenceTable {
  const random = generator(seed);
  return {
    runs: Array.from({ length: m }, (_, i) => `r${i}`),
    endpoints: shares.map((share, e) => ({
      name: `e${e}`,
      runs: [...Array(m).keys()].filter(() => random() < share),
    })),
  };
}

const told = (table: IncidenceTable, seed = 1): ReturnType<typeof intervals> =>
  intervals(countsOf(table), statistics(table), seed);
const SHARES = Array.from({ length: 80 }, (_, i) => 0.9 / (1 + i));

describe("chance", () => {
  test("is the same for a seed, and another for another", () => {
    const first = (seed: number): number[] => [0, 0, 0].map(generator(seed));
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
    expect(first(2 ** 40)).not.toEqual(first(2 ** 41));
  });

  test.each([
    [10, 0.02],
    [10, 0.5],
    [40, 0.97],
    [500, 0.001],
    [500, 0.5],
  ])("draws of %i trials at %d have the mean and the variance of a binomial", (n, p) => {
    const random = generator(7);
    const values = Array.from({ length: 20_000 }, () => binomial(n, p, random));
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    const sd = Math.sqrt(n * p * (1 - p));
    expect(Math.abs(mean - n * p)).toBeLessThan((5 * sd) / Math.sqrt(20_000) + 1e-9);
    expect(variance / sd ** 2).toBeGreaterThan(0.9);
    expect(variance / sd ** 2).toBeLessThan(1.1);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(n);
  });

  test("of those that succeeded at all, each succeeded once or more, as often as the truncated law says", () => {
    const random = generator(3);
    const values = Array.from({ length: 20_000 }, () => someOf(20, 0.05, random));
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    expect(Math.min(...values)).toBe(1);
    expect(Math.abs(mean - 1 / (1 - 0.95 ** 20))).toBeLessThan(0.02);
  });
});

describe("samples that might have been", () => {
  test("are on average as the sample is", () => {
    const table = drawn(SHARES, 40, 5);
    const { coverage, U } = statistics(table);
    const samples = resample(countsOf(table), 1);
    expect(samples).toHaveLength(200);
    const mean = samples.reduce((sum, sample) => sum + sample.U, 0) / samples.length;
    expect(Math.abs(mean / U - 1)).toBeLessThan(0.05);
    const [low, high] = told(table).coverage.ci95 ?? [1, 0];
    expect(low).toBeLessThan(coverage.value ?? 0);
    expect(high).toBeGreaterThan(coverage.value ?? 1);
  });

  test("are no burden where millions are thought unseen", () => {
    const endpoints = Array.from({ length: 4000 }, (_, i) => ({ name: `e${i}`, runs: [i % 50] }));
    const found = told({ runs: Array.from({ length: 50 }, (_, i) => `r${i}`), endpoints });
    expect(found.coverage.ci95?.[1]).toBeLessThan(0.1);
    expect(found.ice.ci95).toBeNull();
  });
});

describe("intervals", () => {
  test("are the same for a seed", () => {
    const table = drawn(SHARES, 12, 1);
    expect(told(table)).toEqual(told(table));
    expect(told(table)).not.toEqual(told(table, 2));
  });

  test("hold the true coverage of nine samples in ten or more", () => {
    // Of the incidences that a further run has on average, those of endpoints that the sample has.
    const held = Array.from({ length: 60 }, (_, seed) => {
      const table = drawn(SHARES, 25, seed + 1);
      const all = SHARES.reduce((sum, share) => sum + share, 0);
      const seen = SHARES.filter((_share, e) => (table.endpoints[e]?.runs.length ?? 0) > 0);
      const truth = seen.reduce((sum, share) => sum + share, 0) / all;
      const [low, high] = told(table).coverage.ci95 ?? [1, 0];
      return low <= truth && truth <= high;
    });
    expect(held.filter(Boolean).length).toBeGreaterThan(53);
  });

  test("say nothing of one run, or of none that showed anything", () => {
    const one = told({ runs: ["a"], endpoints: [{ name: "e", runs: [0] }] });
    const nothing = told({ runs: ["a", "b"], endpoints: [] });
    for (const found of [one, nothing]) for (const { ci95 } of Object.values(found)) expect(ci95).toBeNull();
  });

  test("do not call two equal runs complete", () => {
    const table: IncidenceTable = {
      runs: ["a", "b"],
      endpoints: ["x", "y", "z", "w"].map((name) => ({ name, runs: [0, 1] })),
    };
    expect(statistics(table).coverage.value).toBe(1);
    const { coverage, expected_new } = nextIntervals(countsOf(table), statistics(table), 1);
    const most = wilson(0, 2)[1];
    expect(coverage).toEqual({ ci95: [1 - most / 4, 1], method: "no-new-seen" });
    expect(expected_new.ci95).toEqual([0, most]);
  });

  test.each([
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [1, 100, 0.00177, 0.0545],
  ])("of %i in %i is from %d to %d", (k, m, low, high) => {
    expect(wilson(k, m)[0]).toBeCloseTo(low, 3);
    expect(wilson(k, m)[1]).toBeCloseTo(high, 3);
  });
});
