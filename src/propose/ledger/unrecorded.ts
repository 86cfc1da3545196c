/** Approvals in a reviewers' file that no record vouches for: somebody wrote them in by hand. */
import type { LedgerRecord } from "../../model/ledger.ts";
import type { Allowlist } from "../allowlist/decided.ts";
import { formatSeconds } from "../../model/instant.ts";
import { formatDecided } from "../decisions.ts";

/** As `file:line`, with the endpoint. */
export function unrecorded({ decisions }: Allowlist, records: readonly LedgerRecord[]): string[] {
  const made = new Set(records.map(({ endpoint, candidate, by, at }) => key(endpoint, candidate ?? "", by, at)));
  return decisions.flatMap((decision) => {
    const { approved, place } = decision;
    const endpoint = formatDecided(decision);
    if (approved === null) return [];
    const at = formatSeconds(approved.at);
    return made.has(key(endpoint, approved.candidate, approved.by, at)) ? [] : [`${place}  ${endpoint}`];
  });
}

function key(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
