/** What providers publish around the addresses seen: the narrowest prefixes, and the whole lists of those services and regions. */
import { type Address, type Family, familyOf } from "../../model/address.ts";
import { type Annotated, type AnnotatedEndpoint, nameOfService, type PrefixTag } from "../../model/annotation.ts";
import { compareText, sortedUnique } from "../../model/compare.ts";
import { addressOf, comparePrefixes, type Prefix } from "../../model/prefix.ts";
import type { Exposure } from "../../model/strategy.ts";
import { exposureOfLists, hostsIn, minimalCover } from "./exposure.ts";
import type { Generalisation } from "./hit-rate.ts";

interface Published {
  readonly prefixes: readonly Prefix[];
  readonly by: Generalisation<Address>;
}

type Covering = ReadonlyMap<Address, readonly PrefixTag[]>;

/** Null where some address is on no list, as nothing then covers them all. */
function coveringOf({ addresses, tags }: AnnotatedEndpoint): Covering | null {
  const covering = new Map(tags.map(({ address, tags: own }) => [address, own] as const));
  return addresses.every((address) => (covering.get(address)?.length ?? 0) > 0) ? covering : null;
}

/** The narrowest published prefix around each address. */
export function publishedPrefixes(endpoint: AnnotatedEndpoint): Published | null {
  const covering = coveringOf(endpoint);
  if (covering === null) return null;
  const of = (address: Address): readonly Prefix[] => (covering.get(address) ?? []).map(({ prefix }) => prefix);
  const prefixes = [...new Set(endpoint.addresses.flatMap((address) => of(address).slice(0, 1)))].sort(comparePrefixes);
  return { prefixes: minimalCover(prefixes), by: { opens: (address) => of(address)[0] ?? address, openBy: of } };
}

/** Of the one family that was used. */
interface WholeList {
  readonly key: string;
  readonly tag: PrefixTag;
  readonly prefixes: readonly Prefix[];
  readonly hosts: bigint;
}

/** Whole lists, each read once however many addresses are in it. */
export class ListBook {
  readonly #listOf: Annotated["listOf"];
  readonly #lists = new Map<string, WholeList>();

  constructor({ listOf }: Pick<Annotated, "listOf">) {
    this.#listOf = listOf;
  }

  /** Of the lists that an address is on, the one that opens least; of two alike the one whose prefix is narrower. */
  narrowest(address: Address, tags: readonly PrefixTag[]): WholeList | null {
    let found: WholeList | null = null;
    for (const tag of tags) {
      const list = this.#read(tag, familyOf(address));
      if (list !== null && (found === null || list.hosts < found.hosts)) found = list;
    }
    return found;
  }

  #read(tag: PrefixTag, family: Family): WholeList | null {
    if (this.#listOf === undefined) return null;
    const key = keyOf(family, tag);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const all = this.#listOf(tag);
    const prefixes = minimalCover(all.filter((prefix) => familyOf(addressOf(prefix)) === family));
    const list = { key, tag, prefixes, hosts: hostsIn(prefixes) };
    this.#lists.set(key, list);
    return list;
  }
}

const keyOf = (family: Family, tag: PrefixTag): string => `${family} ${nameOfService(tag)}`;

interface Lists extends Published {
  readonly detail: string;
  readonly exposure: Exposure;
}

/** The whole list of a service in a region around each address: what the provider says may answer next time. */
export function publishedLists(endpoint: AnnotatedEndpoint, book: ListBook): Lists | null {
  const covering = coveringOf(endpoint);
  if (covering === null) return null;
  const narrowest = new Map(endpoint.addresses.map((at) => [at, book.narrowest(at, covering.get(at) ?? [])] as const));
  const lists = new Set<WholeList>();
  for (const list of narrowest.values()) {
    if (list === null) return null;
    lists.add(list);
  }
  const found = [...lists].sort((a, b) => compareText(a.key, b.key));
  const prefixes =
    found.length === 1 ? (found[0]?.prefixes ?? []) : minimalCover(found.flatMap((list) => list.prefixes));
  return {
    detail: detailOf(sortedUnique(found.map(({ tag }) => nameOfService(tag)))),
    prefixes,
    exposure: exposureOfLists(
      prefixes,
      found.map(({ tag }) => tag),
    ),
    by: {
      opens: (address) => narrowest.get(address)?.key ?? address,
      openBy: (address) => (covering.get(address) ?? []).map((tag) => keyOf(familyOf(address), tag)),
    },
  };
}

/** Lists named; the exposure names all. */
const NAMED = 3;

function detailOf(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
