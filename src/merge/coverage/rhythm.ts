/** How an endpoint comes and goes: in every run or few, at the start of a run or later, every so many days. */
import type { Cadence, Rhythm } from "../../model/coverage.ts";
import { DAY, formatInstant, type Instant, SECOND } from "../../model/instant.ts";
import type { SeenRun, Sighting, Sightings } from "./sightings.ts";

/** What happens within this time of a run's first flow belongs to its start-up. */
const START_UP: number = 10 * SECOND;

/** In a run shorter than this, start-up is most of it. */
const LONG_ENOUGH: number = 3 * START_UP;

/** Even gaps between fewer runs than this are chance. */
const ENOUGH_GAPS = 2;

export function rhythms({ runs, endpoints }: Sightings): Rhythm[] {
  return endpoints.filter(({ seen }) => seen.length > 0).map(({ name, seen }) => rhythmOf(name, seen, runs));
}

function rhythmOf(endpoint: string, seen: readonly Sighting[], runs: readonly SeenRun[]): Rhythm {
  const times = seen.flatMap(({ from, to }) => [from, to]).filter((at) => at !== null);
  const least = times.reduce<Instant | null>((a, b) => Math.min(a ?? b, b), null);
  const most = times.reduce<Instant | null>((a, b) => Math.max(a ?? b, b), null);
  return {
    endpoint,
    runs: seen.length,
    of: runs.length,
    first_run: (seen[0]?.run ?? 0) + 1,
    last_run: (seen.at(-1)?.run ?? 0) + 1,
    first_seen: least === null ? null : formatInstant(least),
    last_seen: most === null ? null : formatInstant(most),
    cadence: cadenceOf(seen.length, runs.length),
    phase: phaseOf(seen, runs),
    every_days: everyDays(seen, runs),
  };
}

function cadenceOf(n: number, of: number): Cadence {
  if (n === 1) return "once";
  if (n === of) return "every";
  return n * 2 >= of ? "most" : "rare";
}

/** Told only if every sighting tells: one run that was too short could hide the other case. */
function phaseOf(seen: readonly Sighting[], runs: readonly SeenRun[]): Rhythm["phase"] {
  const parts = seen.map((cell) => partsOf(cell, runs[cell.run]));
  if (parts.some((part) => part === null)) return null;
  const isEarly = parts.some((part) => part?.early);
  const isLate = parts.some((part) => part?.late);
  return isEarly && isLate ? "throughout" : isEarly ? "start-up" : "later";
}

interface Parts {
  readonly early: boolean;
  readonly late: boolean;
}

/** In which parts of its run an endpoint was seen; null where that cannot be told. */
export function partsOf({ from, to }: Sighting, run: SeenRun | undefined): Parts | null {
  if (from === null || to === null || !run || run.from === null || run.to === null) return null;
  if (run.to - run.from < LONG_ENOUGH) return null;
  const end = run.from + START_UP;
  return { early: from <= end, late: to > end };
}

/** Days between the runs that saw it, where they are even and other runs lie between: a job that comes by the calendar. */
function everyDays(seen: readonly Sighting[], runs: readonly SeenRun[]): number | null {
  const starts = seen.map(({ run }) => runs[run]?.from ?? null);
  const gaps: number[] = [];
  for (const [i, start] of starts.entries()) {
    const before = i === 0 ? null : (starts[i - 1] ?? null);
    if (start !== null && before !== null) gaps.push((start - before) / DAY);
  }
  if (gaps.length < ENOUGH_GAPS || gaps.length < seen.length - 1) return null;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const isEven = gaps.every((gap) => Math.abs(gap - mean) <= mean / 4);
  const passed = seen.every(({ run }, i) => i === 0 || run - (seen[i - 1]?.run ?? run) > 1);
  return mean >= 1 && isEven && passed ? Math.round(mean * 10) / 10 : null;
}
