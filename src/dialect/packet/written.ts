/** Addresses and prefixes as rules write them, with an IPv4-mapped one kept in the family it is written in. */
import { type Address, type Family, familyOf, parseAddress, toBigInt } from "../../model/address.ts";
import { type AddressRange, parsePrefix, rangeOf, widthOf } from "../../model/prefix.ts";

/** `::ffff:0:0/96`, where a rule for IPv6 packets puts what {@link parseAddress} takes for IPv4. */
const MAPPED = 0xffffn << 32n;

export function rangeOfAddress(text: string): AddressRange | null {
  const address = parseAddress(text);
  if (address === null) return null;
  const value = toBigInt(address);
  if (familyOf(address) === 6 || !text.includes(":")) return single(familyOf(address), value);
  return single(6, MAPPED | value);
}

export function rangeOfPrefix(text: string): AddressRange | null {
  const [base = "", length = null] = text.split("/");
  if (length === null) return rangeOfAddress(base);
  const written = rangeOfAddress(base);
  if (written === null || !isMapped(base)) {
    const prefix = parsePrefix(text);
    return prefix === null ? null : rangeOf(prefix);
  }
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > 128) return null;
  const host = BigInt(widthOf(6) - Number(length));
  const first = (written.first >> host) << host;
  return { family: 6, first, last: first + (1n << host) - 1n };
}

function isMapped(text: string): boolean {
  const address: Address | null = parseAddress(text);
  return address !== null && familyOf(address) === 4 && text.includes(":");
}

function single(family: Family, value: bigint): AddressRange {
  return { family, first: value, last: value };
}
