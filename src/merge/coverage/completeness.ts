/** The few numbers that go with a proposal: how much its evidence covers, and what was seen too seldom to count on. */
import type { Completeness } from "../../model/coverage.ts";
import type { Evidence } from "../../model/evidence.ts";
import type { Prefix } from "../../model/prefix.ts";
import { nextIntervals } from "./intervals.ts";
import { nextRun } from "./next-run.ts";
import { sampleCoverage } from "./sample-coverage.ts";
import { sightingsOf, tableOf } from "./sightings.ts";
import { onceIn } from "./strata.ts";
import { countsOf } from "./table.ts";

/** The same evidence leads to the same candidate. */
const SEED = 1;

export function completenessOf(
  evidence: Pick<Evidence, "runs" | "endpoints">,
  own: readonly Prefix[] = [],
): Completeness {
  const sightings = sightingsOf(evidence, own);
  const table = tableOf(sightings);
  const counts = countsOf(table);
  const coverage = sampleCoverage(counts);
  const next = nextRun(counts);
  const told = nextIntervals(counts, { coverage, next }, SEED);
  const shown = new Set(sightings.endpoints.flatMap(({ seen }) => seen.map(({ run }) => run)));
  return {
    runs: counts.m,
    endpoints: counts.S,
    coverage: coverage.value,
    coverageInterval: told.coverage.ci95,
    expectedNew: coverage.value === null ? null : next.expected_new,
    newProbability: coverage.value === null ? null : next.p_new,
    newInterval: told.p_new.ci95,
    seenOnce: counts.m > 1 ? onceIn(table) : [],
    emptyRuns: table.runs.filter((_, place) => !shown.has(place)),
    leftOut: sightings.leftOut,
  };
}
