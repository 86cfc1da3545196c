/** Sample coverage: the share of endpoint incidences that belong to endpoints already seen (Chao & Jost 2012). */
import type { Statistics } from "../../model/coverage.ts";

/** A of the papers: the share of what uniques stand for that is not covered by seeing them. */
export function deficit(m: number, Q1: number, Q2: number): number {
  if (Q1 === 0) return 0;
  const above = Q2 > 0 ? (m - 1) * Q1 : (m - 1) * (Q1 - 1);
  return above / (above + (Q2 > 0 ? 2 * Q2 : 2));
}

/** 1 - A by itself, so that the logarithm of an A near 1 keeps its digits. */
export function surplus(m: number, Q1: number, Q2: number): number {
  if (Q2 > 0) return (2 * Q2) / ((m - 1) * Q1 + 2 * Q2);
  return 2 / ((m - 1) * (Q1 - 1) + 2);
}

interface Seen {
  readonly m: number;
  readonly U: number;
  readonly Q1: number;
  readonly Q2: number;
}

/** One run tells nothing of what it missed. */
export function sampleCoverage({ m, U, Q1, Q2 }: Seen): Statistics["coverage"] {
  if (U === 0) return { value: null, turing: null };
  const turing = (U - Q1) / U;
  return { value: m <= 1 ? null : 1 - (Q1 / U) * deficit(m, Q1, Q2), turing };
}
