/** Evidence as a mergeable state: associative, commutative, and idempotent by run. */
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import {
  compareEndpoints,
  type EndpointEvidence,
  type EndpointKey,
  endpointKey,
  type Evidence,
  EVIDENCE_SCHEMA,
  type Incidence,
} from "../model/evidence.ts";
import type { Observation, RunInLines, RunRecord } from "../model/observation.ts";
import { incidenceOf } from "./incidence.ts";
import { Lists } from "./lists.ts";
import { areEqual, CellPacker, cellsIn, type PackedCells, unpack } from "./packed.ts";
import { endpointEvidence } from "./summary.ts";

interface Seen {
  readonly key: EndpointKey;
  readonly incidence: Incidence;
}

interface Run {
  readonly record: RunRecord;
  readonly cells: PackedCells;
}

export class Merger {
  readonly #runs = new Map<string, Run>();
  readonly #lists = new Lists();
  /** Endpoints by number, in the order they were met. */
  readonly #keys: EndpointKey[] = [];
  readonly #numbers = new Map<string, number>();

  /** @throws InputError when a run of this id, but with other content, is already here. */
  addRun({ run, observations }: RunInLines): void {
    const cells = new CellPacker();
    for (const { key, incidence } of cellsOf(run.run, observations)) this.pack(cells, this.numberOf(key), incidence);
    this.addCells(run, cells.done());
  }

  /** What the endpoint is called in cells. */
  numberOf(key: EndpointKey): number {
    const id = endpointKey(key);
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#numbers.set(id, this.#keys.length);
    this.#keys.push(key);
    return this.#keys.length - 1;
  }

  /** Adds what a run saw of an endpoint, once each, to the cells of that run. */
  pack(cells: CellPacker, endpoint: number, incidence: Incidence): void {
    cells.add(endpoint, incidence, this.#lists);
  }

  /** A run with all of its cells. @throws InputError as `addRun` does. */
  addCells(record: RunRecord, cells: PackedCells): void {
    const run = { record, cells };
    const known = this.#runs.get(record.run);
    if (known && !isSame(known, run)) {
      const sources = [known.record.source, record.source].sort(compareText).join(" and ");
      throw new InputError(`run ${record.run}: ${sources} have the same run id and different content`);
    }
    // The same run twice counts once; of two names for its source the first in order is kept, whichever came first.
    if (!known || record.source < known.record.source) this.#runs.set(record.run, run);
  }

  evidence(): Evidence {
    return { _schema: EVIDENCE_SCHEMA, runs: this.runs(), endpoints: [...this.endpoints()] };
  }

  /** Sorted by id. */
  runs(): RunRecord[] {
    return this.#sorted().map(({ record }) => record);
  }

  /** In their order, one at a time: all of them at once, with every run of each, may be more than memory holds. */
  *endpoints(): Generator<EndpointEvidence, undefined> {
    const runs = this.#sorted();
    const cells = cellsByEndpoint(runs, this.#keys.length);
    const order = [...this.#keys.keys()].sort((a, b) => compareEndpoints(this.#key(a), this.#key(b)));
    for (const endpoint of order) {
      const incidence = cells.of(endpoint).map(([place, at]) => {
        const run = runs[place];
        if (run === undefined) throw new Error(`a cell of run ${place}, which is not there`);
        return unpack(run.cells, at, run.record.run, this.#lists);
      });
      // Met in a run whose place another of the same content took.
      if (incidence.length > 0) yield endpointEvidence(this.#key(endpoint), incidence, runs.length);
    }
  }

  #sorted(): Run[] {
    return [...this.#runs.values()].sort((a, b) => compareText(a.record.run, b.record.run));
  }

  #key(endpoint: number): EndpointKey {
    const key = this.#keys[endpoint];
    if (key === undefined) throw new Error(`endpoint ${endpoint} is not there`);
    return key;
  }
}

interface CellsByEndpoint {
  /** Places of runs in their order, and where in each the cell stands. */
  of(endpoint: number): [run: number, at: number][];
}

/** Cells sorted by endpoint and run, by counting: they are too many to be objects. */
function cellsByEndpoint(runs: readonly Run[], endpoints: number): CellsByEndpoint {
  const starts = new Uint32Array(endpoints + 1);
  for (const { cells } of runs) {
    for (const [, endpoint] of cellsIn(cells)) starts[endpoint + 1] = (starts[endpoint + 1] ?? 0) + 1;
  }
  for (let e = 0; e < endpoints; e++) starts[e + 1] = (starts[e + 1] ?? 0) + (starts[e] ?? 0);
  const next = starts.slice();
  const places = new Uint32Array(starts[endpoints] ?? 0);
  const offsets = new Uint32Array(places.length);
  for (const [place, { cells }] of runs.entries()) {
    for (const [at, endpoint] of cellsIn(cells)) {
      const slot = next[endpoint] ?? 0;
      next[endpoint] = slot + 1;
      places[slot] = place;
      offsets[slot] = at;
    }
  }
  return {
    of: (endpoint) => {
      const [from, to] = [starts[endpoint] ?? 0, starts[endpoint + 1] ?? 0];
      return Array.from({ length: to - from }, (_, i) => [places[from + i] ?? 0, offsets[from + i] ?? 0]);
    },
  };
}

function cellsOf(run: string, observations: Iterable<Observation>): Seen[] {
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

function isSame(a: Run, b: Run): boolean {
  const [one, other] = [a, b].map(({ record }) => JSON.stringify({ ...record, source: "" }));
  return one === other && areEqual(a.cells, b.cells);
}
