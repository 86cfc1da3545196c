/** The observation lines of one endpoint in one run, folded into one cell of the (endpoint, run) table. */
import type { Address } from "../model/address.ts";
import { compareAddresses } from "../model/address.ts";
import { compareText, sortedUnique } from "../model/compare.ts";
import type { Incidence } from "../model/evidence.ts";
import { NAME_SOURCES, type NameSource } from "../model/flow.ts";
import type { Observation } from "../model/observation.ts";

/** Flags that hold for the whole only if they hold for every part. */
const UNANIMOUS: ReadonlySet<string> = new Set(["midstream", "ambiguous"]);

export function incidenceOf(run: string, lines: readonly Observation[]): Incidence {
  const outcomes = { allowed: 0, denied: 0, failed: 0 };
  for (const line of lines) outcomes[line.outcome] += line.connections;
  return {
    run,
    addresses: sortedAddresses(lines.flatMap((l) => l.address ?? [])),
    nameSources: sortedSources(lines.flatMap((l) => l.nameSource ?? [])),
    otherNames: sortedUnique(lines.flatMap((l) => l.otherNames)),
    cnames: sortedUnique(lines.flatMap((l) => l.cnames ?? [])),
    outcomes,
    established: lines.reduce((sum, l) => sum + l.established, 0),
    bytesOut: sumOf(lines.map((l) => l.bytesOut)),
    bytesIn: sumOf(lines.map((l) => l.bytesIn)),
    firstSeen: earliest(lines.map((l) => l.firstSeen)),
    lastSeen: latest(lines.map((l) => l.lastSeen)),
    workloads: sortedUnique(lines.flatMap((l) => l.workload ?? [])),
    tools: sortedUnique(lines.flatMap((l) => l.tool ?? [])),
    processes: sortedUnique(lines.flatMap((l) => l.process ?? [])),
    flags: joinFlags(lines.map((l) => l.flags)),
  };
}

export function sortedAddresses(addresses: Iterable<Address>): Address[] {
  return [...new Set(addresses)].sort(compareAddresses);
}

/** Strongest first. */
export function sortedSources(sources: Iterable<NameSource>): NameSource[] {
  const seen = new Set(sources);
  return NAME_SOURCES.filter((source) => seen.has(source));
}

/** Null only where nobody knows a number. */
export function sumOf(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((n) => n !== null);
  return known.length === 0 ? null : known.reduce((a, b) => Math.min(a + b, Number.MAX_SAFE_INTEGER), 0);
}

/** RFC 3339 texts of one form (UTC, six decimals) sort as the times they stand for. */
export function earliest(times: readonly (string | null)[]): string | null {
  return times.filter((t) => t !== null).sort(compareText)[0] ?? null;
}

export function latest(times: readonly (string | null)[]): string | null {
  return (
    times
      .filter((t) => t !== null)
      .sort(compareText)
      .at(-1) ?? null
  );
}

/** A union, except for the flags that must be unanimous. */
export function joinFlags(sets: readonly (readonly string[])[]): string[] {
  return sortedUnique(sets.flat()).filter((f) => !UNANIMOUS.has(f) || sets.every((set) => set.includes(f)));
}
