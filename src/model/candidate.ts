/** `sallyport/candidate/v1`: a proposed policy. A candidate is a question put to a reviewer, never an answer. */
import type { Address } from "./address.ts";
import type { AddressTags, ListVersion } from "./annotation.ts";
import type { ApprovedList } from "./approval.ts";
import type { BlindRuns } from "./blind-spot.ts";
import type { Completeness } from "./coverage.ts";
import type { NameSource, OtherName, Transport } from "./flow.ts";
import type { Fqdn } from "./fqdn.ts";
import type { Via } from "./observation.ts";
import type { Signal } from "./signal.ts";
import type { Choice, PatternAdvice, Strategy } from "./strategy.ts";

export const CANDIDATE_SCHEMA = "sallyport/candidate/v1";

/**
 * `infrastructure`: the runs' own resolver, proposed explicitly. The others are what the reviewers' allowlist says:
 * `intended` was declared and never yet observed, `within-envelope` is new and inside what was agreed on beforehand.
 */
export const REVIEWS = ["approved", "unreviewed", "infrastructure", "intended", "within-envelope"] as const;
export type Review = (typeof REVIEWS)[number];

/** The targets every candidate is printed for. */
export const CORE_TARGETS = ["fpl", "nftables", "iptables"] as const;
export type CoreTarget = (typeof CORE_TARGETS)[number];

/** Policies that are lists of destinations, printed when asked for: of orchestrators, proxies and sandboxes. */
export const LIST_TARGETS = [
  "kubernetes",
  "cilium",
  "istio",
  "squid",
  "envoy",
  "awf",
  "harden-runner",
  "sandbox-runtime",
] as const;
export type ListTarget = (typeof LIST_TARGETS)[number];

/** What a policy in force may be in. */
export const TARGETS: readonly [...typeof CORE_TARGETS, ...typeof LIST_TARGETS] = [...CORE_TARGETS, ...LIST_TARGETS];
export type Target = (typeof TARGETS)[number];

/** Beside them dnsmasq's lines, with the nftables table whose sets they fill. */
export const PRINT_TARGETS: readonly [...typeof TARGETS, "dnsmasq"] = [...TARGETS, "dnsmasq"];
export type PrintTarget = (typeof PRINT_TARGETS)[number];

/** How a proxy would be asked for the endpoint: a tunnel (TLS and everything else) or a plain HTTP request. */
export const ACCESSES = ["connect", "http"] as const;
export type Access = (typeof ACCESSES)[number];

interface RuleEvidence {
  readonly runs: number;
  readonly of: number;
  /** Runs that were over before it was first seen: what came with a change was in none of those. */
  readonly runsBefore: number;
  readonly nameSource: NameSource | null;
  readonly connections: number;
  readonly established: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Set when the name rests on DNS alone and several names were possible: shown, never made into a name rule. */
  readonly ambiguous: boolean;
  /** Set when every attempt was blocked where it was observed. */
  readonly deniedOnly: boolean;
}

/** What was observed of an endpoint, as far as a proposal and its reviewer need to know. */
export interface Observed {
  readonly endpoint: {
    readonly name: Fqdn | null;
    readonly address: Address | null;
    readonly transport: Transport;
    readonly port: number | null;
  };
  readonly via: Via | null;
  readonly access: readonly Access[];
  /** Every address observed for it, sorted: what a packet filter can be told. */
  readonly addresses: readonly Address[];
  readonly evidence: RuleEvidence;
  readonly otherNames: readonly OtherName[];
  readonly tags: readonly AddressTags[];
  readonly flags: readonly string[];
  /** What to look at, most weighty first. */
  readonly signals: readonly Signal[];
  /** Where the source tells them. */
  readonly workloads?: readonly string[] | undefined;
  readonly tools?: readonly string[] | undefined;
}

/** One proposed permit. Every rule has a reason, an expiry and its evidence. */
export interface CandidateRule extends Observed {
  /** First 12 hex digits of a SHA-256 over effect and endpoint: stable over runs, times and machines. */
  readonly id: string;
  readonly effect: "permit";
  /** RFC 3339, whole seconds, UTC. */
  readonly expires: string;
  readonly review: Review;
  readonly reason: string;
  readonly owner: string | null;
  /** How many addresses the rule opens when told by address. */
  readonly exposure: { readonly addresses: number };
  /** Every way to say it, with its price. */
  readonly strategies: readonly Strategy[];
  /** What the packet filters are told of them. */
  readonly chosen: Choice;
  /** The published lists that whoever approved it had before them; left out where nothing tells. */
  readonly approvedWith?: readonly ApprovedList[] | undefined;
}

/** An observed endpoint that got no rule, and why. */
export interface NotProposed extends Observed {
  readonly decision: "deny" | "watch" | null;
  readonly reason: string;
}

/** A rule that one target cannot say, left out of that target's file. */
export interface NotExpressed {
  readonly target: PrintTarget;
  readonly rule: string;
  readonly endpoint: CandidateRule["endpoint"];
  readonly reason: string;
}

/** An approval that counts no more, because the candidate rule is not the one that was looked at. */
export interface VoidApproval {
  /** `file:line`. */
  readonly place: string;
  readonly endpoint: string;
  /** Digests of what was approved, and of what is asked for now. */
  readonly approved: string;
  readonly candidate: string;
  /** What is asked for now, in words. */
  readonly now: string;
}

export interface Candidate {
  readonly _schema: typeof CANDIDATE_SCHEMA;
  readonly default: "deny";
  /** RFC 3339, whole seconds: the `now` it was proposed at. */
  readonly proposedAt: string;
  readonly runs: number;
  /** The published lists that the tags are from, so that it can be told when these have moved. */
  readonly prefixes?: readonly ListVersion[];
  /** How complete the evidence is; left out in candidates of earlier versions. */
  readonly completeness?: Completeness;
  /** What the runs could not have seen, that of most runs first; left out in candidates of earlier versions. */
  readonly blindSpots?: readonly BlindRuns[];
  /** Whether reviewers' decisions were given: without them nobody can be said not to have decided. */
  readonly reviewed: boolean;
  readonly rules: readonly CandidateRule[];
  readonly notProposed: readonly NotProposed[];
  /** Patterns that the names suggest, and those to refuse: advice beside the rules, which stay exact. */
  readonly patterns: readonly PatternAdvice[];
  readonly notExpressed: readonly NotExpressed[];
  /** Decisions whose time is over, as `file:line`, with the endpoint they were on. */
  readonly lapsed: readonly { readonly place: string; readonly endpoint: string; readonly expired: string }[];
  /** Approvals of other rules than are asked for now; left out where there is none. */
  readonly voided?: readonly VoidApproval[] | undefined;
  /** Workloads for which a folder of allowlists has no file; left out where there is none. */
  readonly unknownWorkloads?: readonly string[] | undefined;
}
