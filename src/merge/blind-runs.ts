/** The blind spots of many runs, put together: which, in how many, and a few of the runs by name. */
import type { BlindRuns } from "../model/blind-spot.ts";
import { compareText, sortedUnique } from "../model/compare.ts";
import type { RunRecord } from "../model/observation.ts";

const NAMED = 5;

/** That of most runs first. */
export function blindRuns(runs: readonly Pick<RunRecord, "run" | "blindSpots">[]): BlindRuns[] {
  const found = new Map<string, string[]>();
  for (const { run, blindSpots } of runs) {
    for (const blindSpot of new Set(blindSpots)) {
      const blind = found.get(blindSpot);
      if (blind === undefined) found.set(blindSpot, [run]);
      else blind.push(run);
    }
  }
  return [...found]
    .map(([blindSpot, blind]) => ({ blindSpot, runs: blind.length, named: sortedUnique(blind).slice(0, NAMED) }))
    .sort((a, b) => b.runs - a.runs || compareText(a.blindSpot, b.blindSpot));
}
