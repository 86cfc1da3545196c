/** Rules that are told as prefixes, held against today's lists as a whole: what of them left its list, and what came to it. */
import { type Address, type Family, familyOf } from "../model/address.ts";
import { nameOfService, type PrefixIndex, type PrefixTag } from "../model/annotation.ts";
import type { CandidateRule } from "../model/candidate.ts";
import { addressOf, type Prefix, rangeOf } from "../model/prefix.ts";
import { Addresses } from "../model/set/addresses.ts";

interface MovedRange {
  /** The first address of it. */
  readonly address: Address;
  readonly statement: string;
}

/** Prefixes told of one service. */
const TOLD = 2;
const FAMILIES: readonly Family[] = [4, 6];

/** `isMoved`: whether a provider's list is another one today. */
export function movedRanges(
  rule: CandidateRule,
  isMoved: (provider: string) => boolean,
  { lists = [], listOf }: PrefixIndex,
): MovedRange[] {
  const { kind, prefixes } = rule.chosen;
  if (listOf === undefined || prefixes.length === 0) return [];
  const services = servicesOf(rule);
  const today = (tags: readonly PrefixTag[]): Prefix[] => tags.flatMap((tag) => listOf(tag));
  switch (kind) {
    case "published-list": {
      const told = rule.strategies.find((strategy) => strategy.kind === kind)?.exposure.whose ?? [];
      const whole = services.filter(({ name }) => told.includes(name)).map(({ tags: [tag] }) => tag);
      const known = whole.flatMap((tag) => (tag && lists.some(({ list }) => list === tag.provider) ? tag : []));
      // Where one of the lists is not here today, nobody can say what of the rule was from it.
      if (known.length < told.length || !known.some(({ provider }) => isMoved(provider))) return [];
      const now = today(known);
      return FAMILIES.filter((family) => prefixes.some((prefix) => isOf(family, prefix))).flatMap((family) => [
        ...range(family, prefixes, now, `no longer in ${told.join(" or ")}`),
        ...range(family, now, prefixes, `in ${told.join(" or ")} now, and not in the rule`),
      ]);
    }
    case "published":
    case "widened":
      // Only the part that a list was known to hold is compared: whose the rest was, nobody noted.
      return services
        .filter(({ tags: [tag] }) => tag !== undefined && isMoved(tag.provider))
        .flatMap(({ name, tags }) => {
          const held = tags.map(({ prefix }) => prefix);
          return FAMILIES.flatMap((family) => {
            const then = setOf(family, held).combine("intersection", setOf(family, prefixes));
            return range(family, [...then.prefixes()], today(tags.slice(0, 1)), `no longer in ${name}`);
          });
        });
    case "observed":
    case "aggregated":
    case null:
      return [];
  }
}

function servicesOf({ tags }: CandidateRule): { readonly name: string; readonly tags: readonly PrefixTag[] }[] {
  const found = new Map<string, PrefixTag[]>();
  for (const tag of tags.flatMap((each) => each.tags)) {
    const known = found.get(nameOfService(tag));
    if (known === undefined) found.set(nameOfService(tag), [tag]);
    else known.push(tag);
  }
  return [...found].map(([name, own]) => ({ name, tags: own }));
}

/** What is in the one and not in the other. */
function range(family: Family, inside: readonly Prefix[], outside: readonly Prefix[], is: string): MovedRange[] {
  const rest = setOf(family, inside).combine("difference", setOf(family, outside));
  const found = [...rest.prefixes()];
  const [first] = found;
  if (first === undefined) return [];
  const more = found.length - TOLD;
  const told = `${found.slice(0, TOLD).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return [{ address: addressOf(first), statement: `${told} (${rest.size} addresses): ${is}` }];
}

const isOf = (family: Family, prefix: Prefix): boolean => familyOf(addressOf(prefix)) === family;

function setOf(family: Family, prefixes: readonly Prefix[]): Addresses {
  return Addresses.of(family, prefixes.filter((prefix) => isOf(family, prefix)).map(rangeOf));
}
