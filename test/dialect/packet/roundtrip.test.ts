import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadIptables, printIptables } from "../../../src/dialect/iptables/index.ts";
import { loadNftables, printNftables } from "../../../src/dialect/nftables/index.ts";
import { familyOf, parseAddress } from "../../../src/model/address.ts";
import type { Candidate } from "../../../src/model/candidate.ts";
import { formatSeconds, parseInstant, SECOND } from "../../../src/model/instant.ts";
import type { Layer, Question } from "../../../src/model/policy.ts";
import { AT_OUTPUT, candidateOf, NOW, type Sketch } from "./bakery.ts";

const ADDRESSES = ["192.0.2.1", "192.0.2.2", "198.51.100.255", "2001:db8::1", "2001:db8::ffff"];
const PORTS = [1, 53, 443, 65_535];

const SKETCH: fc.Arbitrary<Sketch> = fc.record({
  addresses: fc.subarray(ADDRESSES, { minLength: 1 }),
  transport: fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const),
  port: fc.constantFrom(...PORTS),
  expires: fc.integer({ min: -5, max: 5000 }).map((hours) => formatSeconds(NOW + hours * 3600 * SECOND)),
  changes: fc.record({ reason: fc.string({ unit: "binary", maxLength: 80 }), owner: fc.string() }),
});

const LAYERS: Readonly<Record<string, (candidate: Candidate) => Layer>> = {
  nftables: (candidate) => loadNftables([{ path: "c.nft", text: printNftables(candidate, NOW, AT_OUTPUT).text }]),
  iptables: (candidate) => {
    const { v4, v6 } = printIptables(candidate, NOW, AT_OUTPUT);
    return loadIptables([
      { path: "rules.v4", text: v4 },
      { path: "rules.v6", text: v6 },
    ]);
  },
};

function everyQuestion(): Question[] {
  return ADDRESSES.flatMap((text) =>
    (["tcp", "udp", "sctp"] as const).flatMap((transport) =>
      PORTS.map((port) => ({ transport, address: parseAddress(text), name: null, port })),
    ),
  );
}

describe.each(Object.entries(LAYERS))("a candidate printed for %s and read back", (_, layerOf) => {
  it("permits every address and port it names until they expire, and denies all else", () => {
    fc.assert(
      fc.property(fc.array(SKETCH, { maxLength: 8 }), fc.integer({ min: 0, max: 6000 }), (sketches, hours) => {
        const candidate = candidateOf(sketches);
        const layer = layerOf(candidate);
        const at = NOW + hours * 3600 * SECOND;
        for (const question of everyQuestion()) {
          const asked = candidate.rules.some(
            ({ addresses, endpoint, expires }) =>
              addresses.some((address) => address === question.address) &&
              endpoint.transport === question.transport &&
              endpoint.port === question.port &&
              (parseInstant(expires) ?? 0) > at,
          );
          expect(layer.decide(question, at).verdict).toBe(asked ? "permit" : "deny");
        }
      }),
      { numRuns: 60 },
    );
  });

  it("lists every address and port once for each expiry, with its comment, and decides by those places", () => {
    fc.assert(
      fc.property(fc.array(SKETCH, { maxLength: 8 }), (sketches) => {
        const candidate = candidateOf(sketches);
        const layer = layerOf(candidate);
        const live = candidate.rules.filter(({ expires }) => (parseInstant(expires) ?? 0) > NOW);
        const expected = new Set(
          live.flatMap(({ addresses, endpoint, expires }) =>
            addresses.map(
              (address) => `${familyOf(address)} ${address} ${endpoint.transport} ${endpoint.port} ${expires}`,
            ),
          ),
        );
        const opened = layer.rules.filter(({ opens }) => opens);
        expect(opened).toHaveLength(expected.size);
        expect(opened.every(({ reason, addresses }) => reason !== null && addresses === 1n)).toBe(true);
        const places = new Set(layer.rules.map(({ place }) => place));
        expect(places.size).toBe(layer.rules.length);
        for (const question of everyQuestion()) {
          const { rule } = layer.decide(question, NOW);
          expect(rule !== null && places.has(rule)).toBe(true);
        }
        expect(layer.defaultEffect).toBe("deny");
        expect(layer.notModelled).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
