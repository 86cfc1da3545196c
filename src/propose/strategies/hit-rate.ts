/** How often a rule made from some runs would have been enough for another: the expected hit rate on the next run. */
import { compareText } from "../../model/compare.ts";
import type { HitRate } from "../../model/strategy.ts";

/** What one run used, and when it began to. */
export interface Use<T> {
  readonly run: string;
  readonly at: string | null;
  readonly items: readonly T[];
}

/** How a rule generalises from what was seen, as keys: an address opens its prefix, say, and is open by any that holds it. */
export interface Generalisation<T> {
  readonly opens: (item: T) => string;
  readonly openBy: (item: T) => readonly string[];
  /** From as many distinct keys on, everything is open: a pattern is established. */
  readonly establishedBy?: number;
}

/** Fewer runs than this say nothing about the next one. */
const ENOUGH_RUNS = 3;

/** A run is hit when all that it used is open; one closed address is a failure somewhere in it. */
export function hitRate<T>(uses: readonly Use<T>[], by: Generalisation<T>): HitRate {
  const used = uses.filter(({ items }) => items.length > 0);
  if (used.length < ENOUGH_RUNS) return { leaveOneOut: null, laterRuns: null, lower: null, runs: used.length };
  const leaveOneOut = leaveOneOutRate(used, by);
  const laterRuns = laterRate(used, by);
  return { leaveOneOut, laterRuns, lower: Math.min(leaveOneOut, laterRuns ?? 1), runs: used.length };
}

/** By counting in how many runs each key was opened, so that no run is left out more than on paper. */
function leaveOneOutRate<T>(uses: readonly Use<T>[], by: Generalisation<T>): number {
  const opened = uses.map(({ items }) => new Set(items.map(by.opens)));
  const support = new Map<string, number>();
  for (const keys of opened) for (const key of keys) support.set(key, (support.get(key) ?? 0) + 1);
  const hits = uses.filter(({ items }, i) => {
    const own = opened[i] ?? new Set<string>();
    const byOthers = (key: string): boolean => (support.get(key) ?? 0) > (own.has(key) ? 1 : 0);
    const distinct = support.size - [...own].filter((key) => !byOthers(key)).length;
    return isHit(items, by, byOthers, distinct);
  });
  return share(hits.length, uses.length);
}

/** Each run of the later half against all before it; null where too few runs have a time. */
function laterRate<T>(uses: readonly Use<T>[], by: Generalisation<T>): number | null {
  const timed = uses
    .filter(({ at }) => at !== null)
    .sort((a, b) => compareText(a.at ?? "", b.at ?? "") || compareText(a.run, b.run));
  if (timed.length < ENOUGH_RUNS) return null;
  const half = Math.ceil(timed.length / 2);
  const open = new Set<string>();
  let hits = 0;
  for (const [i, { items }] of timed.entries()) {
    if (i >= half && isHit(items, by, (key) => open.has(key), open.size)) hits++;
    for (const item of items) open.add(by.opens(item));
  }
  return share(hits, timed.length - half);
}

function isHit<T>(
  items: readonly T[],
  by: Generalisation<T>,
  isOpen: (key: string) => boolean,
  distinct: number,
): boolean {
  if (by.establishedBy !== undefined && distinct >= by.establishedBy) return true;
  return items.every((item) => by.openBy(item).some(isOpen));
}

/** Four decimals: the same text on every machine. */
function share(hits: number, of: number): number {
  return Math.round((hits / of) * 10_000) / 10_000;
}
