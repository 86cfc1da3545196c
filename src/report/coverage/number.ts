/** Estimates as a person reads them: with the digits that count, and their intervals. */
import type { Interval } from "../../model/coverage.ts";

/** Three digits; a share near one keeps those that tell it from one. */
export function number(value: number | null): string {
  if (value === null) return "cannot be told";
  if (value > 0.99 && value < 1) return String(Number((1 - Number((1 - value).toPrecision(2))).toPrecision(12)));
  return String(Number(value.toPrecision(value >= 100 ? 4 : 3)));
}

export function within(interval: Interval | null): string {
  return interval === null ? "" : ` (95 %: ${number(interval[0])} to ${number(interval[1])})`;
}
