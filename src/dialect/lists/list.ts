/** Policies that are lists of destinations: network policies of orchestrators, access lists of proxies, settings of sandboxes. */
import type { Target } from "../../model/candidate.ts";
import type { Transport } from "../../model/flow.ts";
import type { NotModelled } from "../../model/policy.ts";
import type { Prefix } from "../../model/prefix.ts";
import type { PolicyFile } from "../contract.ts";
import type { HostPattern } from "./pattern.ts";

/** What an entry asks of a connection. */
export type Test =
  | { readonly kind: "always" }
  | { readonly kind: "host"; readonly pattern: HostPattern }
  | { readonly kind: "block"; readonly prefix: Prefix }
  /** Ports are inclusive; a transport of null is any. */
  | { readonly kind: "service"; readonly transport: Transport | null; readonly first: number; readonly last: number }
  /** The client gave a name, and no bare address. */
  | { readonly kind: "named" }
  /** How a proxy is asked. */
  | { readonly kind: "access"; readonly access: "connect" | "http" }
  /** What cannot be told from the policy alone. */
  | { readonly kind: "doubt"; readonly reason: string }
  | { readonly kind: "all" | "some"; readonly of: readonly Test[] }
  | { readonly kind: "not"; readonly of: Test };

export interface Entry {
  /** `file:line`. */
  readonly place: string;
  readonly effect: "permit" | "deny";
  readonly test: Test;
  /** The comment above it. */
  readonly reason: string | null;
}

/** Entries in the order they are asked: the first that matches decides. Where order means nothing, denials come first. */
export interface List {
  readonly entries: readonly Entry[];
  readonly otherwise: "permit" | "deny" | "unknown";
  readonly notModelled: readonly NotModelled[];
}

/**
 * `names`: a proxy, which is asked for a host and knows it. `addresses`: a packet filter. `both`: what filters packets and learns
 * names on the way, so that a bare address may belong to any name.
 */
export type Sight = "names" | "addresses" | "both";

/** The reading half of a list dialect. */
export interface ListReader {
  readonly dialect: Target;
  readonly sees: Sight;
  /** Whether its files have a place for a reason. */
  readonly holdsReasons: boolean;
  /** What it judges at all. */
  readonly governs: readonly Transport[];
  /** @throws PolicySyntaxError for what its own system would refuse. */
  readonly read: (files: readonly PolicyFile[]) => List;
}

export const ALWAYS: Test = { kind: "always" };
export const NEVER: Test = { kind: "some", of: [] };

/** `all` and `some` without the layers that say nothing. */
export function all(tests: readonly Test[]): Test {
  const [only, ...more] = tests.filter(({ kind }) => kind !== "always");
  if (only === undefined) return ALWAYS;
  return more.length === 0 ? only : { kind: "all", of: [only, ...more] };
}

export function some(tests: readonly Test[]): Test {
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : { kind: "some", of: tests };
}

export function deniesFirst(entries: readonly Entry[]): Entry[] {
  return [...entries.filter(({ effect }) => effect === "deny"), ...entries.filter(({ effect }) => effect === "permit")];
}
