/** What a list of prefixes opens: how much, of whose, and who else can be there. */
import { type Address, familyOf } from "../../model/address.ts";
import { type AddressTags, nameOfService, type PrefixTag } from "../../model/annotation.ts";
import { sortedUnique } from "../../model/compare.ts";
import { addressOf, type Prefix, rangeOf } from "../../model/prefix.ts";
import { Addresses } from "../../model/set/addresses.ts";
import type { Exposure, Tenancy } from "../../model/strategy.ts";

const FAMILIES = [4, 6] as const;

/** The fewest prefixes that hold exactly what these hold. */
export function minimalCover(prefixes: readonly Prefix[]): Prefix[] {
  return FAMILIES.flatMap((family) => [...setOf(family, prefixes).prefixes()]);
}

export function exposureOf(prefixes: readonly Prefix[], tags: readonly AddressTags[]): Exposure {
  const holders = prefixes.map((prefix) => holderOf(prefix, tags));
  const known = holders.filter((holder) => holder !== null);
  return {
    ...countsOf(prefixes),
    whose: sortedUnique(known.map(nameOfService)),
    tenancy: tenancyOf(prefixes, holders),
    registrable: holders.some((holder) => holder !== null && RENTED.has(holder.provider))
      ? true
      : prefixes.every((prefix) => isPrivate(addressOf(prefix)))
        ? false
        : null,
  };
}

/** Of whole lists it is known whose they are, and nothing in them is one customer's alone. */
export function exposureOfLists(prefixes: readonly Prefix[], lists: readonly PrefixTag[]): Exposure {
  const isRented = lists.some(({ provider }) => RENTED.has(provider));
  return {
    ...countsOf(prefixes),
    whose: sortedUnique(lists.map(nameOfService)),
    tenancy: isRented || lists.some(isFront) ? "shared" : "unknown",
    registrable: isRented ? true : null,
  };
}

/** IPv4 addresses, and IPv6 networks of 64 bits. */
export function hostsIn(prefixes: readonly Prefix[]): bigint {
  return setOf(4, prefixes).size + networks(setOf(6, prefixes));
}

function countsOf(prefixes: readonly Prefix[]): Pick<Exposure, "addresses" | "hosts"> {
  const [v4, v6] = [setOf(4, prefixes).size, setOf(6, prefixes)];
  return { addresses: String(v4 + v6.size), hosts: String(v4 + networks(v6)) };
}

function setOf(family: 4 | 6, prefixes: readonly Prefix[]): Addresses {
  const own = prefixes.filter((prefix) => familyOf(addressOf(prefix)) === family);
  return Addresses.of(family, own.map(rangeOf));
}

/** How many networks of 64 bits are touched. */
function networks(addresses: Addresses): bigint {
  const own = [...addresses.ranges()].map(({ first, last }) => ({ first: first >> 64n, last: last >> 64n }));
  return Addresses.of(6, own).size;
}

/** The narrowest published prefix that holds all of this one; null where no list tells. */
function holderOf(prefix: Prefix, tags: readonly AddressTags[]): PrefixTag | null {
  const { family, first, last } = rangeOf(prefix);
  for (const { tags: covering } of tags) {
    const holder = covering.find((tag) => {
      const range = rangeOf(tag.prefix);
      return range.family === family && range.first <= first && last <= range.last;
    });
    if (holder !== undefined) return holder;
  }
  return null;
}

/** Whose addresses anybody gets with a credit card. */
const RENTED: ReadonlySet<string> = new Set([
  "aws",
  "azure",
  "cloudflare",
  "digitalocean",
  "fastly",
  "google",
  "linode",
  "oracle",
  "vultr",
]);

/** Front ends that serve all customers from the same addresses. */
const FRONTS =
  /^(?:cloudflare|fastly) |^aws (?:S3|CLOUDFRONT|API_GATEWAY|GLOBALACCELERATOR)|^azure (?:Storage|AzureFrontDoor)/;

const isFront = ({ provider, service }: PrefixTag): boolean => FRONTS.test(`${provider} ${service}`);

/** One address may be one customer's or a load balancer's: only what is wider, or a front end, is told. */
function tenancyOf(prefixes: readonly Prefix[], holders: readonly (PrefixTag | null)[]): Tenancy {
  if (prefixes.length > 0 && prefixes.every((prefix) => isPrivate(addressOf(prefix)))) return "single";
  const isShared = holders.some((holder, i) => {
    if (holder === null) return false;
    const range = rangeOf(prefixes[i] ?? holder.prefix);
    return isFront(holder) || (RENTED.has(holder.provider) && range.last > range.first);
  });
  return isShared ? "shared" : "unknown";
}

/** RFC 1918, RFC 4193. */
function isPrivate(address: Address): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) || /^f[cd][0-9a-f]{2}:/.test(address);
}
