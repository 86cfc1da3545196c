import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIncidence } from "../../../src/merge/coverage/csv.ts";
import { extrapolate } from "../../../src/merge/coverage/extrapolation.ts";
import { furtherRuns } from "../../../src/merge/coverage/further-runs.ts";
import { statistics } from "../../../src/merge/coverage/statistics.ts";
import { countsOf, type IncidenceTable } from "../../../src/merge/coverage/table.ts";

/** Rows of 0 and 1, one a run. */
function table(rows: readonly (readonly number[])[]): IncidenceTable {
  const width = rows[0]?.length ?? 0;
  return {
    runs: rows.map((_, i) => `r${i}`),
    endpoints: Array.from({ length: width }, (_, e) => ({
      name: `e${e}`,
      runs: rows.flatMap((row, i) => (row[e] === 1 ? [i] : [])),
    })),
  };
}

const rows = fc
  .tuple(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 9 }))
  .chain(([m, width, rare]) => {
    const cell = fc.integer({ min: 0, max: rare }).map((n) => (n === 0 ? 1 : 0));
    return fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: m, maxLength: m });
  });

/** Equal but for rounding. */
function near(a: number | null | undefined, b: number): void {
  expect(a).not.toBeNull();
  expect(Math.abs((a ?? NaN) - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b)));
}

describe("what holds of every table", () => {
  test("the curve begins with the mean run, ends with what was seen, and its last step is Q1/m", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { m, U, S_obs, Q1, rarefaction, jack1 } = statistics(table(all));
        near(rarefaction[0], U / m);
        near(rarefaction[m - 1], S_obs);
        const step = (rarefaction[m - 1] ?? 0) - (rarefaction[m - 2] ?? 0);
        near(step, Q1 / m);
        if (S_obs > 0) near(jack1.value, S_obs + (m - 1) * step);
      }),
    );
  });

  test("the next step of the curve is what is expected of the next run, and is the incidences not covered", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { m, U, S_obs, extrapolation, coverage, next } = statistics(table(all));
        if (S_obs === 0) return;
        const step = (extrapolation.m_plus_1 ?? NaN) - S_obs;
        near(next.expected_new, step);
        near((U / m) * (1 - (coverage.value ?? NaN)), step);
      }),
    );
  });

  test("Chao2 lies in its interval, above what was seen and above its bias-corrected form; p_new is at most Q1/m", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { m, S_obs, Q1, chao2, variants, next } = statistics(table(all));
        expect(next.p_new).toBeLessThanOrEqual(Q1 / m + 1e-12);
        if (chao2.value === null) return;
        expect(chao2.value).toBeGreaterThanOrEqual((variants.chao2_bc ?? NaN) - 1e-9);
        const [low, high] = chao2.ci95 ?? [S_obs, chao2.value];
        expect(S_obs).toBeLessThanOrEqual(low);
        expect(low).toBeLessThanOrEqual(chao2.value);
        expect(chao2.value).toBeLessThanOrEqual(high);
      }),
    );
  });

  test("empty columns and another order of runs and endpoints change nothing", () => {
    const numbers = (all: readonly (readonly number[])[]): unknown => {
      const { columns: _, ...found } = statistics(table(all));
      return JSON.parse(JSON.stringify(found), (_key, value: unknown) =>
        typeof value === "number" ? Number(value.toPrecision(9)) : value,
      );
    };
    fc.assert(
      fc.property(rows, (all) => {
        const turned = all.toReversed().map((row) => [0, ...row.toReversed(), 0]);
        expect(numbers(turned)).toEqual(numbers(all));
      }),
    );
  });

  test("the curve goes on to Chao2", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const counts = countsOf(table(all));
        const { chao2 } = statistics(table(all));
        if (chao2.value !== null) near(extrapolate(counts, chao2.Q0, 1e9), chao2.value);
      }),
    );
  });

  test("the runs told are the least that reach the target", () => {
    const target = fc.integer({ min: 1, max: 99 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(rows, target, (all, goal) => {
        const counts = countsOf(table(all));
        const { m, U, Q1, Q2 } = counts;
        const { runs } = furtherRuns(counts, goal);
        if (runs === null) return;
        const a = Q2 > 0 ? ((m - 1) * Q1) / ((m - 1) * Q1 + 2 * Q2) : ((m - 1) * (Q1 - 1)) / ((m - 1) * (Q1 - 1) + 2);
        const missing = (t: number): number => (Q1 === 0 ? 0 : (Q1 / U) * a ** (t + 1));
        expect(missing(runs)).toBeLessThanOrEqual((1 - goal) * (1 + 1e-9));
        if (runs > 0) expect(missing(runs - 1)).toBeGreaterThan((1 - goal) * (1 - 1e-9));
      }),
    );
  });
});

