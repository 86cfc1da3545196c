/** A universe small enough to try every point of: 6 bits of address by 4 bits of port, put where real ones have corners. */
import * as fc from "fast-check";
import type { Family } from "../../../src/model/address.ts";
import type { Transport } from "../../../src/model/flow.ts";
import { Destinations } from "../../../src/model/set/destinations.ts";
import { Ports } from "../../../src/model/set/ports.ts";

const ADDRESSES = Array.from({ length: 64 }, (_, i) => BigInt(i));
const PORTS = Array.from({ length: 16 }, (_, i) => i);

/** The first and the last 32 values of the real space. */
export function addressAt(index: bigint, family: Family): bigint {
  const end = 1n << (family === 4 ? 32n : 128n);
  return index < 32n ? index : end - 64n + index;
}

function portAt(index: number): number {
  return index < 8 ? index : 65_536 - 16 + index;
}

export interface Box {
  readonly family: Family;
  readonly transport: Transport;
  readonly first: bigint;
  readonly last: bigint;
  readonly ports: readonly [first: number, last: number];
}

const sortedPair = <T extends number | bigint>(values: readonly [T, T]): [T, T] =>
  values[0] <= values[1] ? [values[0], values[1]] : [values[1], values[0]];

const BOX: fc.Arbitrary<Box> = fc
  .record({
    family: fc.constantFrom(4 as const, 6 as const),
    transport: fc.constantFrom("tcp" as const, "udp" as const),
    addresses: fc.tuple(fc.bigInt(0n, 63n), fc.bigInt(0n, 63n)).map(sortedPair),
    ports: fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 })).map(sortedPair),
  })
  .map(({ addresses: [first, last], ...rest }) => ({ ...rest, first, last }));

export const BOXES: fc.Arbitrary<Box[]> = fc.array(BOX, { maxLength: 6 });

export function destinationsOf(boxes: readonly Box[]): Destinations {
  return boxes.reduce(
    (set, { family, transport, first, last, ports }) =>
      set.with(
        family,
        transport,
        addressAt(first, family),
        addressAt(last, family),
        Ports.of([{ first: portAt(ports[0]), last: portAt(ports[1]) }]),
      ),
    new Destinations(),
  );
}

/** Every point of the universe, by its indices and as it is in the real space. */
export interface Spot {
  readonly family: Family;
  readonly transport: Transport;
  readonly address: bigint;
  readonly port: number;
}

export const SPOTS: readonly Spot[] = ([4, 6] as const).flatMap((family) =>
  (["tcp", "udp"] as const).flatMap((transport) =>
    ADDRESSES.flatMap((address) => PORTS.map((port) => ({ family, transport, address, port }))),
  ),
);

export function inBoxes(boxes: readonly Box[], { family, transport, address, port }: Spot): boolean {
  return boxes.some(
    (box) =>
      box.family === family &&
      box.transport === transport &&
      box.first <= address &&
      address <= box.last &&
      box.ports[0] <= port &&
      port <= box.ports[1],
  );
}

export function inSet(set: Destinations, { family, transport, address, port }: Spot): boolean {
  return set.has(family, transport, addressAt(address, family), portAt(port));
}
