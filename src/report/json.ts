/** `drift.json`: the findings as they are, for machines. */
import type { Drift } from "../model/finding.ts";
import { json } from "./escape.ts";

export function jsonReport(drift: Drift): string {
  return `${json(drift, 2)}\n`;
}
