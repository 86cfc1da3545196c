/** The same quantities in the forms that other sources print, so that a reader can compare. */
import type { Interval, Statistics, Variants } from "../../model/coverage.ts";
import { classicVariance, unseen } from "./chao2.ts";
import { iceSpader } from "./ice.ts";
import { logNormal, Z95 } from "./normal.ts";
import type { Counts } from "./table.ts";

const NO_ENDPOINTS: Variants = {
  chao2_bc: null,
  chao2_bc_se: null,
  chao2_nofactor: null,
  chao2_nofactor_se: null,
  q1zero_estimates_se: null,
  q0zero_spader_se: null,
  ice_spader: null,
  chao2_ci95_z1_96: null,
  q1zero_estimates_ci95: null,
  q0zero_spader_ci95: null,
};

export function variants(counts: Counts, { Q0, se }: Statistics["chao2"]): Variants {
  const { m, S, Q1, Q2 } = counts;
  if (S === 0 || Q0 === null || se === null) return NO_ENDPOINTS;
  const c = (m - 1) / m;
  const [estimatesSe, estimatesInterval] = Q1 === 0 ? estimates(counts) : [null, null];
  const [spaderSe, spaderInterval] = Q0 === 0 && m > 1 ? spader(counts) : [null, null];
  return {
    chao2_bc: S + (c * Q1 * (Q1 - 1)) / (2 * (Q2 + 1)),
    chao2_bc_se: Math.sqrt(biasCorrectedVariance(Q1, Q2, c)),
    chao2_nofactor: Q2 > 0 ? S + unseen(Q1, Q2, 1) : null,
    chao2_nofactor_se: Q2 > 0 ? Math.sqrt(classicVariance(Q1, Q2, 1)) : null,
    q1zero_estimates_se: estimatesSe,
    q0zero_spader_se: spaderSe,
    ice_spader: iceSpader(counts),
    chao2_ci95_z1_96: logNormal(S, Q0, se, 1.96),
    q1zero_estimates_ci95: estimatesInterval,
    q0zero_spader_ci95: spaderInterval,
  };
}

function biasCorrectedVariance(Q1: number, Q2: number, c: number): number {
  return (
    (c * Q1 * (Q1 - 1)) / (2 * (Q2 + 1)) +
    (c ** 2 * Q1 * (2 * Q1 - 1) ** 2) / (4 * (Q2 + 1) ** 2) +
    (c ** 2 * Q1 ** 2 * Q2 * (Q1 - 1) ** 2) / (4 * (Q2 + 1) ** 4)
  );
}

/** Where no endpoint was seen once, as EstimateS has it. */
function estimates({ U, S }: Counts): [number, Interval] {
  const P = Math.exp(-U / S);
  return [Math.sqrt(S * P * (1 - P)), aboutWhole(S, P, Math.sqrt((S * P) / (1 - P)))];
}

/** Where Chao2 adds nothing, as SpadeR has it; its variance can come out negative, and then nothing is said. */
function spader({ m, S, frequencies }: Counts): [number | null, Interval | null] {
  const over = (term: (j: number) => number): number =>
    frequencies.reduce((sum, { n, count }) => sum + count * term(n), 0);
  const P = over((j) => Math.exp(-j)) / S;
  const variance = over((j) => Math.exp(-j) - Math.exp(-2 * j)) - over((j) => j * Math.exp(-j)) ** 2 / m;
  if (variance < 0) return [null, null];
  const se = Math.sqrt(variance);
  return [se, aboutWhole(S, P, se / (1 - P))];
}

function aboutWhole(S: number, P: number, width: number): Interval {
  const centre = S / (1 - P);
  return [Math.max(S, centre - Z95 * width), centre + Z95 * width];
}
