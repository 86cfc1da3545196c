/** Ways to say one target in a rule, each with its price: what it opens, of whose, and how often it would have been enough. */
import type { Transport } from "./flow.ts";
import type { Fqdn } from "./fqdn.ts";
import type { Prefix } from "./prefix.ts";

/**
 * In the order of the tables. `aggregated` has the same addresses as `observed` in fewer prefixes; `widened` has more;
 * `published` has the narrowest published prefixes around them, `published-list` the whole lists that these are from.
 */
export const STRATEGY_KINDS = [
  "exact-name",
  "pattern",
  "resolver-fed",
  "observed",
  "aggregated",
  "widened",
  "published",
  "published-list",
] as const;
type StrategyKind = (typeof STRATEGY_KINDS)[number];

/** Whether the addresses or names that a rule opens are one customer's, or those of all customers of a provider. */
export type Tenancy = "single" | "shared" | "unknown";

export interface Exposure {
  /** A decimal number, as IPv6 has more than a double can count; null where names are opened, which nobody can count. */
  readonly addresses: string | null;
  /** IPv4 addresses and IPv6 networks of 64 bits, which is what one host has to itself: what budgets count. */
  readonly hosts: string | null;
  /** Whose: provider, service and region of the narrowest published prefixes, or a domain; empty where no list tells. */
  readonly whose: readonly string[];
  readonly tenancy: Tenancy;
  /** Whether anybody can rent a place inside it; null where that is not known. */
  readonly registrable: boolean | null;
}

/** Shares of runs that would have found everything they used open; of the two tests the lower counts. */
export interface HitRate {
  /** Each run against what all other runs saw. Null with fewer than three runs. */
  readonly leaveOneOut: number | null;
  /** Each run of the later half against the runs before it: only this shows drift. Null without times or with fewer than three. */
  readonly laterRuns: number | null;
  readonly lower: number | null;
  /** Runs that used it, at a known address where addresses are what is asked. */
  readonly runs: number;
}

export interface Strategy {
  readonly kind: StrategyKind;
  /** `/24 and /64` for `widened`, the pattern for `pattern`, the services for `published-list`; empty where the kind says it all. */
  readonly detail: string;
  /** What a packet filter would be told; empty where it is told names, or nothing, or whole lists, which only a choice has. */
  readonly prefixes: readonly Prefix[];
  readonly exposure: Exposure;
  readonly hitRate: HitRate;
}

/** Strategies that a packet filter can be told. */
export const TOLD_KINDS = ["observed", "aggregated", "widened", "published", "published-list"] as const;
type ToldKind = (typeof TOLD_KINDS)[number];

/** Which of them the packet filters get. Without `--min-hit-rate` it is the observed addresses. */
export interface Choice {
  /** Null where the budget refuses all that would do: then no packet filter has a rule for it. */
  readonly kind: ToldKind | null;
  readonly detail: string;
  /** What is printed where that is not the observed addresses themselves. */
  readonly prefixes: readonly Prefix[];
  readonly reason: string;
  /** Whether it reaches the hit rate that was asked for; null where none was. */
  readonly enough: boolean | null;
  /** What `candidate.dnsmasq.nft` has in its place, where `--resolver-sets` was given and the name can be told to dnsmasq. */
  readonly withResolver?: "resolver-fed" | undefined;
}

/** A pattern that the names seen suggest: shown beside the exact rules, never in their place. */
export interface SuggestedPattern {
  /** `*` stands for one label or a part of one, as in `wal-*.internal`. */
  readonly pattern: string;
  /** `number`, `region`: a family of hosts. `label`: siblings. `published`: their provider says so. */
  readonly basis: "number" | "region" | "label" | "published";
  readonly transport: Transport;
  readonly port: number | null;
  /** The names seen that it stands for, sorted: what is pinned where it is refused. */
  readonly names: readonly Fqdn[];
  /** Why it is not to be used, as it spans tenants; null where it may be considered. */
  readonly refused: string | null;
  /** Where a provider publishes it. */
  readonly source: string | null;
}

export interface PatternAdvice extends SuggestedPattern {
  /** How often the exact names, and how often the pattern, would have been enough. */
  readonly exactHitRate: HitRate;
  readonly patternHitRate: HitRate;
}
