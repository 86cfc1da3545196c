import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Packet } from "../../../src/ingest/decode/packet.ts";
import { FlowTable } from "../../../src/ingest/track/flow-table.ts";

interface Tuple {
  readonly family: 4 | 6;
  readonly s: readonly number[];
  readonly d: readonly number[];
  readonly ports: readonly [number, number];
  readonly protocol: number;
}

function packet({ family, s, d, ports, protocol }: Tuple, isBack = false): Packet {
  const [from, to] = isBack ? [d, s] : [s, d];
  const p = new Packet();
  const [s0, s1, s2, s3, d0, d1, d2, d3] = [...from, ...to] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  Object.assign(p, family === 6 ? { s0, s1, s2, s3, d0, d1, d2, d3 } : { s0, d0 });
  const [sourcePort, destinationPort] = isBack ? [ports[1], ports[0]] : ports;
  return Object.assign(p, { family, protocol, sourcePort, destinationPort });
}

// Few values, so that tuples come again, and differ in a single part.
const address = fc.constantFrom([0, 0, 0, 0], [-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0x7fff_ffff, 0], [0, 0, 0, 1]);
const port = fc.constantFrom(0, 443);
const tuple: fc.Arbitrary<Tuple> = fc.record({
  family: fc.constantFrom(4 as const, 6 as const),
  s: address,
  d: address,
  ports: fc.tuple(port, port),
  protocol: fc.constantFrom(6, 17),
});

/** What makes two packets of one flow, independent of how the table does it. */
function nameOf({ family, s, d, ports, protocol }: Tuple): string {
  const words = family === 6 ? 4 : 1;
  return [
    family,
    protocol,
    ...[[...s.slice(0, words), ports[0]].join(), [...d.slice(0, words), ports[1]].join()].sort(),
  ].join(" ");
}

test("both directions find the one row of a flow, and no other flow does", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(tuple, fc.boolean(), fc.boolean()), { maxLength: 120 }), (steps) => {
      const table = new FlowTable();
      const model = new Map<string, number>();
      for (const [flow, isBack, isRemoved] of steps) {
        const p = packet(flow, isBack);
        const row = table.find(p);
        expect(row).toBe(model.get(nameOf(flow)) ?? -1);
        if (row < 0) model.set(nameOf(flow), table.insert(p));
        else if (isRemoved) {
          table.remove(row);
          model.delete(nameOf(flow));
        }
        expect(table.size).toBe(model.size);
      }
    }),
  );
});

describe("growth and collisions", () => {
  const flow = (i: number): Tuple => ({
    family: 4,
    s: [i, 0, 0, 0],
    d: [-i, 0, 0, 0],
    ports: [i % 65_536, 443],
    protocol: 6,
  });

  test("ten thousand flows stay findable while the table grows", () => {
    const table = new FlowTable();
    const rows = Array.from({ length: 10_000 }, (_, i) => {
      table.find(packet(flow(i)));
      return table.insert(packet(flow(i)));
    });
    expect(rows.every((row, i) => table.find(packet(flow(i), true)) === row)).toBe(true);
    expect(new Set(rows).size).toBe(10_000);
  });

  test("a bucket that an attacker fills is reported as crowded, with its oldest row", () => {
    const table = new FlowTable();
    const first = packet(flow(1));
    table.find(first);
    const oldest = table.insert(first);
    // Inserting without a look-up in between reuses the first one's hash, as chosen collisions would.
    for (let i = 0; i < 30; i++) table.insert(packet(flow(2 + i)));
    expect(table.crowded()).toBe(-1);
    table.insert(packet(flow(40)));
    expect(table.crowded()).toBe(oldest);
  });
});
