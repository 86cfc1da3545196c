/** The accumulation curve within the runs that were made (Colwell, Mao & Chang 2004; Colwell et al. 2012). */
import type { Counts } from "./table.ts";

export interface Rarefaction {
  /** Expected endpoints in t runs, t = 1..m. */
  readonly curve: readonly number[];
  /** Its unconditional standard deviation; null where there are no endpoints. */
  readonly sd: readonly (number | null)[];
}

/** `Q0`: endpoints that no run saw, estimated; null where there are none to tell from. */
export function rarefaction({ m, S, frequencies }: Counts, Q0: number | null): Rarefaction {
  const curve: number[] = [];
  const sd: (number | null)[] = [];
  // For each n, the chance that t of the m runs all miss an endpoint of n runs: C(m-n, t) / C(m, t), from t to t + 1.
  const missed = frequencies.map(() => 1);
  for (let t = 0; t < m; t++) {
    let [seen, squares, mean] = [0, 0, 0];
    for (const [i, { n, count }] of frequencies.entries()) {
      const alpha = (missed[i] ?? 0) * (Math.max(0, m - n - t) / (m - t));
      missed[i] = alpha;
      seen += count * (1 - alpha);
      squares += count * (1 - alpha) ** 2;
      mean += count * alpha;
    }
    curve.push(seen);
    sd.push(S === 0 || Q0 === null ? null : Math.sqrt(variance(S, Q0, squares, spread(missed, mean / S, frequencies))));
  }
  return { curve, sd };
}

/**
 * The published form is the sum of (1 - alpha)^2 less S(t)^2 / (S + Q0), two nearly equal numbers where most was seen.
 * This is the same in terms that are never negative.
 */
function variance(S: number, Q0: number, squares: number, about: number): number {
  return (Q0 * squares + S * about) / (S + Q0);
}

function spread(alphas: readonly number[], mean: number, frequencies: Counts["frequencies"]): number {
  return frequencies.reduce((sum, { count }, i) => sum + count * ((alphas[i] ?? 0) - mean) ** 2, 0);
}
