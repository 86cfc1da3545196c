/** One line an endpoint: in how many runs, which, when within them, how often. */
import type { Rhythm } from "../../model/coverage.ts";
import { plural } from "../view.ts";

const PHASES: Readonly<Record<NonNullable<Rhythm["phase"]>, string>> = {
  "start-up": ", only in the first seconds of a run",
  later: ", never in the first seconds of a run",
  throughout: "",
};

/** Those that come and go, most often seen first; what one run alone saw is listed by itself. */
export function rhythmLines(all: readonly Rhythm[], limit: number): string[] {
  const uneven = all
    .filter(({ cadence }) => cadence === "most" || cadence === "rare")
    .toSorted((a, b) => b.runs - a.runs);
  const more = uneven.length - limit;
  return [...uneven.slice(0, limit).map(line), ...(more > 0 ? [`and ${more} more`] : [])];
}

function line({ endpoint, runs, of, first_run, last_run, phase, every_days }: Rhythm): string {
  const days = every_days === null ? "" : `, every ${every_days} days or so`;
  const part = phase === null ? "" : PHASES[phase];
  return `${endpoint}  in ${runs} of ${plural(of, "run")}, between the ${nth(first_run)} and the ${nth(last_run)}${part}${days}`;
}

function nth(place: number): string {
  const last = place % 100 > 10 && place % 100 < 14 ? 0 : place % 10;
  return `${place}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}
