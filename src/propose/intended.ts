/** Rules for what reviewers declared and no run has used yet: a threat model comes before the traffic. */
import type { Annotated } from "../model/annotation.ts";
import type { CandidateRule } from "../model/candidate.ts";
import { compareAddresses } from "../model/address.ts";
import { formatEndpoint } from "../model/evidence.ts";
import { formatSeconds } from "../model/instant.ts";
import type { Decided } from "./allowlist/decided.ts";
import type { ProposeOptions } from "./candidate.ts";
import { DEFAULT_MAX_TTL, formatDecided, type Reviewers } from "./decisions.ts";
import { ruleId, withTicket } from "./rule.ts";

export function intendedRules(
  reviewers: Reviewers,
  { runs, endpoints }: Pick<Annotated, "runs" | "endpoints">,
  { now, lifetime, maxTtl = DEFAULT_MAX_TTL }: ProposeOptions,
): CandidateRule[] {
  const observed = new Set(endpoints.map(formatEndpoint));
  return reviewers
    .declared()
    .filter(({ decision }) => !observed.has(formatDecided(decision)))
    .map(({ decision, ends }) => {
      const expires = Math.min(ends ?? now + lifetime, now + maxTtl);
      return intendedRule(decision, formatSeconds(expires), runs.length);
    });
}

function intendedRule(decision: Decided, expires: string, runs: number): CandidateRule {
  const { name, address, transport, port, owner } = decision;
  const endpoint = { name, address, transport, port };
  const addresses = address === null ? decision.addresses.toSorted(compareAddresses) : [address];
  return {
    endpoint,
    via: null,
    access: ["connect"],
    addresses,
    evidence: {
      runs: 0,
      of: runs,
      runsBefore: 0,
      nameSource: null,
      connections: 0,
      established: 0,
      firstSeen: null,
      lastSeen: null,
      ambiguous: false,
      deniedOnly: false,
    },
    otherNames: [],
    tags: [],
    flags: [],
    signals: [],
    id: ruleId({ endpoint, via: null }),
    effect: "permit",
    expires,
    review: "intended",
    reason: withTicket(decision),
    owner,
    exposure: { addresses: addresses.length },
    strategies: [],
    chosen: { kind: "observed", detail: "", prefixes: [], reason: "declared, and used by no run yet", enough: null },
  };
}
