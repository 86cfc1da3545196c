/** What a reviewer's approval is of, as far as it has to be looked at again when it changes. */
import type { Access, Observed } from "./candidate.ts";

export const APPROVAL_SCHEMA = "sallyport/approval/v1";

/** What kind of place an address is in. */
export const REACHES = ["public", "private", "link-local", "loopback", "multicast"] as const;
export type Reach = (typeof REACHES)[number];

/** Flags of flows on which a second name was seen: the address, or what is served there, may be another's than the name's. */
export const MISMATCHES = ["dns-mismatch", "host-mismatch", "tunnel-mismatch"] as const;
export type Mismatch = (typeof MISMATCHES)[number];

export interface Approved {
  readonly _schema: typeof APPROVAL_SCHEMA;
  readonly effect: "permit";
  readonly endpoint: Observed["endpoint"];
  readonly access: readonly Access[];
  readonly reach: readonly Reach[];
  /** Left out where there are none. */
  readonly mismatches?: readonly Mismatch[];
}

/** `asked as connect, at public addresses`: what the digest is over, in words. */
export function sayApproved({ access, reach, mismatches = [] }: Approved): string {
  const asked = access.length === 0 ? "not asked of a proxy" : `asked as ${access.join(" and ")}`;
  const besides = mismatches.length === 0 ? "" : `, with another name beside it (${mismatches.join(", ")})`;
  return `${asked}, at ${reach.length === 0 ? "no known" : reach.join(" and ")} addresses${besides}`;
}

/** A published list as it was when somebody approved, and what it said of the addresses then. */
export interface ApprovedList {
  readonly list: string;
  readonly version: string;
  /** SHA-256 of our snapshot of it. */
  readonly digest: string;
  /** `aws S3 eu-west-1`: whose they were. */
  readonly services: readonly string[];
}
