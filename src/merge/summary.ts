/** The sums over an endpoint's incidence, derived and never stored apart from it. */
import { sortedUnique } from "../model/compare.ts";
import type { EndpointEvidence, EndpointKey, EndpointSummary, Incidence } from "../model/evidence.ts";
import { earliest, joinFlags, latest, sortedAddresses, sortedSources, sumOf } from "./incidence.ts";

export function endpointEvidence(
  key: EndpointKey,
  incidence: readonly Incidence[],
  runsTotal: number,
): EndpointEvidence {
  const { name, address, transport, port, via } = key;
  return { name, address, transport, port, via, ...summarise(incidence, runsTotal), incidence };
}

function summarise(cells: readonly Incidence[], runsTotal: number): EndpointSummary {
  const outcomes = { allowed: 0, denied: 0, failed: 0 };
  for (const cell of cells) {
    outcomes.allowed += cell.outcomes.allowed;
    outcomes.denied += cell.outcomes.denied;
    outcomes.failed += cell.outcomes.failed;
  }
  return {
    runsSeen: cells.length,
    runsTotal,
    addresses: sortedAddresses(cells.flatMap((c) => c.addresses)),
    nameSources: sortedSources(cells.flatMap((c) => c.nameSources)),
    otherNames: sortedUnique(cells.flatMap((c) => c.otherNames)),
    cnames: sortedUnique(cells.flatMap((c) => c.cnames)),
    outcomes,
    connections: outcomes.allowed + outcomes.denied + outcomes.failed,
    established: cells.reduce((sum, c) => sum + c.established, 0),
    bytesOut: sumOf(cells.map((c) => c.bytesOut)),
    bytesIn: sumOf(cells.map((c) => c.bytesIn)),
    firstSeen: earliest(cells.map((c) => c.firstSeen)),
    lastSeen: latest(cells.map((c) => c.lastSeen)),
    workloads: sortedUnique(cells.flatMap((c) => c.workloads)),
    tools: sortedUnique(cells.flatMap((c) => c.tools)),
    processes: sortedUnique(cells.flatMap((c) => c.processes)),
    flags: joinFlags(cells.map((c) => c.flags)),
  };
}
