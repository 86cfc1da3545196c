/** propose: annotated evidence + the reviewers' decisions -> a candidate policy, one rule an endpoint. */
import { blindRuns, completenessOf } from "../merge/index.ts";
import { sayApproved } from "../model/approval.ts";
import type { AnnotatedEndpoint, Annotated } from "../model/annotation.ts";
import {
  type Access,
  type Candidate,
  CANDIDATE_SCHEMA,
  type CandidateRule,
  type NotProposed,
  type Observed,
  type Review,
  type VoidApproval,
} from "../model/candidate.ts";
import { isLinkSource, type NameSource } from "../model/flow.ts";
import { sortedUnique } from "../model/compare.ts";
import { compareEndpoints, type EndpointKey } from "../model/evidence.ts";
import { formatSeconds, type Instant } from "../model/instant.ts";
import type { Prefix } from "../model/prefix.ts";
import type { Decided, Envelope } from "./allowlist/decided.ts";
import { approvedOf, waysOf } from "./approval.ts";
import { intendedRules } from "./intended.ts";
import { ruleId, withTicket } from "./rule.ts";
import { DEFAULT_MAX_TTL, formatDecided, type Judgement, type Reviewers } from "./decisions.ts";
import { withinBounds } from "./envelope.ts";
import {
  choose,
  familiesOf,
  type Limits,
  ListBook,
  NO_LIMITS,
  priceFamilies,
  strategiesFor,
  withoutLists,
} from "./strategies/index.ts";

export interface ProposeOptions {
  readonly now: Instant;
  /** How long a rule that nobody dated lives, microseconds. */
  readonly lifetime: number;
  /** No rule lives for longer. */
  readonly maxTtl?: number;
  /** Whether an allowlist was given at all. */
  readonly reviewed: boolean;
  /** What an address strategy must reach, and what it may open. */
  readonly limits?: Limits;
  /** The sandbox's own addresses, which say nothing of how complete the evidence is. */
  readonly own?: readonly Prefix[] | undefined;
  /** Ask only for what somebody decided or agreed to. */
  readonly onlyReviewed?: boolean;
}

interface Judged {
  readonly endpoint: AnnotatedEndpoint;
  readonly seen: Observed;
  readonly judgement: Judgement;
  readonly refusal: string | null;
}

export function propose(annotated: Annotated, reviewers: Reviewers, options: ProposeOptions): Candidate {
  const endpoints = annotated.endpoints.toSorted(compareEndpoints);
  const all = endpoints.map((endpoint) => ({ endpoint, seen: observed(endpoint, annotated.runs) }));
  const ways = waysOf(all.map(({ seen }) => seen));
  const judged = withinBounds(
    all.map(({ endpoint, seen }): Judged => {
      const judgement = reviewers.judge(seen, ways(seen));
      return { endpoint, seen, judgement, refusal: refusalOf(endpoint, decisionIn(judgement)) };
    }),
  );
  const rules: CandidateRule[] = intendedRules(reviewers, annotated, options);
  const notProposed: NotProposed[] = [];
  const patterns = priceFamilies(annotated);
  const families = familiesOf(patterns);
  const book = new ListBook(annotated);
  for (const { endpoint, seen, judgement, refusal } of judged) {
    const said = refusal === null ? ruleOf(seen, judgement, options) : null;
    const undecided = said?.review === "unreviewed" && options.onlyReviewed === true;
    if (said !== null && !undecided) {
      const strategies = strategiesFor(endpoint, families(endpoint), book);
      const chosen = choose(strategies, options.limits ?? NO_LIMITS);
      rules.push({ ...seen, ...said, strategies: strategies.map(withoutLists), chosen });
    } else {
      const reason = refusal ?? `only what is reviewed is asked for: ${said?.reason ?? ""}`;
      notProposed.push({ ...seen, decision: refusedBy(decisionIn(judgement)), reason });
    }
  }
  const voided = voidIn(judged, ways);
  const unknown = reviewers.unknown(sortedUnique(endpoints.flatMap(({ workloads }) => workloads)));
  return {
    _schema: CANDIDATE_SCHEMA,
    default: "deny",
    proposedAt: formatSeconds(options.now),
    runs: annotated.runs.length,
    ...(annotated.prefixes === undefined ? {} : { prefixes: annotated.prefixes }),
    completeness: completenessOf(annotated, options.own),
    blindSpots: blindRuns(annotated.runs),
    reviewed: options.reviewed,
    rules: rules.sort((a, b) => compareEndpoints(keyOf(a), keyOf(b))),
    notProposed,
    patterns,
    notExpressed: [],
    lapsed: reviewers.lapsed(),
    ...(voided.length > 0 && { voided }),
    ...(unknown.length > 0 && { unknownWorkloads: unknown }),
  };
}

