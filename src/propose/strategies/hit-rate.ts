/** How often a rule made from some runs would have been enough for another: the expected hit rate on the next run. */
import { compareText } from "../../model/compare.ts";
import type { HitRate } from "../../model/strategy.ts";

/** What one run used, and when it began to. */
export interface Use<T extends string> {
  readonly run: string;
  readonly at: string | null;
  readonly items: readonly T[];
}

/** How a rule generalises from what was seen, as keys: an address opens its prefix, say, and is open by any that holds it. */
export interface Generalisation<T extends string> {
  readonly opens: (item: T) => string;
  /** What it opens itself is among them. */
  readonly openBy: (item: T) => readonly string[];
  /** From as many distinct keys on, everything is open: a pattern is established. */
  readonly establishedBy?: number;
}

/** Runs that used the same, judged once: of ten thousand runs most are alike. */
interface Kind<T extends string> {
  readonly items: readonly T[];
  runs: number;
}

export interface Uses<T extends string> {
  readonly kinds: readonly Kind<T>[];
  readonly runs: number;
  /** The kinds of the runs that have a time, earliest first. */
  readonly timed: readonly Kind<T>[];
}

export function usesOf<T extends string>(uses: readonly Use<T>[]): Uses<T> {
  const kinds = new Map<string, Kind<T>>();
  const timed: { readonly kind: Kind<T>; readonly use: Use<T> }[] = [];
  let runs = 0;
  for (const use of uses) {
    if (use.items.length === 0) continue;
    const key = use.items.length === 1 ? (use.items[0] ?? "") : [...new Set(use.items)].sort(compareText).join(" ");
    let kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, (kind = { items: use.items, runs: 0 }));
    kind.runs++;
    runs++;
    if (use.at !== null) timed.push({ kind, use });
  }
  timed.sort((a, b) => compareText(a.use.at ?? "", b.use.at ?? "") || compareText(a.use.run, b.use.run));
  return { kinds: [...kinds.values()], runs, timed: timed.map(({ kind }) => kind) };
}

/** Fewer runs than this say nothing about the next one. */
const ENOUGH_RUNS = 3;

/** A run is hit when all that it used is open; one closed address is a failure somewhere in it. */
export function hitRate<T extends string>(uses: Uses<T>, by: Generalisation<T>): HitRate {
  const { runs } = uses;
  if (runs < ENOUGH_RUNS) return { leaveOneOut: null, laterRuns: null, lower: null, runs };
  const leaveOneOut = leaveOneOutRate(uses, by);
  const laterRuns = laterRate(uses, by);
  return { leaveOneOut, laterRuns, lower: Math.min(leaveOneOut, laterRuns ?? 1), runs };
}

/** By counting in how many runs each key was opened, so that no run is left out more than on paper. */
function leaveOneOutRate<T extends string>({ kinds, runs }: Uses<T>, by: Generalisation<T>): number {
  const support = new Map<string, number>();
  const opened = kinds.map((kind) => {
    const keys = new Set(kind.items.map(by.opens));
    for (const key of keys) support.set(key, (support.get(key) ?? 0) + kind.runs);
    return keys;
  });
  let hits = 0;
  for (const [i, kind] of kinds.entries()) {
    const own = opened[i] ?? new Set<string>();
    const byOthers = (key: string): boolean => (support.get(key) ?? 0) > (own.has(key) ? 1 : 0);
    const distinct = support.size - [...own].filter((key) => !byOthers(key)).length;
    if (isHit(kind.items, by, byOthers, distinct)) hits += kind.runs;
  }
  return share(hits, runs);
}

/** Each run of the later half against all before it; null where too few runs have a time. */
function laterRate<T extends string>({ timed }: Uses<T>, by: Generalisation<T>): number | null {
  if (timed.length < ENOUGH_RUNS) return null;
  const half = Math.ceil(timed.length / 2);
  const known = new Set<Kind<T>>();
  const open = new Set<string>();
  let hits = 0;
  for (const [i, kind] of timed.entries()) {
    const isKnown = known.has(kind);
    if (i >= half && (isKnown || isHit(kind.items, by, (key) => open.has(key), open.size))) hits++;
    if (isKnown) continue;
    known.add(kind);
    for (const item of kind.items) open.add(by.opens(item));
  }
  return share(hits, timed.length - half);
}

function isHit<T extends string>(
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
