/** CIDR prefixes in canonical text: host bits zero, length always written (`192.0.2.1/32`). */
import {
  type Address,
  compareAddresses,
  familyOf,
  type Family,
  fromBigInt,
  parseAddress,
  toBigInt,
} from "./address.ts";

export type Prefix = string & { readonly __brand: "Prefix" };

/** Inclusive bounds of a prefix or range, as unsigned integers of the family's width. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

export const widthOf = (family: Family): number => (family === 4 ? 32 : 128);

/** `10.1.2.3/8` becomes `10.0.0.0/8`; a bare address becomes a /32 or /128; null for anything else. */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  // The length of a mapped prefix (::ffff:10.0.0.0/8) counts IPv6 bits, and canonical text has no such prefix.
  if (slash >= 0 && text.includes(":") && familyOf(address) === 4) return null;
  const width = widthOf(familyOf(address));
  const digits = slash < 0 ? String(width) : text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > width) return null;
  return prefixOf(address, Number(digits));
}

/** The prefix of `length` bits that holds `address`. */
export function prefixOf(address: Address, length: number): Prefix {
  const family = familyOf(address);
  const host = BigInt(widthOf(family) - length);
  return `${fromBigInt((toBigInt(address) >> host) << host, family)}/${length}` as Prefix;
}

export function addressOf(prefix: Prefix): Address {
  return prefix.slice(0, prefix.lastIndexOf("/")) as Address;
}

export function lengthOf(prefix: Prefix): number {
  return Number(prefix.slice(prefix.lastIndexOf("/") + 1));
}

export function rangeOf(prefix: Prefix): AddressRange {
  const address = addressOf(prefix);
  const family = familyOf(address);
  const first = toBigInt(address);
  return { family, first, last: first + (1n << BigInt(widthOf(family) - lengthOf(prefix))) - 1n };
}

/** By address, then the wider first: the total order of every list of prefixes. */
export function comparePrefixes(a: Prefix, b: Prefix): number {
  return compareAddresses(addressOf(a), addressOf(b)) || lengthOf(a) - lengthOf(b);
}
