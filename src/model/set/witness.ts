/** One destination out of a set, such as a person would try: an ordinary address and a port that means something. */
import { type Address, type Family, fromBigInt, parseAddress, toBigInt } from "../address.ts";
import type { Transport } from "../flow.ts";
import { type Destinations, sides } from "./destinations.ts";
import type { Ports } from "./ports.ts";

export interface Witness {
  readonly transport: Transport;
  readonly address: Address;
  readonly port: number | null;
}

type Ranges = Readonly<Record<Family, readonly (readonly [first: bigint, last: bigint])[]>>;

/** Global unicast space before loopback; this host and multicast only where the set holds nothing else. */
const PREFERRED: readonly Ranges[] = [
  {
    4: [range("1.0.0.0", "126.255.255.255"), range("128.0.0.0", "223.255.255.255")],
    6: [range("2000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")],
  },
  { 4: [range("127.0.0.1", "127.255.255.254")], 6: [range("::1", "::1")] },
];

const TELLING: readonly number[] = [443, 80, 53, 22];

/** Null for the empty set. */
export function witnessOf(destinations: Destinations): Witness | null {
  let fallback: Witness | null = null;
  for (const preferred of PREFERRED) {
    for (const [family, transport] of sides()) {
      for (const { first, last, ports } of destinations.plane(family, transport).stretches()) {
        const port = portOf(ports, transport);
        const found = leastIn(first, last, preferred[family]);
        if (found !== null) return { transport, address: fromBigInt(found, family), port };
        fallback ??= { transport, address: fromBigInt(first, family), port };
      }
    }
  }
  return fallback;
}

function leastIn(first: bigint, last: bigint, ranges: Ranges[Family]): bigint | null {
  for (const [from, to] of ranges) {
    const least = first > from ? first : from;
    if (least <= last && least <= to) return least;
  }
  return null;
}

/** Port 0 is in many sets and on no wire. */
function portOf(ports: Ports, transport: Transport): number | null {
  if (transport === "icmp" || transport === "icmpv6") return null;
  const telling = TELLING.find((port) => ports.has(port));
  if (telling !== undefined) return telling;
  const [least, second] = ports.ranges();
  if (least === undefined || least.first > 0) return least?.first ?? 0;
  return least.last > 0 ? 1 : (second?.first ?? 0);
}

function range(first: string, last: string): readonly [bigint, bigint] {
  const value = (text: string): bigint => toBigInt(parseAddress(text) ?? fromBigInt(0n, 6));
  return [value(first), value(last)];
}
