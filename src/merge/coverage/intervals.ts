/** 95 % intervals for what has none in closed form, and for what has a simple one. */
import type { Interval, Intervals, Statistics, ToldInterval } from "../../model/coverage.ts";
import { unseen } from "./chao2.ts";
import { extrapolate } from "./extrapolation.ts";
import { ice } from "./ice.ts";
import { runsWithUniques } from "./next-run.ts";
import { normal, wilson } from "./normal.ts";
import { type Replicate, resample } from "./resample.ts";
import { deficit, sampleCoverage } from "./sample-coverage.ts";
import type { Counts, Sample } from "./table.ts";

type Estimates = Pick<Statistics, "coverage" | "next" | "ice" | "jack1" | "boot" | "extrapolation">;
type Essentials = Pick<Intervals, "coverage" | "expected_new" | "p_new">;

export function intervals(counts: Counts, found: Estimates, seed: number): Intervals {
  const { S, m } = counts;
  const samples = isTelling(counts) ? resample(counts, seed) : [];
  return {
    ...essentials(counts, found, samples),
    ice: bootstrap(found.ice.value, samples, (sample) => ice(sample).value, S),
    jack1: m > 1 ? analytic(found.jack1, S) : { ci95: null, method: "normal" },
    boot: m > 1 ? analytic(found.boot, S) : { ci95: null, method: "normal" },
    two_m: bootstrap(found.extrapolation.two_m, samples, doubledOf, S),
  };
}

/** Those of coverage and of the next run alone. */
export function nextIntervals(counts: Counts, found: Pick<Statistics, "coverage" | "next">, seed: number): Essentials {
  return essentials(counts, found, isTelling(counts) ? resample(counts, seed) : []);
}

function essentials(
  counts: Counts,
  { coverage, next }: Pick<Statistics, "coverage" | "next">,
  samples: readonly Replicate[],
): Essentials {
  if (!isTelling(counts)) return { coverage: NONE, expected_new: NONE, p_new: { ci95: null, method: "wilson" } };
  const pNew = wilson(runsWithUniques(counts.uniques), counts.m);
  const settled = withoutNews(counts, pNew);
  return {
    coverage: settled?.coverage ?? bootstrap(coverage.value, samples, coverageError, 0, 1),
    expected_new: settled?.expected ?? bootstrap(next.expected_new, samples, expectedError, 0),
    p_new: { ci95: pNew, method: "wilson" },
  };
}

function isTelling({ m, S }: Counts): boolean {
  return m > 1 && S > 0;
}

const NONE: ToldInterval = { ci95: null, method: "bootstrap" };

/**
 * Where the formula says that all is covered, samples drawn from what was seen say so too, after two runs as after two
 * hundred. So the other ends come from how often a run could bring one new endpoint and yet have brought this little.
 */
function withoutNews(
  { m, U, Q1, Q2 }: Counts,
  [, most]: Interval,
): { readonly coverage: ToldInterval; readonly expected: ToldInterval } | null {
  if (deficit(m, Q1, Q2) > 0) return null;
  return {
    coverage: { ci95: [Math.max(0, 1 - (most * m) / U), 1], method: "no-new-seen" },
    expected: { ci95: [0, most], method: "no-new-seen" },
  };
}

function analytic(
  { value, se }: { readonly value: number | null; readonly se: number | null },
  least: number,
): ToldInterval {
  return { ci95: value === null || se === null ? null : normal(value, se, least), method: "normal" };
}

/** By the standard deviation of what the samples give, an estimate or its error; null where most give none. */
function bootstrap(
  value: number | null,
  samples: readonly Replicate[],
  error: (sample: Replicate) => number | null,
  least: number,
  most?: number,
): ToldInterval {
  const drawn = samples.map(error);
  const known = drawn.filter((drawnValue) => drawnValue !== null);
  if (value === null || known.length < 2 || known.length * 2 < drawn.length) return NONE;
  const mean = known.reduce((sum, each) => sum + each, 0) / known.length;
  const squares = known.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { ci95: normal(value, Math.sqrt(squares / (known.length - 1)), least, most), method: "bootstrap" };
}

function seldom({ m, U, infrequent: [Q1 = 0, Q2 = 0] }: Sample): { m: number; U: number; Q1: number; Q2: number } {
  return { m, U, Q1, Q2 };
}

/** How far the estimate is from the truth, which is another for each sample: both of them vary. */
function coverageError(sample: Replicate): number | null {
  const { value } = sampleCoverage(seldom(sample));
  return value === null ? null : value - sample.caught / sample.all;
}

function expectedError(sample: Replicate): number {
  const { m, Q1, Q2 } = seldom(sample);
  return (Q1 / m) * deficit(m, Q1, Q2) - (sample.all - sample.caught);
}

function doubledOf(sample: Sample): number | null {
  const { m, Q1, Q2 } = seldom(sample);
  return extrapolate({ m, S: sample.S, Q1 }, unseen(Q1, Q2, (m - 1) / m), m);
}
