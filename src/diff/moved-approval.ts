/** Rules of which their approval tells the published lists it was given with, held against the lists of the candidate. */
import { type ListVersion, nameOfService } from "../model/annotation.ts";
import type { ApprovedList } from "../model/approval.ts";
import type { Candidate, CandidateRule } from "../model/candidate.ts";
import { sortedUnique } from "../model/compare.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import { finding } from "./finding.ts";

/** Addresses told of one rule. */
const TOLD = 3;

export function movedSinceApproval({ rules, prefixes = [] }: Candidate): Finding[] {
  return rules.flatMap((rule) => {
    const moves = (rule.approvedWith ?? []).flatMap((before) => {
      const today = prefixes.find(({ list }) => list === before.list);
      // Today's addresses under the list that was approved are no matter of the list.
      return today === undefined || today.digest === before.digest ? [] : movesOf(rule, before, today);
    });
    return moves.length === 0 ? [] : [moved(rule, moves)];
  });
}

interface Move {
  readonly address: CandidateRule["addresses"][number];
  readonly statement: string;
}

function movesOf({ tags, via }: CandidateRule, before: ApprovedList, today: ListVersion): Move[] {
  const since = `approved with ${before.version} as ${before.services.join(", ")}, now ${today.version}`;
  return tags.flatMap(({ address, tags: own }): Move[] => {
    // Behind a proxy the address is the proxy's.
    if (address === via?.address) return [];
    const now = sortedUnique(own.filter(({ provider }) => provider === before.list).map(nameOfService));
    if (now.length === 0)
      return [{ address, statement: `${address} is in no prefix of ${before.list} now (${since})` }];
    const other = now.filter((service) => !before.services.includes(service));
    if (other.length === 0) return [];
    return [{ address, statement: `${address} is ${other.join(", ")} now (${since})` }];
  });
}

function moved(rule: CandidateRule, moves: readonly Move[]): Finding {
  const { transport, port } = rule.endpoint;
  const more = moves.length - TOLD;
  return finding({
    kind: "prefix-moved",
    layer: null,
    about: formatEndpoint(rule.endpoint),
    subject: { ...rule, decision: rule.review === "approved" ? "allow" : null },
    witness: { transport, address: moves[0]?.address ?? null, port },
    statement: [
      ...moves.slice(0, TOLD).map(({ statement }) => statement),
      ...(more > 0 ? [`and ${more} more of its addresses`] : []),
    ].join("; "),
    reason: rule.reason,
  });
}
