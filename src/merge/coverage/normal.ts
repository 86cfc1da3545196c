/** 95 % intervals in closed form. */
import type { Interval } from "../../model/coverage.ts";

/** The 97.5 % point of the normal distribution. */
export const Z95 = 1.959963984540054;

/** Log-normal, for S seen and `unseen` estimated (Chao 1987); null where the estimate adds nothing: that would be 0/0. */
export function logNormal(S: number, unseen: number, se: number, z: number = Z95): Interval | null {
  if (unseen <= 0) return null;
  const k = Math.exp(z * Math.sqrt(Math.log1p((se / unseen) ** 2)));
  return [S + unseen / k, S + unseen * k];
}

export function normal(value: number, se: number, least: number, most: number = Infinity): Interval {
  return [Math.max(least, value - Z95 * se), Math.min(most, value + Z95 * se)];
}

/** The score interval of k in m (Wilson 1927): it says something at 0 of m too, where the normal one has no width. */
export function wilson(k: number, m: number): Interval {
  const z2 = Z95 ** 2;
  const centre = (k + z2 / 2) / (m + z2);
  const half = (Z95 * Math.sqrt((k * (m - k)) / m + z2 / 4)) / (m + z2);
  return [k === 0 ? 0 : Math.max(0, centre - half), k === m ? 1 : Math.min(1, centre + half)];
}
