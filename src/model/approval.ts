/** What a reviewer's approval is of, as far as it has to be looked at again when it changes. */
import type { Access, Observed } from "./candidate.ts";

export const APPROVAL_SCHEMA = "sallyport/approval/v1";

/** What kind of place an address is in. */
export const REACHES = ["public", "private", "link-local", "loopback", "multicast"] as const;
export type Reach = (typeof REACHES)[number];

export interface Approved {
  readonly _schema: typeof APPROVAL_SCHEMA;
  readonly effect: "permit";
  readonly endpoint: Observed["endpoint"];
  readonly access: readonly Access[];
  readonly reach: readonly Reach[];
}

/** `asked as connect, at public addresses`: what the digest is over, in words. */
export function sayApproved({ access, reach }: Approved): string {
  const asked = access.length === 0 ? "not asked of a proxy" : `asked as ${access.join(" and ")}`;
  return `${asked}, at ${reach.length === 0 ? "no known" : reach.join(" and ")} addresses`;
}
