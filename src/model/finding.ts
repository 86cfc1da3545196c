/** `sallyport/drift/v1`: the differences a reviewer must see, one kind each, with what every kind means. */
import type { Address } from "./address.ts";
import type { BlindRuns } from "./blind-spot.ts";
import type { Access, PrintTarget, Target } from "./candidate.ts";
import type { Transport } from "./flow.ts";
import type { SignalKind } from "./signal.ts";

export const DRIFT_SCHEMA = "sallyport/drift/v1";

type Severity = "error" | "warning" | "note";

export interface FindingInfo {
  readonly title: string;
  readonly severity: Severity;
  /** Whether it makes exit code 1 when nothing else was asked for. */
  readonly failsByDefault: boolean;
}

export type FindingKind =
  | "new-endpoint"
  | "added"
  | "widened"
  | "effect-changed"
  | "expired"
  | "missing-reason"
  | "approval-void"
  | "risky-destination"
  | "expiring"
  | "stale"
  | "unreviewed"
  | "over-permissive"
  | "narrowed"
  | "removed"
  | "renewed"
  | "within-envelope"
  | "shadowed"
  | "dead-rule"
  | "family-gap"
  | "prefix-moved"
  | "ambiguous-name"
  | "shared-suffix"
  | "insufficient-evidence"
  | "not-expressed"
  | "not-modelled";

/** Every kind, what it says in a heading, and how much it weighs. The docs page is docs/findings/<kind>.md. */
export const FINDING_KINDS: Readonly<Record<FindingKind, FindingInfo>> = {
  "new-endpoint": { title: "observed, and production denies it", severity: "error", failsByDefault: true },
  added: { title: "allowed now, not before", severity: "error", failsByDefault: true },
  widened: { title: "a rule allows more than before", severity: "error", failsByDefault: true },
  "effect-changed": { title: "the same traffic gets another verdict", severity: "error", failsByDefault: true },
  expired: { title: "the rule's time is over", severity: "error", failsByDefault: true },
  "missing-reason": { title: "a rule without a reason", severity: "error", failsByDefault: true },
  "approval-void": { title: "another rule was approved than is asked for", severity: "error", failsByDefault: true },
  "risky-destination": { title: "look twice before allowing this", severity: "warning", failsByDefault: false },
  expiring: { title: "the rule's time is nearly over", severity: "warning", failsByDefault: false },
  stale: { title: "allowed, and not seen in the evidence", severity: "warning", failsByDefault: false },
  unreviewed: { title: "allowed in production, and nobody has decided it", severity: "warning", failsByDefault: false },
  "over-permissive": { title: "allows far more than was ever observed", severity: "warning", failsByDefault: false },
  narrowed: { title: "a rule allows less than before", severity: "warning", failsByDefault: false },
  removed: { title: "allowed before, not now", severity: "warning", failsByDefault: false },
  shadowed: { title: "an earlier rule takes all its traffic", severity: "warning", failsByDefault: false },
  "dead-rule": { title: "a rule that never matches", severity: "warning", failsByDefault: false },
  "family-gap": { title: "IPv4 without its IPv6 twin", severity: "warning", failsByDefault: false },
  "prefix-moved": { title: "the provider's list moved under the rule", severity: "warning", failsByDefault: false },
  "ambiguous-name": {
    title: "several names fit, and the traffic does not tell",
    severity: "warning",
    failsByDefault: false,
  },
  "shared-suffix": { title: "the pattern spans tenants", severity: "warning", failsByDefault: false },
  "insufficient-evidence": { title: "too little was observed to tell", severity: "warning", failsByDefault: false },
  renewed: { title: "the rule ends later than before", severity: "note", failsByDefault: false },
  "within-envelope": { title: "new, and agreed on beforehand", severity: "note", failsByDefault: false },
  "not-expressed": { title: "the target cannot say it", severity: "note", failsByDefault: false },
  "not-modelled": { title: "the analysis cannot reason about it exactly", severity: "note", failsByDefault: false },
};

export function isFindingKind(text: string): text is FindingKind {
  return Object.hasOwn(FINDING_KINDS, text);
}

export interface Finding {
  /** First 16 hex digits of a SHA-256 over kind, layer and what it is about: the same over runs and machines. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly layer: PrintTarget | null;
  readonly endpoint: {
    readonly name: string | null;
    readonly address: string | null;
    readonly transport: Transport;
    readonly port: number | null;
  } | null;
  /** `file:line`. */
  readonly rule: string | null;
  readonly witness: {
    readonly transport: Transport;
    readonly address: Address | null;
    readonly port: number | null;
    /** What a request policy is asked besides: a name in place of an address, and how. */
    readonly name?: string;
    readonly access?: Access;
    readonly request?: { readonly method: string; readonly path: string };
  } | null;
  /** The endpoint or rule it is about, as text; `message` is this, a colon, and what there is to say. */
  readonly subject: string;
  readonly message: string;
  readonly reason: string | null;
  readonly evidence: { readonly runs: number; readonly of: number } | null;
  /** Of an endpoint: the weighty signals, most weighty first. Left out where there are none. */
  readonly signals?: readonly SignalKind[];
  /** Of what was not seen: how probably that is chance. Left out elsewhere. */
  readonly confidence?: Confidence;
}

/** What is needed in this share of runs would have been missed in all of so many with this probability: (1-share)^runs. */
export interface Confidence {
  readonly runs: number;
  readonly share: number;
  /** The share of earlier runs that used it, or the most that none of these runs allows (95 %, one-sided). */
  readonly basis: "earlier" | "upper-bound";
  readonly missed: number;
}

interface PolicySummary {
  readonly files: readonly string[];
  readonly rules: number;
  readonly default: "permit" | "deny" | "unknown";
}

export interface LayerSummary extends PolicySummary {
  readonly dialect: Target;
  /** The other version, where two versions of a policy are compared. */
  readonly against?: PolicySummary & {
    /** Where it is not that of the first. */
    readonly dialect?: Target;
    /** Whether both allow the same destinations; null where that cannot be told. */
    readonly equivalent: boolean | null;
  };
}

export interface Drift {
  readonly _schema: typeof DRIFT_SCHEMA;
  readonly verdict: "within-policy" | "review";
  readonly layers: readonly LayerSummary[];
  /** What the runs that production was held against could not have seen; left out where that was no evidence. */
  readonly blindSpots?: readonly BlindRuns[];
  readonly findings: readonly Finding[];
}
