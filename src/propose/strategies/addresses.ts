/** Ways to tell a packet filter one target: the addresses seen, and wider and wider guesses at the next ones. */
import { type Address, familyOf } from "../../model/address.ts";
import type { AnnotatedEndpoint } from "../../model/annotation.ts";
import { type Prefix, prefixOf, widthOf } from "../../model/prefix.ts";
import type { Exposure, Strategy } from "../../model/strategy.ts";
import { exposureOf, minimalCover } from "./exposure.ts";
import { type Generalisation, hitRate, usesOf } from "./hit-rate.ts";
import { type ListBook, publishedLists, publishedPrefixes } from "./published.ts";

/** The lengths that addresses are widened to, IPv4 and IPv6: a rack's worth, and what a site is given. */
const WIDENED: readonly { readonly 4: number; readonly 6: number }[] = [
  { 4: 28, 6: 64 },
  { 4: 24, 6: 48 },
];

export function addressStrategies(endpoint: AnnotatedEndpoint, book: ListBook): Strategy[] {
  const { addresses, incidence, tags } = endpoint;
  if (endpoint.via !== null || addresses.length === 0) return [];
  const uses = usesOf(incidence.map((cell) => ({ run: cell.run, at: cell.firstSeen, items: cell.addresses })));
  const priced = (
    kind: Strategy["kind"],
    detail: string,
    prefixes: readonly Prefix[],
    by: Generalisation<Address>,
    exposure: Exposure = exposureOf(prefixes, tags),
  ): Strategy => ({ kind, detail, prefixes, exposure, hitRate: hitRate(uses, by) });
  const observed = addresses.map(single);
  const published = publishedPrefixes(endpoint);
  const whole = publishedLists(endpoint, book);
  return [
    priced("observed", "", observed, byLength(single)),
    ...(addresses.length > 1 ? [priced("aggregated", "", minimalCover(observed), byLength(single))] : []),
    ...WIDENED.map((lengths) => {
      const widen = (address: Address): Prefix => prefixOf(address, lengths[familyOf(address)]);
      return priced("widened", lengthsOf(addresses, lengths), minimalCover(addresses.map(widen)), byLength(widen));
    }),
    ...(published === null ? [] : [priced("published", "", published.prefixes, published.by)]),
    ...(whole === null ? [] : [priced("published-list", whole.detail, whole.prefixes, whole.by, whole.exposure)]),
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
