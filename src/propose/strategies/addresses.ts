/** Ways to tell a packet filter one target: the addresses seen, and wider and wider guesses at the next ones. */
import { type Address, familyOf } from "../../model/address.ts";
import type { AnnotatedEndpoint, PrefixTag } from "../../model/annotation.ts";
import { comparePrefixes, type Prefix, prefixOf, widthOf } from "../../model/prefix.ts";
import type { Strategy } from "../../model/strategy.ts";
import { exposureOf, minimalCover } from "./exposure.ts";
import { type Generalisation, hitRate, usesOf } from "./hit-rate.ts";

/** The lengths that addresses are widened to, IPv4 and IPv6: a rack's worth, and what a site is given. */
const WIDENED: readonly { readonly 4: number; readonly 6: number }[] = [
  { 4: 28, 6: 64 },
  { 4: 24, 6: 48 },
];

export function addressStrategies(endpoint: AnnotatedEndpoint): Strategy[] {
  const { addresses, incidence, tags } = endpoint;
  if (endpoint.via !== null || addresses.length === 0) return [];
  const uses = usesOf(incidence.map((cell) => ({ run: cell.run, at: cell.firstSeen, items: cell.addresses })));
  const priced = (
    kind: Strategy["kind"],
    detail: string,
    prefixes: readonly Prefix[],
    by: Generalisation<Address>,
  ): Strategy => ({ kind, detail, prefixes, exposure: exposureOf(prefixes, tags), hitRate: hitRate(uses, by) });
  const observed = addresses.map(single);
  const published = publishedPrefixes(endpoint);
  return [
    priced("observed", "", observed, byLength(single)),
    ...(addresses.length > 1 ? [priced("aggregated", "", minimalCover(observed), byLength(single))] : []),
    ...WIDENED.map((lengths) => {
      const widen = (address: Address): Prefix => prefixOf(address, lengths[familyOf(address)]);
      return priced("widened", lengthsOf(addresses, lengths), minimalCover(addresses.map(widen)), byLength(widen));
    }),
    ...(published === null ? [] : [priced("published", "", published.prefixes, published.by)]),
  ];
}

const single = (address: Address): Prefix => prefixOf(address, widthOf(familyOf(address)));

function byLength(widen: (address: Address) => Prefix): Generalisation<Address> {
  const known = new Map<Address, Prefix>();
  const opens = (address: Address): Prefix => {
    const prefix = known.get(address) ?? widen(address);
    known.set(address, prefix);
    return prefix;
  };
  return { opens, openBy: (address) => [opens(address)] };
}

/** `/24 and /48`, of the families that there are. */
function lengthsOf(addresses: readonly Address[], lengths: { readonly 4: number; readonly 6: number }): string {
  const families = new Set(addresses.map(familyOf));
  return ([4, 6] as const)
    .filter((family) => families.has(family))
    .map((family) => `/${lengths[family]}`)
    .join(" and ");
}

/** The narrowest published prefix around each address; null where some address is on no list, as nothing then covers them all. */
function publishedPrefixes({
  addresses,
  tags,
}: AnnotatedEndpoint): { readonly prefixes: Prefix[]; readonly by: Generalisation<Address> } | null {
  const covering = new Map<Address, readonly PrefixTag[]>(tags.map(({ address, tags: own }) => [address, own]));
  const narrowest = (address: Address): Prefix | undefined => covering.get(address)?.[0]?.prefix;
  if (!addresses.every((address) => narrowest(address) !== undefined)) return null;
  const prefixes = [...new Set(addresses.map((address) => narrowest(address) ?? single(address)))].sort(
    comparePrefixes,
  );
  return {
    prefixes: minimalCover(prefixes),
    by: {
      opens: (address) => narrowest(address) ?? single(address),
      openBy: (address) => (covering.get(address) ?? []).map(({ prefix }) => prefix),
    },
  };
}
