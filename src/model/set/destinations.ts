/** Sets of destinations: (IPv4 or IPv6 address) x transport x port, as exact disjoint pieces. */
import type { Family } from "../address.ts";
import type { Transport } from "../flow.ts";
import { widthOf } from "../prefix.ts";
import { Addresses } from "./addresses.ts";
import { Plane } from "./plane.ts";
import { Ports } from "./ports.ts";
import type { Operation, Point } from "./toggles.ts";

/** The transports a new connection can have in a family. */
export const TRANSPORTS: Readonly<Record<Family, readonly Transport[]>> = {
  4: ["tcp", "udp", "sctp", "icmp"],
  6: ["tcp", "udp", "sctp", "icmpv6"],
};

export const FAMILIES: readonly Family[] = [4, 6];

/** All ports the transport has. */
export function portsOf(transport: Transport): Ports {
  return transport === "icmp" || transport === "icmpv6" ? Ports.ONE : Ports.ALL;
}

export class Destinations {
  readonly #planes = new Map<string, Plane>();

  static all(): Destinations {
    const all = new Destinations();
    for (const [family, transport] of sides()) {
      all.append(family, transport, family === 4 ? 0 : 0n, portsOf(transport));
    }
    return all;
  }

  /** Says which ports belong from this address on (IPv4 as a number); the addresses of one side come in order. */
  append(family: Family, transport: Transport, start: Point, ports: Ports): void {
    const key = `${family} ${transport}`;
    const plane = this.#planes.get(key) ?? new Plane(family);
    plane.append(start, ports);
    this.#planes.set(key, plane);
  }

  /** One box more, which may overlap what is there. */
  with(family: Family, transport: Transport, first: bigint, last: bigint, ports: Ports): Destinations {
    const box = new Destinations();
    const point = (at: bigint): Point => (family === 4 ? Number(at) : at);
    box.append(family, transport, point(first), ports);
    if (last + 1n < 1n << BigInt(widthOf(family))) box.append(family, transport, point(last + 1n), Ports.NONE);
    return this.combine("union", box);
  }

  combine(operation: Operation, other: Destinations): Destinations {
    const result = new Destinations();
    for (const [family, transport] of sides()) {
      const plane = this.plane(family, transport).combine(operation, other.plane(family, transport));
      result.#planes.set(`${family} ${transport}`, plane);
    }
    return result;
  }

  complement(): Destinations {
    return Destinations.all().combine("difference", this);
  }

  plane(family: Family, transport: Transport): Plane {
    return this.#planes.get(`${family} ${transport}`) ?? new Plane(family);
  }

  get isEmpty(): boolean {
    return [...this.#planes.values()].every((plane) => plane.isEmpty);
  }

  equals(other: Destinations): boolean {
    return this.combine("difference", other).isEmpty && other.combine("difference", this).isEmpty;
  }

  has(family: Family, transport: Transport, address: bigint, port: number | null): boolean {
    return this.plane(family, transport).has(address, port ?? 0);
  }

  /** How many pairs of address and port, each transport counted for itself; ICMP counts one for an address. */
  get size(): bigint {
    let size = 0n;
    for (const plane of this.#planes.values()) {
      for (const { first, last, ports } of plane.stretches()) size += (last - first + 1n) * BigInt(ports.size);
    }
    return size;
  }

  /** The addresses that can be reached by any transport at any port. */
  addresses(family: Family): Addresses {
    const ranges = TRANSPORTS[family].flatMap((transport) => [...this.plane(family, transport).stretches()]);
    return Addresses.of(family, ranges);
  }
}

/** Family and transport, in the order of every listing. */
export function sides(): [Family, Transport][] {
  return FAMILIES.flatMap((family) => TRANSPORTS[family].map((each): [Family, Transport] => [family, each]));
}
