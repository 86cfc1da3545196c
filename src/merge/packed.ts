/** The cells of one run in two arrays of numbers: two million cells, as of 10,000 runs, are some hundred bytes each. */
import type { Address } from "../model/address.ts";
import type { Incidence } from "../model/evidence.ts";
import type { NameSource, OtherName } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { formatInstant, type Instant, parseInstant } from "../model/instant.ts";
import type { Lists } from "./lists.ts";

/** Endpoint, then eight lists. */
const IDS = 9;
/** Outcomes, established, bytes out and in, first and last seen. */
const NUMBERS = 8;

export interface PackedCells {
  readonly ids: Uint32Array;
  /** NaN stands for null. */
  readonly numbers: Float64Array;
}

export interface Cell {
  /** Number of the endpoint. */
  readonly endpoint: number;
  readonly incidence: Incidence;
}

export function pack(cells: readonly Cell[], lists: Lists): PackedCells {
  const ids = new Uint32Array(cells.length * IDS);
  const numbers = new Float64Array(cells.length * NUMBERS);
  for (const [i, { endpoint, incidence: c }] of cells.entries()) {
    const parts = [c.addresses, c.nameSources, c.otherNames, c.cnames, c.workloads, c.tools, c.processes, c.flags];
    ids.set([endpoint, ...parts.map((part) => lists.idOf(part))], i * IDS);
    const { allowed, denied, failed } = c.outcomes;
    const times = [c.firstSeen, c.lastSeen].map((time) => (time === null ? NaN : (parseInstant(time) ?? NaN)));
    numbers.set([allowed, denied, failed, c.established, c.bytesOut ?? NaN, c.bytesIn ?? NaN, ...times], i * NUMBERS);
  }
  return { ids, numbers };
}

export function sizeOf({ ids }: PackedCells): number {
  return ids.length / IDS;
}

export function endpointAt({ ids }: PackedCells, i: number): number {
  return ids[i * IDS] ?? 0;
}

export function unpack({ ids, numbers }: PackedCells, i: number, run: string, lists: Lists): Incidence {
  const [, addresses = 0, sources = 0, others = 0, cnames = 0, workloads = 0, tools = 0, processes = 0, flags = 0] =
    ids.subarray(i * IDS, (i + 1) * IDS);
  const [allowed = 0, denied = 0, failed = 0, established = 0, out = NaN, back = NaN, first = NaN, last = NaN] =
    numbers.subarray(i * NUMBERS, (i + 1) * NUMBERS);
  return {
    run,
    addresses: lists.at(addresses) as readonly Address[],
    nameSources: lists.at(sources) as readonly NameSource[],
    otherNames: lists.at(others) as readonly OtherName[],
    cnames: lists.at(cnames) as readonly Fqdn[],
    outcomes: { allowed, denied, failed },
    established,
    bytesOut: orNull(out),
    bytesIn: orNull(back),
    firstSeen: timeOf(first),
    lastSeen: timeOf(last),
    workloads: lists.at(workloads),
    tools: lists.at(tools),
    processes: lists.at(processes),
    flags: lists.at(flags),
  };
}

/** Whether two runs' cells, in the same order and of the same lists, are the same. */
export function areEqual(a: PackedCells, b: PackedCells): boolean {
  return (
    a.ids.length === b.ids.length &&
    a.ids.every((id, i) => id === b.ids[i]) &&
    a.numbers.every((value, i) => Object.is(value, b.numbers[i]))
  );
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function timeOf(at: Instant): string | null {
  return Number.isNaN(at) ? null : formatInstant(at);
}
