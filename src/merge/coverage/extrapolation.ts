/** The accumulation curve beyond the runs that were made (Colwell et al. 2012). */

interface Seen {
  readonly m: number;
  readonly S: number;
  readonly Q1: number;
}

/** Expected endpoints after t more runs; null where one run, or nothing, tells nothing. */
export function extrapolate({ m, S, Q1 }: Seen, Q0: number | null, t: number): number | null {
  if (m <= 1 || S === 0 || Q0 === null) return null;
  if (Q0 === 0) return S;
  return S - Q0 * Math.expm1(t * Math.log1p(-Q1 / (m * Q0 + Q1)));
}
