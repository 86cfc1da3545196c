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
  /** Aliases in a circle, or more of them than are followed. */
  readonly looped: boolean;
}

const NO_NAMES: readonly never[] = [];

/**
 * Every address of `question`, once, by the shortest way to it. Nothing is walked twice: aliases in circles around a
 * thousand addresses would otherwise cost a second for each message.
 */
export function chase(question: string, records: Records): Chased {
  const answers = new Map<Address, Answer>();
  const invalid = new Set<string>();
  const name = parseFqdn(question);
  const stops: Stop[] = [{ owner: question, chain: [], ttl: Infinity }];
  const seen = new Set([question]);
  let looped = false;
  for (const stop of stops) {
    const found = records.addresses.get(stop.owner) ?? [];
    const direct = found.length === 0 ? [] : hostNames(stop.chain, invalid);
    for (const record of found) {
      const { address } = record;
      if (name === null) invalid.add(question);
      else if (!answers.has(address)) {
        const chain = throughTarget(stop.chain, direct, record, invalid);
        answers.set(address, { name, chain, address, ttl: Math.min(stop.ttl, record.ttl) });
      }
    }
    for (const { target, ttl } of aliasesOf(stop.owner, records)) {
      if (target === question || stop.chain.includes(target)) looped = true;
      if (seen.has(target)) continue;
      if (stop.chain.length >= MAX_CHAIN || stops.length >= MAX_STOPS) looped = true;
      else {
        seen.add(target);
        stops.push({ owner: target, chain: [...stop.chain, target], ttl: Math.min(stop.ttl, ttl) });
      }
    }
  }
  return { answers: [...answers.values()], invalid, looped };
}

/** `direct` is the chain's host names. */
function throughTarget(
  chain: readonly string[],
  direct: readonly Fqdn[],
  { target }: AddressRecord,
  invalid: Set<string>,
): readonly Fqdn[] {
  return target === null || chain.includes(target) ? direct : [...direct, ...hostNames([target], invalid)];
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
