/** Evidence as a mergeable state: associative, commutative, and idempotent by run. */
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import {
  compareEndpoints,
  type EndpointKey,
  endpointKey,
  type Evidence,
  EVIDENCE_SCHEMA,
  type Incidence,
} from "../model/evidence.ts";
import type { Observation, RunInLines, RunRecord } from "../model/observation.ts";
import { incidenceOf } from "./incidence.ts";
import { endpointEvidence } from "./summary.ts";

interface Cell {
  readonly key: EndpointKey;
  readonly incidence: Incidence;
}

interface Run {
  readonly record: RunRecord;
  readonly cells: readonly Cell[];
}

export class Merger {
  private readonly runs = new Map<string, Run>();

  /** @throws InputError when a run of this id, but with other content, is already here. */
  addRun({ run, observations }: RunInLines): void {
    this.add(run, cellsOf(run.run, observations));
  }

  /** Merges what was merged before: any sharding by whole runs gives the same evidence. */
  addEvidence(evidence: Evidence): void {
    const cells = new Map<string, Cell[]>(evidence.runs.map((run) => [run.run, []]));
    for (const { incidence, ...endpoint } of evidence.endpoints) {
      const key = keyOf(endpoint);
      for (const cell of incidence) cells.get(cell.run)?.push({ key, incidence: cell });
    }
    for (const run of evidence.runs) this.add(run, cells.get(run.run) ?? []);
  }

  evidence(): Evidence {
    const byEndpoint = new Map<string, { key: EndpointKey; incidence: Incidence[] }>();
    const runs = [...this.runs.values()].sort((a, b) => compareText(a.record.run, b.record.run));
    for (const { cells } of runs) {
      for (const { key, incidence } of cells) {
        const id = endpointKey(key);
        const entry = byEndpoint.get(id);
        if (entry) entry.incidence.push(incidence);
        else byEndpoint.set(id, { key, incidence: [incidence] });
      }
    }
    return {
      _schema: EVIDENCE_SCHEMA,
      runs: runs.map((run) => run.record),
      endpoints: [...byEndpoint.values()]
        .map(({ key, incidence }) => endpointEvidence(key, incidence, runs.length))
        .sort(compareEndpoints),
    };
  }

  private add(record: RunRecord, cells: readonly Cell[]): void {
    const run = { record, cells: cells.toSorted((a, b) => compareEndpoints(a.key, b.key)) };
    const known = this.runs.get(record.run);
    if (known && contentOf(known) !== contentOf(run)) {
      const sources = [known.record.source, record.source].sort(compareText).join(" and ");
      throw new InputError(`run ${record.run}: ${sources} have the same run id and different content`);
    }
    // The same run twice counts once; of two names for its source the first in order is kept, whichever came first.
    if (!known || record.source < known.record.source) this.runs.set(record.run, run);
  }
}

function cellsOf(run: string, observations: Iterable<Observation>): Cell[] {
  const lines = new Map<string, { key: EndpointKey; lines: Observation[] }>();
  for (const line of observations) {
    const key = endpointOf(line);
    const id = endpointKey(key);
    const entry = lines.get(id);
    if (entry) entry.lines.push(line);
    else lines.set(id, { key, lines: [line] });
  }
  return [...lines.values()].map((entry) => ({ key: entry.key, incidence: incidenceOf(run, entry.lines) }));
}

/** A named endpoint is its name wherever that pointed; a nameless one is its address. */
function endpointOf(o: Observation): EndpointKey {
  return {
    name: o.name,
    address: o.name === null ? o.address : null,
    transport: o.transport,
    port: o.port,
    via: o.via ?? null,
  };
}

function keyOf({ name, address, transport, port, via }: EndpointKey): EndpointKey {
  return { name, address, transport, port, via };
}

function contentOf({ record, cells }: Run): string {
  return JSON.stringify([{ ...record, source: "" }, cells]);
}
