/** The records of one DNS response, followed from each address back through the CNAMEs to the name asked for. */
import type { Address } from "../../../model/address.ts";
import type { Fqdn } from "../../../model/fqdn.ts";

export type ResourceRecord =
  | { readonly kind: "alias"; readonly owner: Fqdn; readonly target: Fqdn; readonly ttl: number | null }
  | { readonly kind: "address"; readonly owner: Fqdn; readonly address: Address; readonly ttl: number | null };

export interface Resolution {
  readonly name: Fqdn;
  readonly chain: readonly Fqdn[];
  readonly address: Address;
  readonly ttl: number | null;
}

/** A chain longer than any resolver follows is a loop or an attack. */
const MAX_CHAIN = 32;

/**
 * Stops at `query` when that is known, else at a name that no alias leads to. An address that hangs on no chain from the
 * query keeps its own owner as its name: that is what the response said. `loops` counts addresses behind endless chains.
 */
export function resolve(
  query: Fqdn | null,
  records: readonly ResourceRecord[],
): { resolutions: Resolution[]; loops: number } {
  const leadingTo = new Map<Fqdn, { owner: Fqdn; ttl: number | null }>();
  for (const record of records) {
    if (record.kind === "alias" && !leadingTo.has(record.target)) leadingTo.set(record.target, record);
  }
  const addresses = records.filter((record) => record.kind === "address");
  const resolutions = addresses.flatMap(({ owner, address, ttl }) => {
    const chain: Fqdn[] = [];
    let [name, least] = [owner, ttl];
    for (let alias = leadingTo.get(name); alias && name !== query; alias = leadingTo.get(name)) {
      if (chain.length >= MAX_CHAIN) return [];
      chain.unshift(name);
      name = alias.owner;
      least = least === null || alias.ttl === null ? (least ?? alias.ttl) : Math.min(least, alias.ttl);
    }
    return [{ name, chain, address, ttl: least }];
  });
  return { resolutions, loops: addresses.length - resolutions.length };
}