/** C(a, t) in whole numbers. */
function choose(a: number, t: number): bigint {
  if (t > a) return 0n;
  let value = 1n;
  for (let i = 0; i < t; i++) value = (value * BigInt(a - i)) / BigInt(i + 1);
  return value;
}

test("the curve of hundreds of runs and thousands of endpoints keeps ten digits", () => {
  const m = 300;
  const endpoints = Array.from({ length: 3000 }, (_, e) => ({
    name: `e${e}`,
    runs: [...Array(1 + ((e * e) % 97) * (e % 4)).keys()],
  }));
  const { rarefaction } = statistics({ runs: Array.from({ length: m }, (_, i) => `r${i}`), endpoints });
  for (const t of [1, 2, 17, 150, 299, 300]) {
    const all = choose(m, t);
    const seen = endpoints.reduce((sum, { runs }) => sum + all - choose(m - runs.length, t), 0n);
    const exact = Number((seen * 10n ** 15n) / all) / 1e15;
    expect(Math.abs((rarefaction[t - 1] ?? 0) - exact) / exact).toBeLessThan(1e-10);
  }
});

describe("an answer that falls on a whole number of runs", () => {
  // U = 8, Q1 = 4, Q2 = 2, m = 2: A = 4 / (4 + 4) = 1/2, so 1 - C(m + t) = (1/2)^(t+2).
  const counts = countsOf(
    table([
      [1, 1, 1, 1, 0, 0],
      [1, 1, 0, 0, 1, 1],
    ]),
  );
  test.each([
    [0.75, 0],
    [0.875, 1],
    [0.9375, 2],
    [0.93750001, 3],
    [1 - 2 ** -12, 10],
  ])("coverage %s takes %i more", (target, runs) => {
    expect(furtherRuns(counts, target).runs).toBe(runs);
  });
});

describe("what a formula has no good answer for is said:", () => {
  test.each<readonly [string, readonly (readonly number[])[], readonly string[]]>([
    ["no endpoint", [[], []], ["no_endpoints"]],
    ["one run", [[1, 1]], ["one_run"]],
    [
      "nothing twice",
      [
        [1, 1, 0],
        [0, 0, 1],
      ],
      ["ice_undefined"],
    ],
    ["one seen once and nothing else", [[1], [0]], ["ice_undefined", "chao2_equals_S_obs", "q1_one_q2_zero"]],
    ["nothing once", [[1], [1]], ["chao2_equals_S_obs"]],
    [
      "one seen once beside one in every run",
      [
        [1, 1],
        [1, 0],
        [1, 0],
      ],
      ["chao2_equals_S_obs", "q1_one_q2_zero"],
    ],
    [
      "some once and some twice",
      [
        [1, 1, 0],
        [1, 0, 1],
      ],
      [],
    ],
  ])("%s", (_, all, said) => {
    expect(statistics(table(all)).flags.map((flag) => flag.split(":")[0])).toEqual(said);
  });
});

