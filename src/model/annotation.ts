/** Facts from outside put beside an endpoint: whose published prefixes hold its addresses. */
import type { Address } from "./address.ts";
import type { EndpointEvidence, Evidence } from "./evidence.ts";
import type { Prefix } from "./prefix.ts";
import type { Signal } from "./signal.ts";
import type { SuggestedPattern, Tenancy } from "./strategy.ts";

/** One published prefix that covers an address. */
export interface PrefixTag {
  readonly provider: string;
  readonly service: string;
  /** Null where the provider publishes none. */
  readonly region: string | null;
  readonly prefix: Prefix;
  /** The list's own date or version, as its publisher states it. */
  readonly version: string;
}

/** What a provider publishes one list of: a service in a region. */
export type ListedService = Pick<PrefixTag, "provider" | "service" | "region">;

/** `aws S3 eu-west-1`. */
export function nameOfService({ provider, service, region }: ListedService): string {
  return [provider, service, region].filter((part) => part !== null).join(" ");
}

/** All covering tags of an address, narrowest prefix first; empty when no list holds it. */
export interface AddressTags {
  readonly address: Address;
  readonly tags: readonly PrefixTag[];
}

/** One version of a published list. */
export interface ListVersion {
  readonly list: string;
  readonly version: string;
  /** SHA-256 of our snapshot of it: the same only for the same prefixes. */
  readonly digest: string;
  /** Since when it may have been overtaken by a newer one; null where nothing tells. */
  readonly datedAt: string | null;
}

/** Longest-prefix look-up over all lists at once. */
export interface PrefixIndex {
  /** What it was made of; left out where that has no versions. */
  readonly lists?: readonly ListVersion[];
  lookup(address: Address): readonly PrefixTag[];
  /** The whole list of a service in its region, in order; left out where nothing but addresses can be asked. */
  readonly listOf?: (service: ListedService) => readonly Prefix[];
}

export interface AnnotatedEndpoint extends EndpointEvidence {
  readonly tags: readonly AddressTags[];
  /** The domain somebody registered (public suffix list), null for addresses and single labels. */
  readonly registrableDomain: string | null;
  /** Whether the name is one customer's; `unknown` for addresses. */
  readonly tenancy: Tenancy;
  readonly signals: readonly Signal[];
}

export interface Annotated {
  /** The lists that the tags are from. */
  readonly prefixes?: readonly ListVersion[];
  readonly runs: Evidence["runs"];
  readonly endpoints: readonly AnnotatedEndpoint[];
  readonly patterns: readonly SuggestedPattern[];
  /** As in the index that the tags are from. */
  readonly listOf?: NonNullable<PrefixIndex["listOf"]>;
}

/** The narrowest published prefix of each address, each owner once: `aws S3 eu-west-1`. */
export function ownersOf(tags: readonly AddressTags[]): string[] {
  const owners = tags.flatMap(({ tags: [narrowest] }) => (narrowest ? [nameOfService(narrowest)] : []));
  return [...new Set(owners)].sort();
}
