/** Packets to and around every bound that a program names, in every transport, where an off-by-one would show. */
import { type Address, type Family, familyOf, fromBigInt, parseAddress } from "../../../src/model/address.ts";
import type { Box, Range } from "../../../src/dialect/packet/box.ts";
import type { Condition, Program } from "../../../src/dialect/packet/program.ts";
import type { Chance } from "../chance.ts";
import type { Probe } from "./kernel.ts";

const SOMEWHERE: readonly string[] = ["192.0.2.1", "198.51.100.7", "127.0.0.1", "2001:db8::1", "2001:db8:5::5", "::1"];
const PORTS: readonly number[] = [53, 443, 40_001];
const TRANSPORTS = ["tcp", "udp", "sctp"] as const;

/** More packets than these tell no more about one ruleset. */
const MOST = 2500;

/** All addresses and all ports, each with some of the others; then the corners where a rule names both together. */
export function probesFor(program: Program, chance: Chance, families: readonly Family[]): Probe[] {
  const found = new Map<string, Probe>();
  const add = (transport: Probe["transport"], address: Address, port: number | null): void => {
    if (families.includes(familyOf(address)) && isSendable(address)) {
      found.set(`${transport} ${address} ${port}`, { transport, address, port });
    }
  };
  const bounds = boundsOf(program);
  const addresses = [...new Set([...SOMEWHERE.flatMap((text) => parseAddress(text) ?? []), ...bounds.addresses])];
  const ports = [...new Set([...PORTS, ...bounds.ports])];
  for (const address of addresses) {
    for (const transport of TRANSPORTS)
      for (const port of [chance.one(ports), chance.one(ports)]) add(transport, address, port);
    add(address.includes(":") ? "icmpv6" : "icmp", address, null);
  }
  for (const port of ports) {
    for (const transport of TRANSPORTS) for (let n = 0; n < 4; n++) add(transport, chance.one(addresses), port);
  }
  for (const [address, port] of bounds.corners) for (const transport of TRANSPORTS) add(transport, address, port);
  return [...found.values()].slice(0, MOST);
}

interface Bounds {
  readonly addresses: readonly Address[];
  readonly ports: readonly number[];
  readonly corners: readonly (readonly [Address, number])[];
}

function boundsOf(program: Program): Bounds {
  const addresses: Address[] = [];
  const ports: number[] = [];
  const corners: [Address, number][] = [];
  for (const { conditions } of [...program.chains.values()].flatMap(({ rules }) => rules)) {
    const families = familiesOf(conditions);
    for (const condition of conditions) {
      if (condition.kind !== "in") continue;
      const [daddr, dport] = [condition.fields.indexOf("daddr"), condition.fields.indexOf("dport")];
      for (const box of condition.set.boxes) {
        const nearAddresses = around(box, daddr).flatMap((value) =>
          families.flatMap((family) => within(value, family)),
        );
        const nearPorts = around(box, dport)
          .filter((value) => value > 0n && value < 65_536n)
          .map(Number);
        addresses.push(...nearAddresses);
        ports.push(...nearPorts);
        corners.push(
          ...nearAddresses.flatMap((address) => nearPorts.map((port): [Address, number] => [address, port])),
        );
      }
    }
  }
  return { addresses, ports, corners };
}

function around(box: Box, dimension: number): bigint[] {
  const range: Range | undefined = dimension < 0 ? undefined : box[dimension];
  return range === undefined ? [] : [range.first - 1n, range.first, range.last, range.last + 1n];
}

function within(value: bigint, family: Family): Address[] {
  return value >= 0n && value < 1n << (family === 4 ? 32n : 128n) ? [fromBigInt(value, family)] : [];
}

/** The family a rule asks for, else both. */
function familiesOf(conditions: readonly Condition[]): readonly Family[] {
  const only = conditions.find((c) => c.kind === "in" && c.fields[0] === "family" && !c.negated);
  const first = only?.kind === "in" ? only.set.boxes[0]?.[0]?.first : undefined;
  return first === 4n ? [4] : first === 6n ? [6] : [4, 6];
}

/** A socket takes it without more ado: no broadcast, no multicast, no zone, no address of the namespace itself. */
function isSendable(address: Address): boolean {
  if (address.includes(":")) return /^([23]|::1$|fd)/.test(address) && !address.startsWith("2001:db8:ffff::");
  const [first = 0] = address.split(".").map(Number);
  return first > 0 && first < 224 && !address.startsWith("198.18.0.") && address !== "127.255.255.255";
}
