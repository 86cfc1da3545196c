/** Parts of the evidence, each with an estimate of its own: runs are not independent, and a suite or a tool has its own reach. */
import { compareText } from "../../model/compare.ts";
import type { NotExercised, Once, Stratum } from "../../model/coverage.ts";
import { InputError } from "../../model/error.ts";
import { chao2 } from "./chao2.ts";
import { nextIntervals } from "./intervals.ts";
import { nextRun } from "./next-run.ts";
import { partsOf } from "./rhythm.ts";
import { sampleCoverage } from "./sample-coverage.ts";
import type { SeenRun, Sighting, Sightings } from "./sightings.ts";
import { countsOf, type IncidenceTable } from "./table.ts";

/** More than this is no partition that a person reads. */
const MAX_STRATA = 1000;

const UNTOLD = "(not told)";

/** By something of a run, or by something of what was seen in it. */
export type Strata =
  | {
      readonly of: "run";
      readonly stratumOf: (run: string) => string | null;
      /** Those that somebody expects, seen or not. */
      readonly declared: readonly string[];
    }
  | { readonly of: "sighting"; readonly by: "tool" | "workload" | "phase" };

export function stratified(sightings: Sightings, strata: Strata, seed: number): Stratum[] {
  const found = strata.of === "run" ? byRun(sightings, strata.stratumOf) : bySighting(sightings, strata.by);
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([stratum, table]) => estimate(stratum, table, seed));
}

/** Strata that were expected and have no run, or none in which anything was seen. */
export function unexercisedStrata(strata: Strata, found: readonly Stratum[]): NotExercised[] {
  const declared = strata.of === "run" ? strata.declared : [];
  const known = new Map(found.map((stratum) => [stratum.stratum, stratum]));
  return [...new Set([...declared, ...known.keys()])].sort(compareText).flatMap((name): NotExercised[] => {
    const stratum = known.get(name);
    if (!stratum) return [{ kind: "stratum", name, why: "no run of it is in the evidence" }];
    return stratum.S_obs > 0 ? [] : [{ kind: "stratum", name, why: "no endpoint was seen in its runs" }];
  });
}

function estimate(stratum: string, table: IncidenceTable, seed: number): Stratum {
  const counts = countsOf(table);
  const { m, U, S, Q1, Q2 } = counts;
  const richness = chao2(counts);
  const coverage = sampleCoverage(counts);
  const next = nextRun(counts);
  const told = nextIntervals(counts, { coverage, next }, seed);
  return {
    stratum,
    m,
    U,
    S_obs: S,
    Q1,
    Q2,
    chao2: { value: richness.value, ci95: richness.ci95 },
    coverage: { value: coverage.value, ci95: told.coverage.ci95 },
    next: { expected_new: next.expected_new, p_new: next.p_new },
    once: onceIn(table),
  };
}

export function onceIn({ runs, endpoints }: IncidenceTable): Once[] {
  return endpoints.flatMap(({ name, runs: [run, ...others] }) =>
    run !== undefined && others.length === 0 ? [{ endpoint: name, run: runs[run] ?? "" }] : [],
  );
}

function byRun({ runs, endpoints }: Sightings, stratumOf: (run: string) => string | null): Map<string, IncidenceTable> {
  const members = runs.map(({ id }) => new Set([stratumOf(id) ?? UNTOLD]));
  return tables(
    runs,
    members,
    endpoints.map(({ name, seen }) => ({
      name,
      seen: seen.map(({ run }) => ({ run, strata: [...(members[run] ?? [])] })),
    })),
  );
}

/** A run belongs to every tool or part that showed in it: a run without a tool tells nothing of that tool. */
function bySighting({ runs, endpoints }: Sightings, by: "tool" | "workload" | "phase"): Map<string, IncidenceTable> {
  const members = runs.map(() => new Set<string>());
  const parted = endpoints.map(({ name, seen }) => ({
    name,
    seen: seen.map((cell) => {
      const strata = strataOf(cell, runs[cell.run], by);
      for (const stratum of strata) members[cell.run]?.add(stratum);
      return { run: cell.run, strata };
    }),
  }));
  return tables(runs, members, parted);
}

function strataOf(cell: Sighting, run: SeenRun | undefined, by: "tool" | "workload" | "phase"): readonly string[] {
  if (by !== "phase") {
    const names = by === "tool" ? cell.tools : cell.workloads;
    return names.length === 0 ? [UNTOLD] : names;
  }
  const parts = partsOf(cell, run);
  if (parts === null) return [UNTOLD];
  return [...(parts.early ? ["start-up"] : []), ...(parts.late ? ["later"] : [])];
}

interface Parted {
  readonly name: string;
  readonly seen: readonly { readonly run: number; readonly strata: readonly string[] }[];
}

/** `members`: for each run the strata it belongs to. */
function tables(
  runs: readonly SeenRun[],
  members: readonly ReadonlySet<string>[],
  endpoints: readonly Parted[],
): Map<string, IncidenceTable> {
  const places = new Map<string, Map<number, number>>();
  for (const [run, strata] of members.entries()) {
    for (const stratum of strata) {
      const own = places.get(stratum) ?? new Map<number, number>();
      places.set(stratum, own.set(run, own.size));
    }
  }
  if (places.size > MAX_STRATA) throw new InputError(`more than ${MAX_STRATA} strata: choose coarser ones`);
  const seen = new Map([...places.keys()].map((stratum) => [stratum, new Map<string, number[]>()]));
  for (const endpoint of endpoints) {
    for (const { run, strata } of endpoint.seen) {
      for (const stratum of strata) {
        const place = places.get(stratum)?.get(run);
        const own = seen.get(stratum);
        if (place === undefined || own === undefined) continue;
        const at = own.get(endpoint.name);
        if (at) at.push(place);
        else own.set(endpoint.name, [place]);
      }
    }
  }
  return new Map(
    [...places].map(([stratum, own]) => [
      stratum,
      {
        runs: [...own.keys()].map((run) => runs[run]?.id ?? ""),
        endpoints: [...(seen.get(stratum) ?? [])].map(([name, at]) => ({ name, runs: at })),
      },
    ]),
  );
}
