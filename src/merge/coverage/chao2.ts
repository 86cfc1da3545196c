/** Chao2: a lower bound for how many endpoints there are, seen or not (Chao 1987; Chiu et al. 2014). */
import type { Statistics } from "../../model/coverage.ts";
import { logNormal } from "./normal.ts";
import type { Counts } from "./table.ts";

/** Endpoints that no run saw, estimated; `c` is (m-1)/m, or 1 in the form of 1987. */
export function unseen(Q1: number, Q2: number, c: number): number {
  return Q2 > 0 ? (c * Q1 ** 2) / (2 * Q2) : (c * Q1 * (Q1 - 1)) / 2;
}

export function chao2({ m, S, Q1, Q2 }: Counts): Statistics["chao2"] {
  if (S === 0) return { form: null, Q0: null, value: null, se: null, ci95: null };
  const c = (m - 1) / m;
  const Q0 = unseen(Q1, Q2, c);
  const se = Math.sqrt(Q2 > 0 ? classicVariance(Q1, Q2, c) : correctedVariance(Q1, c, S + Q0));
  return {
    form: Q2 > 0 ? "classic" : "bias_corrected",
    Q0,
    value: S + Q0,
    se,
    ci95: logNormal(S, Q0, se),
  };
}

export function classicVariance(Q1: number, Q2: number, c: number): number {
  const r = Q1 / Q2;
  return Q2 * ((c * r ** 2) / 2 + c ** 2 * r ** 3 + (c ** 2 * r ** 4) / 4);
}

/** Where no endpoint was seen in exactly two runs. Rounding must not make it negative. */
function correctedVariance(Q1: number, c: number, value: number): number {
  const variance = (c * Q1 * (Q1 - 1)) / 2 + (c ** 2 * Q1 * (2 * Q1 - 1) ** 2) / 4 - (c ** 2 * Q1 ** 4) / (4 * value);
  return Math.max(0, variance);
}