describe("the error of the bootstrap estimate", () => {
  test("is that of every resample, counted out", () => {
    // Three runs drawn again in all 27 ways: the number of endpoints missed has a variance, which the closed form gives.
    const all = [
      [1, 0, 1, 0],
      [0, 1, 1, 0],
      [0, 0, 1, 1],
    ];
    const missed: number[] = [];
    for (const a of all)
      for (const b of all)
        for (const c of all) missed.push(a.filter((_, i) => a[i] === 0 && b[i] === 0 && c[i] === 0).length);
    const mean = missed.reduce((sum, n) => sum + n, 0) / missed.length;
    const variance = missed.reduce((sum, n) => sum + (n - mean) ** 2, 0) / missed.length;
    const { boot } = statistics(table(all));
    near(boot.value, 4 + mean);
    near(boot.se, Math.sqrt(variance));
  });

  test("is left out, and said so, where the table is too large for it", () => {
    const endpoints = Array.from({ length: 90_000 }, (_, i) => ({ name: `e${i}`, runs: [i % 3] }));
    const { boot, flags } = statistics({ runs: ["a", "b", "c"], endpoints });
    expect(boot.value).toBeGreaterThan(90_000);
    expect(boot.se).toBeNull();
    expect(flags).toContainEqual(expect.stringMatching(/^boot_se_not_calculated: /));
  });
});

describe("a table in CSV", () => {
  const names = (text: string): unknown => {
    const { runs, endpoints } = parseIncidence(text, "t.csv");
    return [runs, endpoints.map(({ name, runs: seen }) => `${name} ${seen.join("+")}`)];
  };

  test.each([
    ["plain", "run,a,b\nr1,1,0\nr2,1,1\n"],
    ["without a last newline", "run,a,b\nr1,1,0\nr2,1,1"],
    ["with carriage returns and a byte order mark", "\uFEFFrun,a,b\r\nr1,1,0\r\nr2,1,1\r\n"],
    ["with semicolons", "run;a;b\nr1;1;0\nr2;1;1\n"],
    ["with tabs", "run\ta\tb\nr1\t1\t0\nr2\t1\t1\n"],
    ["with counts", "run,a,b\nr1,17,0\nr2,0.5,3\n"],
    ["with words", "run,a,b\nr1,TRUE,false\nr2,yes,x\n"],
    ["with nothing for no", "run,a,b\nr1,1,\nr2,1,1\n"],
    ["with spaces and empty lines", "run, a , b\n\nr1, 1, 0\n\n r2,1,1\n"],
    ["quoted", '"run","a","b"\n"r1","1","0"\n"r2",1,1\n'],
  ])("%s", (_, text) => {
    expect(names(text)).toEqual([
      ["r1", "r2"],
      ["a 0+1", "b 1"],
    ]);
  });

  test("names with separators, quotes and newlines in quotes", () => {
    expect(names('run,"a,""b""\nc"\nr1,1\n')).toEqual([["r1"], ['a,"b"\nc 0']]);
  });

  test("runs without any endpoint", () => {
    expect(names("run\nr1\nr2\n")).toEqual([["r1", "r2"], []]);
  });

  test.each([
    ["", "t.csv: empty: a header is needed, then one row a run"],
    ["run,a\n", "t.csv: no run: a header is needed, then one row a run"],
    ["run,a,a\nr1,1,0\n", "t.csv:1: two columns are called a"],
    ["run,a,b\nr1,1,0\nr2,1\n", "t.csv:3: 1 endpoints, where the header has 2"],
    ["run,a\nr1,1\nr1,0\n", "t.csv:3: run r1 is there twice"],
    ["endpoint,r1,r2\na.example:443/tcp,1,1\nb.example:53/udp,0,1\n", "t.csv: turned round: the rows are endpoints"],
    ["run,a\n,1\n", "t.csv:2: the run has no name"],
    ["run,a\nr1,-1\n", "t.csv:2: expected 0, 1 or a count, not -1"],
    ["run,a\nr1,maybe\n", "t.csv:2: expected 0, 1 or a count, not maybe"],
    ['run,"a\n\nr1,1\n', "t.csv:1: a quote that is not closed"],
    ['run,a\n"r1"x,1\n', "t.csv:2: text after a closing quote"],
    ['run,"a\nb"\nr1,1\nr2,?\n', "t.csv:4: expected 0, 1 or a count, not ?"],
    [`run,${"a".repeat(1001)}\nr1,1\n`, "t.csv:1: a field of more than 1000 characters"],
  ])("%j is refused with its place", (text, message) => {
    expect(() => parseIncidence(text, "t.csv")).toThrow(message);
  });
});
