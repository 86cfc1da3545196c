/**
 * What an approval is of: a digest over everything that would open another door if it changed, and nothing else.
 *
 * In it: the effect, the endpoint, how a proxy would be asked, in what kind of place its addresses are, and whether another
 * name was seen beside its own: a client says what name it likes, and what it reached by an approved one is no part of it. Not in it:
 * counts, dates, runs, owners and reasons, which change with every run; and of an endpoint with a name the addresses
 * themselves, which a content network changes every minute: a reviewer asked that often stops reading. For the same
 * reason an approval of more is one of less: runs that saw only a part of what was approved ask nobody.
 */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { APPROVAL_SCHEMA, type Approved, MISMATCHES, REACHES } from "../model/approval.ts";
import { ACCESSES, type Observed } from "../model/candidate.ts";
import { sortedUnique } from "../model/compare.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Digest } from "./allowlist/decided.ts";
import { reachOf } from "./reach.ts";

/** Everything that was observed of one endpoint. */
export type Ways = readonly Pick<Observed, "endpoint" | "access" | "addresses" | "via" | "flags">[];

/** What was seen of each endpoint in every way it was reached: one approval is of all of them. */
export function waysOf<T extends Observed>(observed: readonly T[]): (one: T) => readonly T[] {
  const byEndpoint = new Map<string, T[]>();
  for (const one of observed) {
    const endpoint = formatEndpoint(one.endpoint);
    const known = byEndpoint.get(endpoint);
    if (known) known.push(one);
    else byEndpoint.set(endpoint, [one]);
  }
  return (one) => byEndpoint.get(formatEndpoint(one.endpoint)) ?? [one];
}

export function approvedOf(ways: Ways): Approved {
  const { name = null, address = null, transport = "tcp", port = null } = ways[0]?.endpoint ?? {};
  // Behind a proxy the address seen is the proxy's.
  const own = ways.flatMap(({ addresses, via }) => addresses.filter((other) => other !== via?.address));
  const mismatches = MISMATCHES.filter((mismatch) => ways.some(({ flags }) => flags.includes(mismatch)));
  return {
    _schema: APPROVAL_SCHEMA,
    effect: "permit",
    endpoint: { name, address, transport, port },
    access: sortedUnique(ways.flatMap(({ access }) => access)),
    reach: sortedUnique((address === null ? own : [address]).map(reachOf)),
    ...(mismatches.length > 0 && { mismatches }),
  };
}

/** SHA-256 over RFC 8785 canonical JSON. */
export function digestOf(value: object): Digest {
  return `sha256:${createHash("sha256")
    .update(canonicalize(value) ?? "")
    .digest("hex")}` as Digest;
}

/** Whether the digest is of this, or of more than this: there are few enough ways to be more that each can be tried. */
export function covers(digest: Digest, asked: Approved): boolean {
  for (const access of supersets(asked.access, ACCESSES)) {
    for (const reach of supersets(asked.reach, REACHES)) {
      for (const mismatches of supersets(asked.mismatches ?? [], MISMATCHES)) {
        const more = { ...asked, access, reach, ...(mismatches.length > 0 && { mismatches }) } satisfies Approved;
        if (digestOf(more) === digest) return true;
      }
    }
  }
  return false;
}

/** The set itself first, each sorted as a digest wants it. */
function* supersets<T extends string>(set: readonly T[], universe: readonly T[]): Generator<T[], undefined> {
  const others = universe.filter((item) => !set.includes(item));
  for (let chosen = 0; chosen < 1 << others.length; chosen++) {
    yield sortedUnique([...set, ...others.filter((_, i) => (chosen & (1 << i)) !== 0)]);
  }
}
