/** What a policy in force looks like to the later stages, whatever its dialect: ask it, list its rules, print it canonically. */
import type { Address } from "./address.ts";
import type { Target } from "./candidate.ts";
import { compareText } from "./compare.ts";
import type { Transport } from "./flow.ts";
import type { Fqdn } from "./fqdn.ts";
import { formatSeconds, type Instant } from "./instant.ts";

export type Verdict = "permit" | "deny" | "defer" | "unknown";

/** A new connection from the workload to one destination. */
export interface Question {
  readonly transport: Transport;
  readonly address: Address | null;
  readonly name: Fqdn | null;
  readonly port: number | null;
  /** For request policies: ask for a plain HTTP request instead of a tunnel. */
  readonly access?: "connect" | "http";
  /** Of a plain HTTP request, where it is known. */
  readonly request?: { readonly method: string; readonly path: string };
}

export interface Decision {
  readonly verdict: Verdict;
  /** `file:line` of the deciding rule, null for a default or an unknown. */
  readonly rule: string | null;
  readonly reason: string;
  /** The rates, quotas, numbers of connections and timeouts that it holds within; beyond them the answer may be another. */
  readonly within?: string;
}

/** One rule of a policy as a reviewer would point at it. */
export interface PolicyRule {
  /** `file:line`. */
  readonly place: string;
  readonly effect: "permit" | "deny" | "defer";
  /** One line, canonical: stable under reformatting, so it can stand in ids and texts. */
  readonly text: string;
  /** The absolute end of its validity, where it has one. */
  readonly expires: Instant | null;
  /** True where it has an end, written in a time zone that nobody told: then `expires` is null. */
  readonly endsInUnknownZone?: boolean;
  readonly reason: string | null;
  /** True for rules that open a destination; false for loopback, replies, neighbour discovery and the like. */
  readonly opens: boolean;
  /** How many addresses it opens: a count, `any`, or null for names and where it cannot be told. */
  readonly addresses: bigint | "any" | null;
}

export const TRAIL_SCHEMA = "sallyport/trail/v1";

/** One thing that happens to a request on its way through a policy; `depth` grows with every chain entered. */
export type TrailStep = { readonly depth: number } & (
  | { readonly kind: "chain" | "cut"; readonly text: string }
  | {
      readonly kind: "rule";
      readonly place: string;
      readonly text: string;
      readonly action: string;
      /** What could not be told, so that the rule may match or not; null where it surely matches. */
      readonly doubt: string | null;
    }
  /** What is done with whatever no rule has taken; not `sure` where a rule before may have. */
  | { readonly kind: "policy"; readonly text: string; readonly sure: boolean }
);

/** A statement the analysis cannot reason about exactly, so that answers touching it are `unknown`. */
export interface NotModelled {
  readonly place: string;
  readonly text: string;
}

/**
 * Rules one a line, in a form that does not depend on an order that means nothing: rules that stand together and have one
 * effect are sorted, because whichever of them matches first, the verdict is the same.
 */
export function canonicalLines(rules: readonly Pick<PolicyRule, "effect" | "text" | "expires">[]): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let i = 1; i <= rules.length; i++) {
    if (i < rules.length && rules[i]?.effect === rules[from]?.effect) continue;
    lines.push(...rules.slice(from, i).map(withExpiry).sort(compareText));
    from = i;
  }
  return lines;
}

function withExpiry({ text, expires }: Pick<PolicyRule, "text" | "expires">): string {
  return expires === null ? text : `${text} until ${formatSeconds(expires)}`;
}

/** The production files of one dialect together. Layers are compared each for itself. */
export interface Layer {
  readonly dialect: Target;
  readonly files: readonly string[];
  readonly defaultEffect: "permit" | "deny" | "unknown";
  readonly rules: readonly PolicyRule[];
  readonly notModelled: readonly NotModelled[];
  decide(question: Question, now: Instant): Decision;
  /** The way through chains and rules that leads to the decision; empty where the policy has no say. */
  trail(question: Question, now: Instant): readonly TrailStep[];
  /** One rule a line in canonical form, for the text diff. */
  canonical(): readonly string[];
}

/** A part of the space where two policies of one dialect answer differently; one rule on each side decides all of it. */
export interface Difference {
  readonly before: Decision;
  readonly after: Decision;
  /** Canonical and bounded: `192.0.2.0/24 tcp 443 (+3 more)`. */
  readonly extent: string;
  /** How many addresses, and how many pairs of address and port, where they can be counted. */
  readonly addresses: bigint | null;
  readonly destinations: bigint | null;
  /** Both policies' decisions on it are exactly `before` and `after`. */
  readonly witness: Question;
}

/** A rule that no destination gets to. */
export interface IdleRule {
  readonly rule: PolicyRule;
  readonly kind: "shadowed" | "dead-rule";
  /** What stands before it, or what it contradicts. */
  readonly why: string;
}

/** Two policies of one dialect, at one instant, over every destination there is. */
export interface PolicyComparison {
  readonly differences: readonly Difference[];
  /** Rules of the second that permit what other rules permitted in the first. */
  readonly successions: readonly { readonly before: PolicyRule; readonly after: PolicyRule }[];
  readonly idle: { readonly before: readonly IdleRule[]; readonly after: readonly IdleRule[] };
  /** Whether no difference at all remains to be told. */
  readonly exact: boolean;
  /** What was not compared, in words. */
  readonly notes: readonly string[];
}
