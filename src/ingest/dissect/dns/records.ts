/** The decoded answer section, by owner: what a name's aliases and addresses are. */
import type { Answer } from "dns-packet";
import { type Address, parseAddress } from "../../../model/address.ts";
import { readServiceBinding } from "./service-binding.ts";

export interface Alias {
  readonly target: string;
  readonly ttl: number;
}

export interface AddressRecord {
  readonly address: Address;
  readonly ttl: number;
  /** The host of an HTTPS or SVCB record that the address belongs to, where it is not the owner. */
  readonly target: string | null;
}

export interface Records {
  readonly aliases: ReadonlyMap<string, readonly Alias[]>;
  /** DNAME: a whole subtree moved. */
  readonly subtrees: ReadonlyMap<string, Alias>;
  readonly addresses: ReadonlyMap<string, readonly AddressRecord[]>;
}

export function gather(answers: readonly Answer[]): Records {
  const aliases = new Map<string, Alias[]>();
  const subtrees = new Map<string, Alias>();
  const addresses = new Map<string, AddressRecord[]>();
  for (const answer of answers) {
    const owner = lower(answer.name);
    const ttl = ttlOf(answer);
    if (answer.type === "CNAME") append(aliases, owner, { target: lower(answer.data), ttl });
    else if (answer.type === "DNAME") subtrees.set(owner, { target: lower(answer.data), ttl });
    else for (const found of addressesOf(answer)) append(addresses, owner, { ...found, ttl });
  }
  return { aliases, subtrees, addresses };
}

function addressesOf(answer: Answer): Omit<AddressRecord, "ttl">[] {
  if (answer.type === "A" || answer.type === "AAAA") {
    const address = parseAddress(answer.data);
    return address === null ? [] : [{ address, target: null }];
  }
  // The library has no word for these types, and hands over their bytes.
  const { type, data } = answer as { readonly type: string; readonly data?: unknown };
  if ((type !== "UNKNOWN_64" && type !== "UNKNOWN_65") || !Buffer.isBuffer(data)) return [];
  const binding = readServiceBinding(data);
  const target = binding?.target ?? null;
  return (binding?.addresses ?? []).map((address) => ({ address, target: target && lower(target) }));
}

/** RFC 2181 §8: a time to live with its top bit set means zero. */
function ttlOf(answer: Answer): number {
  const ttl = "ttl" in answer ? (answer.ttl ?? 0) : 0;
  return ttl > 0x7fff_ffff ? 0 : ttl;
}

/** RFC 4343: ASCII letters only; `toLowerCase` would also turn other alphabets' letters into ASCII ones. */
export function lower(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
