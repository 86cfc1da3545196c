/** The jackknife estimates of first and second order (Burnham & Overton 1979; Heltshe & Forrester 1983). */
import type { Statistics } from "../../model/coverage.ts";
import type { Counts } from "./table.ts";

export function jackknife1({ m, S, Q1, uniques }: Counts): Statistics["jack1"] {
  if (S === 0) return { value: null, se: null, se_vegan: null };
  const c = (m - 1) / m;
  const mean = Q1 / m;
  // The sum of squares about the mean, not the difference of two large sums.
  const spread = uniques.reduce((sum, u) => sum + (u - mean) ** 2, 0);
  const squares = uniques.reduce((sum, u) => sum + u ** 2, 0);
  return { value: S + c * Q1, se: Math.sqrt(c * spread), se_vegan: Math.sqrt(c * (squares - Q1 / m)) };
}

/** It can lie below what was seen; that is shown and not mended. */
export function jackknife2({ m, S, Q1, Q2 }: Counts): Statistics["jack2"] {
  if (S === 0) return { value: null };
  if (m === 1) return { value: S };
  return { value: S + (Q1 * (2 * m - 3)) / m - (Q2 * (m - 2) ** 2) / (m * (m - 1)) };
}
