/** What every detector is given, and what it may answer. */
import type { Address } from "../../model/address.ts";
import type { EndpointEvidence, Evidence } from "../../model/evidence.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import type { Signal } from "../../model/signal.ts";
import type { NameFacts } from "../names/tenancy.ts";

/** One endpoint, with what was worked out about it once. */
interface Sight {
  readonly endpoint: EndpointEvidence;
  readonly facts: NameFacts | null;
  /** Its own: without the address of the proxy it was reached through. */
  readonly addresses: readonly Address[];
}

/** All that was seen, and what the reviewers trust. */
export interface Scene {
  readonly runs: Evidence["runs"];
  readonly allowed: ReadonlySet<Fqdn>;
  /** The domains that the owners of the allowed names registered. */
  readonly allowedOwners: readonly string[];
  /** The names seen below each domain that somebody owns, summed up once. */
  readonly owners: ReadonlyMap<string, NamesBelow>;
}

export interface NamesBelow {
  names: number;
  /** Those with labels that may carry data, and the characters before the domain. */
  carrying: number;
  characters: number;
}

export type Found = Omit<Signal, "kind">;

export type Detect = (sight: Sight, scene: Scene) => Found | null;
