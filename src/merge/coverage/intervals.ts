/** 95 % intervals for what has none in closed form, and for what has a simple one. */
import type { Interval, Intervals, Statistics, ToldInterval } from "../../model/coverage.ts";
import { unseen } from "./chao2.ts";
import { extrapolate } from "./extrapolation.ts";
import { ice } from "./ice.ts";
import { runsWithUniques } from "./next-run.ts";
import { normal, wilson } from "./normal.ts";
import { resample } from "./resample.ts";
import { deficit, sampleCoverage } from "./sample-coverage.ts";
import type { Counts, Sample } from "./table.ts";

type Estimates = Pick<Statistics, "coverage" | "next" | "ice" | "jack1" | "boot" | "extrapolation">;

export function intervals(counts: Counts, found: Estimates, seed: number): Intervals {
  const { m, S, Q1, uniques } = counts;
  if (m <= 1 || S === 0) return NOTHING_TOLD;
  const samples = resample(counts, seed);
  const about = (value: number | null, of: (sample: Sample) => number | null, least: number, most?: number) =>
    bootstrap(value, samples.map(of), least, most);
  const pNew = wilson(runsWithUniques(uniques), m);
  const settled = withoutNews(counts, pNew);
  return {
    coverage: settled?.coverage ?? about(found.coverage.value, coverageOf, 0, 1),
    expected_new: settled?.expected ?? about(found.next.expected_new, expectedOf, 0),
    p_new: { ci95: pNew, method: "wilson" },
    ice: about(found.ice.value, (sample) => ice(sample).value, S),
    jack1: analytic(found.jack1, S, S + Q1 * m),
    boot: analytic(found.boot, S),
    two_m: about(found.extrapolation.two_m, doubledOf, S),
  };
}

const NONE: ToldInterval = { ci95: null, method: "bootstrap" };
const NOTHING_TOLD: Intervals = {
  coverage: NONE,
  expected_new: NONE,
  p_new: { ci95: null, method: "wilson" },
  ice: NONE,
  jack1: { ci95: null, method: "normal" },
  boot: { ci95: null, method: "normal" },
  two_m: NONE,
};

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
  most?: number,
): ToldInterval {
  return { ci95: value === null || se === null ? null : normal(value, se, least, most), method: "normal" };
}

/** By the standard deviation of the samples' estimates, as the authors' program has it; null where most have none. */
function bootstrap(
  value: number | null,
  drawn: readonly (number | null)[],
  least: number,
  most?: number,
): ToldInterval {
  const known = drawn.filter((estimate) => estimate !== null);
  if (value === null || known.length * 2 < drawn.length) return NONE;
  const mean = known.reduce((sum, estimate) => sum + estimate, 0) / known.length;
  const squares = known.reduce((sum, estimate) => sum + (estimate - mean) ** 2, 0);
  return { ci95: normal(value, Math.sqrt(squares / (known.length - 1)), least, most), method: "bootstrap" };
}

function seldom({ m, U, infrequent: [Q1 = 0, Q2 = 0] }: Sample): { m: number; U: number; Q1: number; Q2: number } {
  return { m, U, Q1, Q2 };
}

function coverageOf(sample: Sample): number | null {
  return sampleCoverage(seldom(sample)).value;
}

function expectedOf(sample: Sample): number {
  const { m, Q1, Q2 } = seldom(sample);
  return (Q1 / m) * deficit(m, Q1, Q2);
}

function doubledOf(sample: Sample): number | null {
  const { m, Q1, Q2 } = seldom(sample);
  return extrapolate({ m, S: sample.S, Q1 }, unseen(Q1, Q2, (m - 1) / m), m);
}
