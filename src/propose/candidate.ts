/** propose: annotated evidence + the reviewers' decisions -> a candidate policy, one rule an endpoint. */
import { createHash } from "node:crypto";
import { completenessOf } from "../merge/index.ts";
import type { AnnotatedEndpoint, Annotated } from "../model/annotation.ts";
import {
  type Access,
  type Candidate,
  CANDIDATE_SCHEMA,
  type CandidateRule,
  type NotProposed,
  type Observed,
  type Review,
} from "../model/candidate.ts";
import { isLinkSource, type NameSource } from "../model/flow.ts";
import { compareEndpoints } from "../model/evidence.ts";
import { formatSeconds, type Instant } from "../model/instant.ts";
import type { Decided } from "./allowlist.ts";
import type { Decisions } from "./decisions.ts";

export interface ProposeOptions {
  readonly now: Instant;
  /** How long a rule that nobody dated lives, microseconds. */
  readonly lifetime: number;
  /** Whether an allowlist was given at all. */
  readonly reviewed: boolean;
}

export function propose(annotated: Annotated, decisions: Decisions, options: ProposeOptions): Candidate {
  const rules: CandidateRule[] = [];
  const notProposed: NotProposed[] = [];
  for (const endpoint of annotated.endpoints.toSorted(compareEndpoints)) {
    const decision = decisions.on(endpoint);
    const refusal = refusalOf(endpoint, decision);
    const seen = observed(endpoint, annotated.runs);
    if (refusal === null) rules.push({ ...seen, ...ruleOf(endpoint, decision, decisions.lapsedOn(endpoint), options) });
    else notProposed.push({ ...seen, decision: refusedBy(decision), reason: refusal });
  }
  return {
    _schema: CANDIDATE_SCHEMA,
    default: "deny",
    proposedAt: formatSeconds(options.now),
    runs: annotated.runs.length,
    completeness: completenessOf(annotated),
    reviewed: options.reviewed,
    rules,
    notProposed,
    notExpressed: [],
    lapsed: decisions.lapsed(),
  };
}

/** Why an observed endpoint gets no rule, or null when it gets one. */
function refusalOf(e: AnnotatedEndpoint, decision: Decided | null): string | null {
  if (decision?.decision === "deny") return `denied by the reviewers (${decision.place})`;
  if (decision?.decision === "watch") return `being watched by the reviewers (${decision.place})`;
  if (decision?.decision === "allow" || e.flags.includes("resolver")) return null;
  if (e.flags.includes("infrastructure")) return "infrastructure is proposed only by decision";
  if (e.flags.includes("metadata")) return "an instance metadata service is proposed only by decision";
  if (e.nameSources[0] !== undefined && isLinkSource(e.nameSources[0])) {
    return "its name was said by a host of the link alone, where any host can say any";
  }
  if (isDeniedOnly(e)) return "every attempt was denied, and the runs went on without it";
  return null;
}

function ruleOf(
  e: AnnotatedEndpoint,
  decision: Decided | null,
  lapsed: Decided | null,
  options: ProposeOptions,
): Omit<CandidateRule, keyof Observed> {
  const expires = decision?.expires ?? options.now + options.lifetime;
  return {
    id: ruleId(e),
    effect: "permit",
    expires: formatSeconds(expires),
    review: reviewOf(e, decision),
    reason: reasonOf(e, decision, lapsed),
    owner: decision?.owner ?? null,
    exposure: { addresses: e.addresses.length },
  };
}

function observed(e: AnnotatedEndpoint, runs: Annotated["runs"]): Observed {
  const { name, address, transport, port, via, addresses, otherNames, tags, flags } = e;
  return {
    endpoint: { name, address, transport, port },
    via,
    access: accessOf(e),
    addresses,
    evidence: {
      runs: e.runsSeen,
      of: e.runsTotal,
      runsBefore: runs.filter((run) => run.lastSeen !== null && e.firstSeen !== null && run.lastSeen < e.firstSeen)
        .length,
      nameSource: e.nameSources[0] ?? null,
      connections: e.connections,
      established: e.established,
      firstSeen: e.firstSeen,
      lastSeen: e.lastSeen,
      ambiguous: flags.includes("ambiguous"),
      deniedOnly: isDeniedOnly(e),
    },
    otherNames,
    tags,
    flags,
  };
}

function isDeniedOnly({ outcomes }: AnnotatedEndpoint): boolean {
  return outcomes.allowed + outcomes.failed === 0 && outcomes.denied > 0;
}

function refusedBy(decision: Decided | null): NotProposed["decision"] {
  return decision === null || decision.decision === "allow" ? null : decision.decision;
}

/** Sources that tell a name and not how a proxy would be asked for it. */
const MUTE: ReadonlySet<NameSource> = new Set<NameSource>(["log", "dns", "pcapng-nrb", "mdns", "llmnr", "netbios"]);

/**
 * A request proxy is asked for a plain HTTP request or for a tunnel; where nothing tells, for a tunnel, which is what
 * everything but plain HTTP takes. It is not asked for the way to itself.
 */
function accessOf(e: AnnotatedEndpoint): Access[] {
  if (e.flags.includes("proxy")) return [];
  const spoken = e.nameSources.filter((source) => !MUTE.has(source));
  const isHttp = spoken.includes("http-host");
  const isTunnel = spoken.length === 0 || spoken.some((source) => source !== "http-host");
  return [...(isTunnel ? (["connect"] as const) : []), ...(isHttp ? (["http"] as const) : [])];
}

function reviewOf(e: AnnotatedEndpoint, decision: Decided | null): Review {
  if (decision) return "approved";
  return e.flags.includes("resolver") ? "infrastructure" : "unreviewed";
}

function reasonOf(e: AnnotatedEndpoint, decision: Decided | null, lapsed: Decided | null): string {
  if (decision?.why) return decision.ticket === null ? decision.why : `${decision.why} (${decision.ticket})`;
  const seen = `seen in ${e.runsSeen} of ${e.runsTotal} runs`;
  const last = e.lastSeen === null ? "" : `, last on ${e.lastSeen.slice(0, 10)}`;
  if (e.flags.includes("resolver")) return `the resolver of the runs, ${seen}${last}`;
  if (lapsed) return `${seen}${last}, and the decision on it is over`;
  return `${seen}${last}, and nobody has said why`;
}

function ruleId(e: AnnotatedEndpoint): string {
  const via = e.via ? `${e.via.kind} ${e.via.address ?? ""} ${e.via.port ?? ""}` : "";
  const subject = ["permit", e.name ?? "", e.address ?? "", e.transport, e.port ?? "", via].join("|");
  return createHash("sha256").update(subject).digest("hex").slice(0, 12);
}
