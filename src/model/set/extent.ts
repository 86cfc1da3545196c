/** A set of destinations in one bounded line: its largest piece, and how many there are besides. */
import { type Family, fromBigInt } from "../address.ts";
import type { Transport } from "../flow.ts";
import { type Prefix, prefixOf } from "../prefix.ts";
import { type Block, blocksV4, blocksV6 } from "./blocks.ts";
import { type Destinations, FAMILIES, portsOf, TRANSPORTS } from "./destinations.ts";
import { Ports } from "./ports.ts";

/** Ranges of ports named before the rest is only counted. */
const MOST_RANGES = 6;

/** `192.0.2.0/24 tcp 80,443 (+3 more)`: of pieces of equal size the first, so that equal sets read alike. */
export function extentOf(destinations: Destinations): string {
  let [count, least, shown] = [0, Infinity, "nothing"];
  for (const family of FAMILIES) {
    for (const { first, last, what } of strips(destinations, family)) {
      const blocks: Iterable<Block> =
        family === 4 ? blocksV4(Number(first), Number(last) + 1) : blocksV6(first, last + 1n);
      for (const { base, length } of blocks) {
        count++;
        // A family's sizes are told by its own measure: a half of IPv4 weighs as a half of IPv6.
        const share = family === 4 ? 4 * length : length;
        if (share >= least) continue;
        least = share;
        const prefix: Prefix = prefixOf(fromBigInt(BigInt(base), family), length);
        shown = `${prefix} ${what}`;
      }
    }
  }
  return count > 1 ? `${shown} (+${count - 1} more)` : shown;
}

interface Strip {
  readonly first: bigint;
  readonly last: bigint;
  /** Transports and ports: `tcp,udp 53`. */
  readonly what: string;
}

/** What different transports allow at the same addresses is one strip where the ports agree too. */
function strips(destinations: Destinations, family: Family): Strip[] {
  const found = new Map<string, { first: bigint; last: bigint; of: [Transport, Ports][] }>();
  for (const transport of TRANSPORTS[family]) {
    for (const { first, last, ports } of destinations.plane(family, transport).stretches()) {
      const strip = found.get(`${first}-${last}`) ?? { first, last, of: [] };
      strip.of.push([transport, ports]);
      found.set(`${first}-${last}`, strip);
    }
  }
  return [...found.values()].flatMap(({ first, last, of }) => {
    if (of.length === TRANSPORTS[family].length && of.every(([transport, ports]) => ports.equals(portsOf(transport)))) {
      return { first, last, what: "anything" };
    }
    const byPorts = new Map<string, Transport[]>();
    for (const [transport, ports] of of) {
      const text = portsOf(transport) === Ports.ONE ? "" : textOf(ports);
      byPorts.set(text, [...(byPorts.get(text) ?? []), transport]);
    }
    return [...byPorts].map(([text, each]) => ({ first, last, what: `${each.join(",")} ${text}`.trimEnd() }));
  });
}

function textOf(ports: Ports): string {
  if (ports.equals(Ports.ALL)) return "any port";
  const ranges = ports.ranges().map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  const more = ranges.length - MOST_RANGES;
  return more > 1 ? `${ranges.slice(0, MOST_RANGES).join(",")} and ${more} more ranges` : ranges.join(",");
}
