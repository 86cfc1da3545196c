/** `drift.json`: the findings as they are, for machines. */
import type { Drift } from "../model/finding.ts";

export function jsonReport(drift: Drift): string {
  return `${JSON.stringify(drift, null, 2)}\n`;
}
