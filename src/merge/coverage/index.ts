/** How complete evidence is: every estimate, its intervals, what was seen once, what was left out, what was not exercised. */
import { COVERAGE_SCHEMA, type CoverageReport, type NotExercised } from "../../model/coverage.ts";
import { DAY, formatInstant, type Instant } from "../../model/instant.ts";
import { extrapolate } from "./extrapolation.ts";
import { furtherRuns } from "./further-runs.ts";
import { intervals } from "./intervals.ts";
import { rhythms } from "./rhythm.ts";
import { type Sightings, tableOf } from "./sightings.ts";
import { statistics } from "./statistics.ts";
import { onceIn, type Strata, stratified, unexercisedStrata } from "./strata.ts";
import { type Counts, countsOf } from "./table.ts";

export interface CoverageOptions {
  readonly target: number;
  readonly seed: number;
  readonly strata: Strata | null;
  readonly expectedTools: readonly string[];
  readonly now: Instant;
}

export function coverageOf(sightings: Sightings, options: CoverageOptions): CoverageReport {
  const { target, seed, now } = options;
  const table = tableOf(sightings);
  const counts = countsOf(table);
  const found = statistics(table, counts);
  const further = furtherRuns(counts, target);
  const strata = options.strata === null ? null : stratified(sightings, options.strata, seed);
  const newest = newestOf(sightings);
  return {
    _schema: COVERAGE_SCHEMA,
    ...found,
    intervals: intervals(counts, found, seed),
    seed,
    target: { coverage: target, ...further, within_double: further.runs === null ? null : further.runs <= counts.m },
    extrapolated: extrapolated(counts, found.chao2.Q0),
    once: onceIn(table),
    left_out: sightings.leftOut,
    not_exercised: [
      ...unexercisedTools(sightings, options.expectedTools),
      ...(options.strata === null ? [] : unexercisedStrata(options.strata, strata ?? [])),
      ...emptyRuns(sightings),
    ],
    strata,
    endpoints: rhythms(sightings),
    newest: newest === null ? null : formatInstant(newest),
    age_days: newest === null ? null : Math.max(0, Math.floor((now - newest) / DAY)),
  };
}

function extrapolated(counts: Counts, Q0: number | null): number[] {
  return Array.from({ length: counts.m }, (_, i) => extrapolate(counts, Q0, i + 1) ?? []).flat();
}

function unexercisedTools({ endpoints }: Sightings, expected: readonly string[]): NotExercised[] {
  const tools = new Set(endpoints.flatMap(({ seen }) => seen.flatMap((cell) => cell.tools)));
  const why = tools.size === 0 ? "the evidence tells of no tool which endpoints it used" : "no endpoint was seen of it";
  return expected.filter((name) => !tools.has(name)).map((name) => ({ kind: "tool", name, why }));
}

/** They count as runs all the same. */
function emptyRuns({ runs, endpoints }: Sightings): NotExercised[] {
  const used = new Set(endpoints.flatMap(({ seen }) => seen.map(({ run }) => run)));
  return runs.flatMap(({ id }, place) =>
    used.has(place) ? [] : [{ kind: "run", name: id, why: "no endpoint was seen in it" }],
  );
}

function newestOf({ runs }: Sightings): Instant | null {
  return runs.reduce<Instant | null>((newest, { to }) => (to === null ? newest : Math.max(newest ?? to, to)), null);
}
