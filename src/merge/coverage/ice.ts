/** ICE, the incidence coverage estimator with cut-off 10 (Lee & Chao 1994; Chazdon et al. 1998). */
import type { Ice } from "../../model/coverage.ts";
import { deficit } from "./sample-coverage.ts";
import { INFREQUENT, type Sample } from "./table.ts";

interface Infrequent {
  readonly S_freq: number;
  readonly S_infr: number;
  readonly N_infr: number;
  /** The sum of j(j-1)Q_j. */
  readonly pairs: number;
}

export function ice(sample: Sample): Ice {
  const { m, S, infrequent, infrequentRuns: m_infr } = sample;
  const { pairs, ...sums } = infrequentOf(sample);
  const { S_freq, S_infr, N_infr } = sums;
  const told = { ...sums, m_infr };
  if (m <= 1 || S === 0) return { value: null, ...told, C: null, gamma2: null };
  if (S_infr === 0) return { value: S, ...told, C: null, gamma2: null };
  const Q1 = infrequent[0] ?? 0;
  const C = (N_infr - Q1) / N_infr;
  // Every infrequent endpoint was seen in one run only: nothing tells how many more there are.
  if (C === 0) return { value: null, ...told, C, gamma2: null };
  const gamma2 = Math.max(0, (((S_infr / C) * m_infr) / (m_infr - 1)) * (pairs / N_infr ** 2) - 1);
  return { value: S_freq + S_infr / C + (Q1 / C) * gamma2, ...told, C, gamma2 };
}

/** The form of SpadeR. */
export function iceSpader(sample: Sample): number | null {
  const { m, S, infrequent } = sample;
  const { S_freq, S_infr, N_infr, pairs } = infrequentOf(sample);
  if (m <= 1 || S === 0 || N_infr === 1) return null;
  if (S_infr === 0) return S;
  const [Q1 = 0, Q2 = 0] = infrequent;
  const C = 1 - (Q1 / N_infr) * deficit(m, Q1, Q2);
  const gamma2 = Math.max(0, (((S_infr / C) * m) / (m - 1)) * (pairs / (N_infr * (N_infr - 1))) - 1);
  return S_freq + S_infr / C + (Q1 / C) * gamma2;
}

function infrequentOf({ S, infrequent }: Sample): Infrequent {
  let [S_infr, N_infr, pairs] = [0, 0, 0];
  for (let j = 1; j <= INFREQUENT; j++) {
    const count = infrequent[j - 1] ?? 0;
    S_infr += count;
    N_infr += j * count;
    pairs += j * (j - 1) * count;
  }
  return { S_freq: S - S_infr, S_infr, N_infr, pairs };
}
