/** `sallyport/candidate/v1`: a proposed policy. A candidate is a question put to a reviewer, never an answer. */
import type { Address } from "./address.ts";
import type { AddressTags } from "./annotation.ts";
import type { Completeness } from "./coverage.ts";
import type { NameSource, OtherName, Transport } from "./flow.ts";
import type { Fqdn } from "./fqdn.ts";
import type { Via } from "./observation.ts";

export const CANDIDATE_SCHEMA = "sallyport/candidate/v1";

/** `infrastructure`: the runs' own resolver, proposed explicitly. The others are what the reviewers' allowlist says. */
export type Review = "approved" | "unreviewed" | "infrastructure";

/** The targets a candidate is printed for. */
export const TARGETS = ["fpl", "nftables", "iptables"] as const;
export type Target = (typeof TARGETS)[number];

/** How a proxy would be asked for the endpoint: a tunnel (TLS and everything else) or a plain HTTP request. */
export type Access = "connect" | "http";

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
}

/** An observed endpoint that got no rule, and why. */
export interface NotProposed extends Observed {
  readonly decision: "deny" | "watch" | null;
  readonly reason: string;
}

/** A rule that one target cannot say, left out of that target's file. */
export interface NotExpressed {
  readonly target: Target;
  readonly rule: string;
  readonly endpoint: CandidateRule["endpoint"];
  readonly reason: string;
}

export interface Candidate {
  readonly _schema: typeof CANDIDATE_SCHEMA;
  readonly default: "deny";
  /** RFC 3339, whole seconds: the `now` it was proposed at. */
  readonly proposedAt: string;
  readonly runs: number;
  /** How complete the evidence is; left out in candidates of earlier versions. */
  readonly completeness?: Completeness;
  /** Whether reviewers' decisions were given: without them nobody can be said not to have decided. */
  readonly reviewed: boolean;
  readonly rules: readonly CandidateRule[];
  readonly notProposed: readonly NotProposed[];
  readonly notExpressed: readonly NotExpressed[];
  /** Decisions whose time is over, as `file:line`, with the endpoint they were on. */
  readonly lapsed: readonly { readonly place: string; readonly endpoint: string; readonly expired: string }[];
}
