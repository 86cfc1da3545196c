/** `sallyport/ledger/v1`: who decided what, when, on which rule and why, each record bound to all before it. */
import type { Approved } from "./approval.ts";

export const LEDGER_SCHEMA = "sallyport/ledger/v1";

/** What a reviewer did. */
export interface Act {
  /** RFC 3339, whole seconds, UTC. */
  readonly at: string;
  readonly by: string;
  readonly action: "decide" | "renew";
  /** The allowlist that was changed. */
  readonly file: string;
  readonly endpoint: string;
  readonly decision: "allow" | "deny" | "watch";
  readonly why: string | null;
  readonly owner: string | null;
  readonly ticket: string | null;
  readonly expires: string | null;
  /** The digest of the rule that was looked at, and what the digest is over; null where nothing was allowed. */
  readonly candidate: string | null;
  readonly approved: Approved | null;
}

/** What is signed and authenticated: everything but the hash and the proofs. */
export interface Body extends Act {
  readonly _schema: typeof LEDGER_SCHEMA;
  readonly seq: number;
  /** The hash of the record before, 64 zeros for the first. */
  readonly previous: string;
}

export interface Signature {
  /** SHA-256 over the public key's DER form. */
  readonly key: string;
  /** Ed25519, base64. */
  readonly value: string;
}

export interface LedgerRecord extends Body {
  readonly hash: string;
  readonly signature?: Signature | undefined;
  /** HMAC with SHA-256. */
  readonly hmac?: string | undefined;
}

export type Verification =
  | {
      readonly intact: true;
      readonly records: readonly LedgerRecord[];
      /** The hash of the last record: what to write down elsewhere. Null for a ledger without records. */
      readonly head: string | null;
    }
  | {
      readonly intact: false;
      /** `file:line`. */
      readonly place: string;
      readonly problem: string;
    };
