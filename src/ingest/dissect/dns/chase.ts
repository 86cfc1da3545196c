/** From the name that was asked for, along its aliases, to the addresses at their end. */
import type { Address } from "../../../model/address.ts";
import { type Fqdn, parseFqdn } from "../../../model/fqdn.ts";
import type { AddressRecord, Alias, Records } from "./records.ts";

export interface Answer {
  readonly name: Fqdn;
  readonly chain: readonly Fqdn[];
  readonly address: Address;
  readonly ttl: number;
}

/** Resolvers give up at about this length too. */
const MAX_CHAIN = 32;
/** A name has one alias; a message of thousands is made to keep us busy. */
const MAX_STOPS = 128;

interface Stop {
  readonly owner: string;
  readonly chain: readonly string[];
  readonly ttl: number;
}

export interface Chased {
  readonly answers: readonly Answer[];
  /** Names on the way that are no host names. */
  readonly invalid: ReadonlySet<string>;
}

const NO_NAMES: readonly never[] = [];

/** Every address of `question`, once, by the shortest way to it. Loops of aliases end at the limits. */
export function chase(question: string, records: Records): Chased {
  const answers = new Map<Address, Answer>();
  const invalid = new Set<string>();
  const name = parseFqdn(question);
  const stops: Stop[] = [{ owner: question, chain: [], ttl: Infinity }];
  for (const stop of stops) {
    for (const record of records.addresses.get(stop.owner) ?? []) {
      const { address } = record;
      const chain = hostNames(throughTarget(stop.chain, record), invalid);
      if (name === null) invalid.add(question);
      else if (!answers.has(address))
        answers.set(address, { name, chain, address, ttl: Math.min(stop.ttl, record.ttl) });
    }
    if (stop.chain.length >= MAX_CHAIN || stops.length >= MAX_STOPS) continue;
    for (const alias of aliasesOf(stop.owner, records)) {
      stops.push({ owner: alias.target, chain: [...stop.chain, alias.target], ttl: Math.min(stop.ttl, alias.ttl) });
    }
  }
  return { answers: [...answers.values()], invalid };
}

function throughTarget(chain: readonly string[], { target }: AddressRecord): readonly string[] {
  return target === null || chain.includes(target) ? chain : [...chain, target];
}

/** An alias that is no host name is left out of the chain, and the address stays with the name that was asked for. */
function hostNames(chain: readonly string[], invalid: Set<string>): readonly Fqdn[] {
  if (chain.length === 0) return NO_NAMES;
  return chain.flatMap((text) => {
    const name = parseFqdn(text);
    if (name === null) invalid.add(text);
    return name ?? [];
  });
}

/** A DNAME counts where the CNAME that servers make from it (RFC 6672 §3.1) is not there. */
function aliasesOf(owner: string, { aliases, subtrees }: Records): readonly Alias[] {
  const direct = aliases.get(owner);
  if (direct) return direct;
  for (let dot = owner.indexOf("."); dot >= 0; dot = owner.indexOf(".", dot + 1)) {
    const moved = subtrees.get(owner.slice(dot + 1));
    if (moved) return [{ target: `${owner.slice(0, dot)}.${moved.target}`, ttl: moved.ttl }];
  }
  return [];
}
