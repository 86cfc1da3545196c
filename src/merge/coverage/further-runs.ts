/** How many more runs until a coverage is reached (Chao & Jost 2012; Chao et al. 2014). */
import { deficit, sampleCoverage, surplus } from "./sample-coverage.ts";

interface Seen {
  readonly m: number;
  readonly U: number;
  readonly Q1: number;
  readonly Q2: number;
}

export interface FurtherRuns {
  /** Where the curve meets the target. */
  readonly real: number | null;
  /** The least whole number of runs that reaches it. */
  readonly runs: number | null;
}

/** A target is taken to this many decimal places, so that 0.95 is 95/100. */
const PLACES = 12;

/** Beyond this many runs the exact comparison would cost more than a rounded answer is worth. */
const MAX_EXACT = 20_000;

export function furtherRuns(seen: Seen, target: number): FurtherRuns {
  const { m, U, Q1, Q2 } = seen;
  const { value } = sampleCoverage(seen);
  if (value === null) return { real: null, runs: null };
  const missing = Number((1 - target).toFixed(PLACES));
  const left = (Q1 * deficit(m, Q1, Q2)) / U;
  if (left <= missing) return { real: 0, runs: 0 };
  // From what is left to what may be missing: the difference of two logarithms would lose digits near the target.
  const real = Math.log(missing / left) / Math.log1p(-surplus(m, Q1, Q2));
  return { real, runs: wholeRuns(seen, missing, real) };
}

/** Logarithms cannot tell which side of a whole number they are on when they are near it: fractions can. */
function wholeRuns(seen: Seen, missing: number, real: number): number {
  const near = Math.round(real);
  if (Math.abs(real - near) > 1e-6 || near > MAX_EXACT) return Math.ceil(real);
  return reaches(seen, missing, near) ? near : near + 1;
}

/** Whether (Q1/U) A^(t+1) <= 1 - target, in whole numbers. */
function reaches({ m, U, Q1, Q2 }: Seen, missing: number, t: number): boolean {
  const isClassic = Q2 > 0;
  const above = isClassic ? (m - 1) * Q1 : (m - 1) * (Q1 - 1);
  const below = above + (isClassic ? 2 * Q2 : 2);
  const scale = 10 ** PLACES;
  const exponent = BigInt(t + 1);
  return (
    BigInt(Q1) * BigInt(above) ** exponent * BigInt(scale) <=
    BigInt(Math.round(missing * scale)) * BigInt(U) * BigInt(below) ** exponent
  );
}
