/** What reviewers have decided and agreed on beforehand, as their files say it. */
import type { Address } from "../../model/address.ts";
import type { ApprovedList } from "../../model/approval.ts";
import type { Transport } from "../../model/flow.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import type { Instant } from "../../model/instant.ts";
import type { Prefix } from "../../model/prefix.ts";

/** `sha256:` and 64 hex digits. */
export type Digest = string & { readonly __brand: "Digest" };

/** `*.example.com` takes names of exactly one label more than the suffix has, `**.example.com` of one or more. */
export interface NamePattern {
  readonly suffix: Fqdn;
  readonly depth: "one" | "any";
}

/** That somebody has looked at the rule this digest is of. */
export interface Approval {
  readonly candidate: Digest;
  readonly at: Instant;
  readonly by: string;
  /** The published lists that its addresses were in. */
  readonly lists: readonly ApprovedList[];
}

/** Exactly one of name, address and pattern says what it is on. */
export interface Decided {
  readonly decision: "allow" | "deny" | "watch";
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly pattern: NamePattern | null;
  readonly transport: Transport;
  readonly port: number;
  readonly why: string | null;
  readonly owner: string | null;
  readonly ticket: string | null;
  readonly expires: Instant | null;
  /** Null where it holds for every tool; of whom it is not known which tool asked, it is not known to be one of these. */
  readonly tools: readonly string[] | null;
  readonly environments: readonly string[] | null;
  readonly approved: Approval | null;
  /** Declared before it was ever observed, by a threat model for example. */
  readonly intent: boolean;
  /** Where a declared endpoint will be, for targets that are told addresses. */
  readonly addresses: readonly Address[];
  /** `file:line`. */
  readonly place: string;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Bounds agreed on beforehand: what is new and stays inside needs nobody until its time is over. */
export interface Envelope {
  readonly id: string;
  readonly why: string;
  readonly owner: string;
  readonly expires: Instant | null;
  readonly names: readonly (Fqdn | NamePattern)[];
  /** Every address must lie in one of these; null where the names alone bound it. */
  readonly addresses: readonly Prefix[] | null;
  readonly transports: readonly Transport[];
  readonly ports: readonly PortRange[];
  /** More undecided endpoints than this, and none of them passes. */
  readonly maxNew: number;
  /** How long a rule lives that nobody looked at, microseconds. */
  readonly maxLifetime: number;
  /** Flags and kinds of signals that keep an endpoint out. */
  readonly unless: readonly string[];
  readonly place: string;
}

export interface Allowlist {
  readonly file: string;
  readonly decisions: readonly Decided[];
  readonly envelope: readonly Envelope[];
  /** Whether it speaks, in a folder of allowlists, for workloads that have none of their own. */
  readonly isDefault: boolean;
}
