/** What kind of place an address is in: a name of the internet that begins to answer from inside is another destination. */
import { type Address, parseAddress, toBigInt, familyOf } from "../model/address.ts";
import type { Reach } from "../model/approval.ts";
import { type Prefix, rangeOf } from "../model/prefix.ts";

/**
 * RFC 1918, 6598 and 4193; 3927 and 4291; 1122; 5771. Metadata services live on link-local and unique-local addresses, and
 * Azure's on one that only looks public.
 */
const SPECIAL: readonly (readonly [Exclude<Reach, "public">, Prefix])[] = (
  [
    ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]],
    ["link-local", ["169.254.0.0/16", "168.63.129.16/32", "fe80::/10"]],
    ["loopback", ["127.0.0.0/8", "0.0.0.0/8", "::/127"]],
    ["multicast", ["224.0.0.0/4", "255.255.255.255/32", "ff00::/8"]],
  ] as const
).flatMap(([reach, prefixes]) => prefixes.map((prefix) => [reach, prefix as string as Prefix] as const));

/** NAT64 (RFC 6052) hides an IPv4 address in the low bits. */
const NAT64 = /^64:ff9b::/;

export function reachOf(address: Address): Reach {
  const inner = NAT64.test(address) ? embedded(address) : address;
  const found = SPECIAL.find(([, prefix]) => isWithin(inner, prefix));
  return found?.[0] ?? "public";
}

export function isWithin(address: Address, prefix: Prefix): boolean {
  const { family, first, last } = rangeOf(prefix);
  if (familyOf(address) !== family) return false;
  const value = toBigInt(address);
  return first <= value && value <= last;
}

function embedded(address: Address): Address {
  const low = Number(toBigInt(address) & 0xffff_ffffn);
  const quad = [low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255].join(".");
  return parseAddress(quad) ?? address;
}
