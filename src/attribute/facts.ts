/** A run read by several readers (files of different formats under one run id) has their facts together. */
import { sortedUnique } from "../model/compare.ts";
import type { RunFacts } from "../model/flow.ts";
import type { Instant } from "../model/instant.ts";

export function joinFacts(a: RunFacts, b: RunFacts): RunFacts {
  const rejected = new Map(a.rejected);
  for (const [reason, count] of b.rejected) rejected.set(reason, (rejected.get(reason) ?? 0) + count);
  return {
    format: a.format === b.format ? a.format : "mixed",
    records: a.records + b.records,
    flows: a.flows + b.flows,
    firstSeen: pick(a.firstSeen, b.firstSeen, Math.min),
    lastSeen: pick(a.lastSeen, b.lastSeen, Math.max),
    rejected,
    rejectedAt: new Map([...b.rejectedAt, ...a.rejectedAt]),
    blindSpots: sortedUnique([...a.blindSpots, ...b.blindSpots]),
  };
}

function pick(a: Instant | null, b: Instant | null, choose: (x: number, y: number) => number): Instant | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}
