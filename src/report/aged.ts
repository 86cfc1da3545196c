/** The published lists that a report names owners by, where they may be out of date. */
import type { Candidate } from "../model/candidate.ts";
import { DAY, parseInstant } from "../model/instant.ts";

/** Providers renew their lists every week or so. */
const OLD_DAYS = 90;

/** `aws (of 2025-07-24)`; lists that say nothing of any address here are left aside. */
export function agedLists(candidate: Candidate): string[] {
  const now = parseInstant(candidate.proposedAt) ?? 0;
  const named = new Set(
    [...candidate.rules, ...candidate.notProposed].flatMap(({ tags }) =>
      tags.flatMap((tagged) => tagged.tags.map(({ provider }) => provider)),
    ),
  );
  return (candidate.prefixes ?? []).flatMap(({ list, datedAt }) => {
    const at = datedAt === null ? null : parseInstant(datedAt);
    if (datedAt === null || at === null || !named.has(list) || now - at <= OLD_DAYS * DAY) return [];
    return [`${list} (of ${datedAt.slice(0, 10)})`];
  });
}

/** Null where every list is recent enough. */
export function agedStatement(aged: readonly string[]): string | null {
  return aged.length === 0 ? null : `Owners are named by prefix lists older than ${OLD_DAYS} days: ${aged.join(", ")}`;
}
