/** What was seen of each endpoint in each run, from evidence or from a bare table, with the noise told apart. */
import { compareText } from "../../model/compare.ts";
import type { LeftOut } from "../../model/coverage.ts";
import { type EndpointEvidence, type Evidence, formatEndpoint } from "../../model/evidence.ts";
import { type Instant, parseInstant } from "../../model/instant.ts";
import type { Prefix } from "../../model/prefix.ts";
import { noiseClassifier } from "../noise.ts";
import type { IncidenceTable } from "./table.ts";

export interface SeenRun {
  readonly id: string;
  readonly from: Instant | null;
  readonly to: Instant | null;
}

export interface Sighting {
  /** Index into the runs. */
  readonly run: number;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly tools: readonly string[];
  readonly workloads: readonly string[];
}

export interface Sightings {
  /** In the order of their time, then of their ids. */
  readonly runs: readonly SeenRun[];
  /** Each with at least one sighting in the order of the runs, but for empty columns of a table. */
  readonly endpoints: readonly { readonly name: string; readonly seen: readonly Sighting[] }[];
  readonly leftOut: readonly LeftOut[];
}

/** Evidence, whose endpoints may come one at a time; they are asked for twice. */
interface Source {
  readonly runs: Evidence["runs"];
  readonly endpoints: Iterable<EndpointEvidence>;
}

/**
 * An endpoint counts once, whichever way it was reached. Every attempt counts, denied and failed ones too: what a
 * workload wants is not what it gets.
 */
export function sightingsOf({ runs: records, endpoints }: Source, own: readonly Prefix[]): Sightings {
  const runs = records
    .map(({ run, firstSeen, lastSeen }) => ({ id: run, from: timeOf(firstSeen), to: timeOf(lastSeen) }))
    .sort((a, b) => (a.from ?? Infinity) - (b.from ?? Infinity) || compareText(a.id, b.id));
  const places = new Map(runs.map(({ id }, place) => [id, place]));
  const kindOf = noiseClassifier(endpoints, own);
  const counted = new Map<string, Map<number, Sighting>>();
  const leftOut: LeftOut[] = [];
  for (const endpoint of endpoints) {
    const name = formatEndpoint(endpoint);
    const kind = kindOf(endpoint);
    if (kind === null) add(counted, name, endpoint, places);
    else leftOut.push({ endpoint: name, kind, runs: endpoint.runsSeen });
  }
  return {
    runs,
    endpoints: [...counted].map(([name, seen]) => ({
      name,
      seen: [...seen.values()].sort((a, b) => a.run - b.run),
    })),
    leftOut,
  };
}

function add(
  counted: Map<string, Map<number, Sighting>>,
  name: string,
  { incidence }: EndpointEvidence,
  places: ReadonlyMap<string, number>,
): void {
  const seen = counted.get(name) ?? new Map<number, Sighting>();
  counted.set(name, seen);
  for (const { run, firstSeen, lastSeen, tools, workloads } of incidence) {
    const place = places.get(run);
    if (place === undefined) continue;
    const other = seen.get(place);
    const cell = { run: place, from: timeOf(firstSeen), to: timeOf(lastSeen), tools, workloads };
    seen.set(place, other === undefined ? cell : joined(other, cell));
  }
}

/** The same endpoint of the same run, reached in two ways. */
function joined(a: Sighting, b: Sighting): Sighting {
  return {
    run: a.run,
    from: a.from === null || b.from === null ? null : Math.min(a.from, b.from),
    to: a.to === null || b.to === null ? null : Math.max(a.to, b.to),
    tools: [...new Set([...a.tools, ...b.tools])],
    workloads: [...new Set([...a.workloads, ...b.workloads])],
  };
}

/** A table tells no times and no tools; its rows are in their order. */
export function sightingsIn({ runs, endpoints }: IncidenceTable): Sightings {
  const untold = { from: null, to: null, tools: [], workloads: [] };
  return {
    runs: runs.map((id) => ({ id, from: null, to: null })),
    endpoints: endpoints.map(({ name, runs: seen }) => ({ name, seen: seen.map((run) => ({ run, ...untold })) })),
    leftOut: [],
  };
}

export function tableOf({ runs, endpoints }: Sightings): IncidenceTable {
  return {
    runs: runs.map(({ id }) => id),
    endpoints: endpoints.map(({ name, seen }) => ({ name, runs: seen.map(({ run }) => run) })),
  };
}

function timeOf(text: string | null): Instant | null {
  return text === null ? null : parseInstant(text);
}
