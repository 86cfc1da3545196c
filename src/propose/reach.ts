/** What kind of place an address is in: a name of the internet that begins to answer from inside is another destination. */
import { translated } from "../annotate/index.ts";
import { type Address, familyOf, toBigInt } from "../model/address.ts";
import type { Reach } from "../model/approval.ts";
import { type Prefix, rangeOf } from "../model/prefix.ts";

/**
 * RFC 5771; 1918, 6598, 1112, 4193 and 3879; 3927 and 4291; 1122. Metadata services live on link-local and unique-local addresses, and
 * Azure's on one that only looks public.
 */
const SPECIAL: readonly (readonly [Exclude<Reach, "public">, Prefix])[] = (
  [
    ["multicast", ["224.0.0.0/4", "255.255.255.255/32", "ff00::/8"]],
    [
      "private",
      ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "240.0.0.0/4", "fc00::/7", "fec0::/10"],
    ],
    ["link-local", ["169.254.0.0/16", "168.63.129.16/32", "fe80::/10"]],
    ["loopback", ["127.0.0.0/8", "0.0.0.0/8", "::/127"]],
  ] as const
).flatMap(([reach, prefixes]) => prefixes.map((prefix) => [reach, prefix as string as Prefix] as const));

/** An IPv6 address that leads to an IPv4 one is in the place of that one. */
export function reachOf(address: Address): Reach {
  const inner = translated(address)?.address ?? address;
  const found = SPECIAL.find(([, prefix]) => isWithin(inner, prefix));
  return found?.[0] ?? "public";
}

export function isWithin(address: Address, prefix: Prefix): boolean {
  const { family, first, last } = rangeOf(prefix);
  if (familyOf(address) !== family) return false;
  const value = toBigInt(address);
  return first <= value && value <= last;
}
