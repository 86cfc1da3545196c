/** Rows that end together: what has ended can be taken out as a whole. */
import { formatSeconds } from "../../model/instant.ts";
import type { Row } from "./rows.ts";

export interface Group {
  /** The end as part of an object's name: `20270201t000000z`. */
  readonly expires: string;
  readonly rows: readonly Row[];
}

export function byExpiry(rows: readonly Row[]): Group[] {
  const groups = new Map<number, Row[]>();
  for (const row of rows) groups.set(row.expires, [...(groups.get(row.expires) ?? []), row]);
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([expires, own]) => ({ expires: formatSeconds(expires).replace(/[-:]/g, "").toLowerCase(), rows: own }));
}
