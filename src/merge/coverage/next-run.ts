/** What the next run would bring: how many new endpoints, and the probability of any (Good 1953). */
import type { NextRun } from "../../model/coverage.ts";
import { unseen } from "./chao2.ts";
import { deficit } from "./sample-coverage.ts";
import type { Counts } from "./table.ts";

export function nextRun({ m, Q1, Q2, uniques }: Counts): NextRun {
  if (m <= 1) {
    return {
      expected_new: null,
      expected_new_turing: null,
      p_new: null,
      p_new_poisson: null,
      p_new_homogeneous: null,
    };
  }
  const expected = (Q1 / m) * deficit(m, Q1, Q2);
  return {
    expected_new: expected,
    expected_new_turing: Q1 / m,
    p_new: runsWithUniques(uniques) / m,
    p_new_poisson: -Math.expm1(-expected),
    p_new_homogeneous: homogeneous(m, Q1, unseen(Q1, Q2, (m - 1) / m)),
  };
}

export function runsWithUniques(uniques: readonly number[]): number {
  return uniques.filter((count) => count > 0).length;
}

/** As if each unseen endpoint were as likely as the others, and independent of them. */
function homogeneous(m: number, Q1: number, Q0: number): number {
  return Q0 === 0 ? 0 : -Math.expm1(Q0 * Math.log1p(-Q1 / (m * Q0 + Q1)));
}