const keyOf = ({ endpoint, via }: Observed): EndpointKey => ({ ...endpoint, via });

function decisionIn(judgement: Judgement): Decided | null {
  return judgement.kind === "decided" ? judgement.decision : null;
}

function envelopeIn(judgement: Judgement): Envelope | null {
  return judgement.kind === "undecided" ? judgement.envelope : null;
}

/** Each once, in however many ways its endpoint was reached. */
function voidIn(judged: readonly Judged[], ways: ReturnType<typeof waysOf>): VoidApproval[] {
  const found = judged.flatMap(({ seen, judgement }): VoidApproval[] => {
    if (judgement.kind !== "void") return [];
    const { decision, is } = judgement;
    const now = sayApproved(approvedOf(ways(seen)));
    const endpoint = formatDecided(decision);
    return [{ place: decision.place, endpoint, approved: decision.approved?.candidate ?? "", candidate: is, now }];
  });
  return [...new Map(found.map((approval) => [approval.place, approval])).values()];
}

/** Why an observed endpoint gets no rule, or null when it gets one. */
function refusalOf(e: AnnotatedEndpoint, decision: Decided | null): string | null {
  if (decision?.decision === "deny") return `denied by the reviewers (${decision.place})`;
  if (decision?.decision === "watch") return `being watched by the reviewers (${decision.place})`;
  if (decision?.decision === "allow" || e.flags.includes("resolver")) return null;
  if (e.flags.includes("infrastructure")) return "infrastructure is proposed only by decision";
  if (e.flags.includes("metadata") || e.signals.some(({ kind }) => kind === "metadata"))
    return "an instance metadata service is proposed only by decision";
  if (e.nameSources[0] !== undefined && isLinkSource(e.nameSources[0])) {
    return "its name was said by a host of the link alone, where any host can say any";
  }
  if (isDeniedOnly(e)) return "every attempt was denied, and the runs went on without it";
  return null;
}

function ruleOf(
  seen: Observed,
  judgement: Judgement,
  options: ProposeOptions,
): Omit<CandidateRule, keyof Observed | "strategies" | "chosen"> {
  const { now, lifetime, maxTtl = DEFAULT_MAX_TTL } = options;
  const envelope = envelopeIn(judgement);
  const asked = judgement.kind === "decided" ? judgement.ends : null;
  const approvedWith = decisionIn(judgement)?.approved?.lists ?? [];
  const expires = asked ?? now + Math.min(lifetime, envelope?.maxLifetime ?? lifetime);
  return {
    id: ruleId(seen),
    effect: "permit",
    expires: formatSeconds(Math.min(expires, now + maxTtl)),
    review: reviewOf(seen, judgement),
    reason: reasonOf(seen, judgement),
    owner: decisionIn(judgement)?.owner ?? envelope?.owner ?? null,
    exposure: { addresses: seen.addresses.length },
    ...(approvedWith.length > 0 && { approvedWith }),
  };
}

function observed(e: AnnotatedEndpoint, runs: Annotated["runs"]): Observed {
  const { name, address, transport, port, via, addresses, otherNames, tags, flags, signals, workloads, tools } = e;
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
    signals,
    ...(workloads.length > 0 && { workloads }),
    ...(tools.length > 0 && { tools }),
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

function reviewOf(seen: Observed, judgement: Judgement): Review {
  if (judgement.kind === "decided") return "approved";
  if (envelopeIn(judgement) !== null) return "within-envelope";
  return seen.flags.includes("resolver") ? "infrastructure" : "unreviewed";
}

function reasonOf({ evidence, flags }: Observed, judgement: Judgement): string {
  const seen = `seen in ${evidence.runs} of ${evidence.of} runs`;
  const last = evidence.lastSeen === null ? "" : `, last on ${evidence.lastSeen.slice(0, 10)}`;
  if (judgement.kind === "decided" && judgement.decision.why !== null) return withTicket(judgement.decision);
  const envelope = envelopeIn(judgement);
  if (envelope !== null) return `${seen}${last}, within the envelope ${envelope.id}: ${envelope.why}`;
  if (flags.includes("resolver")) return `the resolver of the runs, ${seen}${last}`;
  return `${seen}${last}, and ${openQuestion(judgement)}`;
}

/** Why it is a question, or is one again. */
function openQuestion(judgement: Judgement): string {
  switch (judgement.kind) {
    case "lapsed":
      return "the decision on it is over";
    case "void":
      return `the approval was of another rule (${judgement.decision.place})`;
    case "undecided":
      return judgement.because ?? "nobody has said why";
    case "decided":
      return "nobody has said why";
  }
}
