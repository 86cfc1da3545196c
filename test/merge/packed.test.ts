import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lists } from "../../src/merge/lists.ts";
import { areEqual, CellPacker, cellsIn, type PackedCells, unpack } from "../../src/merge/packed.ts";
import type { Incidence } from "../../src/model/evidence.ts";
import { formatInstant } from "../../src/model/instant.ts";
import { address, fqdn } from "../support/build.ts";

const count = fc.oneof(fc.nat(300), fc.constantFrom(127, 128, 16_384, Number.MAX_SAFE_INTEGER), fc.maxSafeNat());
const time = fc.option(fc.integer({ min: -6e13, max: 9e15 }).map(formatInstant));
const labels = fc.uniqueArray(fc.constantFrom("a", "b", "c/d"), { maxLength: 3 });
const cell: fc.Arbitrary<Incidence> = fc.record({
  run: fc.constant("r"),
  addresses: fc.subarray([address("192.0.2.1"), address("2001:db8::1")]),
  nameSources: fc.subarray(["tls-sni", "dns"] as const),
  otherNames: fc.subarray([fqdn("b.example"), address("192.0.2.9")]),
  cnames: fc.subarray([fqdn("cdn.example")]),
  outcomes: fc.record({ allowed: count, denied: count, failed: count }),
  established: count,
  bytesOut: fc.option(count),
  bytesIn: fc.option(count),
  firstSeen: time,
  lastSeen: time,
  workloads: labels,
  tools: labels,
  processes: labels,
  flags: fc.subarray(["ech", "midstream"]),
});
/** Endpoints of one run, each once. */
const cells = fc.uniqueArray(fc.tuple(fc.oneof(fc.nat(200), fc.nat(3e6)), cell), {
  selector: ([endpoint]) => endpoint,
});

const packed = (seen: readonly (readonly [number, Incidence])[], lists: Lists): PackedCells => {
  const packer = new CellPacker();
  for (const [endpoint, incidence] of seen) packer.add(endpoint, incidence, lists);
  return packer.done();
};

describe("the cells of a run in bytes", () => {
  test("say what was put in, in its order and with its keys in their order", () => {
    fc.assert(
      fc.property(cells, (seen) => {
        const lists = new Lists();
        const bytes = packed(seen, lists);
        const read = [...cellsIn(bytes)].map(([at, endpoint]) => [endpoint, unpack(bytes, at, "r", lists)]);
        expect(JSON.stringify(read)).toBe(JSON.stringify(seen));
      }),
    );
  });

  test("are the same in any order, and others as soon as one thing differs", () => {
    fc.assert(
      fc.property(cells, fc.nat(), (seen, pick) => {
        const lists = new Lists();
        const bytes = packed(seen, lists);
        expect(areEqual(bytes, packed(seen.toReversed(), lists))).toBe(true);
        const at = pick % Math.max(seen.length, 1);
        const more = seen.map(([endpoint, one], i): [number, Incidence] =>
          i === at ? [endpoint, { ...one, established: one.established === 1 ? 2 : 1 }] : [endpoint, one],
        );
        const isOther = seen[at] !== undefined && more[at]?.[1].established !== seen[at][1].established;
        expect(areEqual(bytes, packed(more, lists))).toBe(!isOther);
      }),
    );
  });

  test("take some 40 bytes each, however many runs said the same lists before", () => {
    const lists = new Lists();
    const sizeOf = (run: number): number => {
      const seen = Array.from({ length: 200 }, (_, endpoint): [number, Incidence] => [
        endpoint,
        {
          run: `r${run}`,
          addresses: [address(`192.0.2.${(endpoint + run) % 200}`)],
          nameSources: ["tls-sni"],
          otherNames: [],
          cnames: [],
          outcomes: { allowed: 3, denied: 0, failed: 0 },
          established: 3,
          bytesOut: 5000,
          bytesIn: 900_000,
          firstSeen: "2026-11-07T09:00:00.120000Z",
          lastSeen: "2026-11-07T09:02:10.000000Z",
          workloads: [],
          tools: [],
          processes: [],
          flags: [],
        },
      ]);
      return packed(seen, lists).length;
    };
    const sizes = Array.from({ length: 100 }, (_, run) => sizeOf(run)).sort((a, b) => a - b);
    expect(sizes.at(-1)).toBeLessThan(200 * 48);
  });
});
