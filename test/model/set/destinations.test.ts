import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBigInt } from "../../../src/model/address.ts";
import { Destinations } from "../../../src/model/set/destinations.ts";
import { extentOf } from "../../../src/model/set/extent.ts";
import { Ports } from "../../../src/model/set/ports.ts";
import { witnessOf } from "../../../src/model/set/witness.ts";
import { address } from "../../support/build.ts";
import { BOXES, destinationsOf, inBoxes, inSet, SPOTS } from "./universe.ts";

const holds = (property: (a: Destinations, b: Destinations, c: Destinations) => boolean): void =>
  fc.assert(
    fc.property(BOXES, BOXES, BOXES, (a, b, c) => property(destinationsOf(a), destinationsOf(b), destinationsOf(c))),
    { numRuns: 60 },
  );

describe("against every point of a small universe", () => {
  it.each([
    ["union", (a: boolean, b: boolean) => a || b],
    ["intersection", (a: boolean, b: boolean) => a && b],
    ["difference", (a: boolean, b: boolean) => a && !b],
  ] as const)("%s", (operation, rule) => {
    fc.assert(
      fc.property(BOXES, BOXES, (a, b) => {
        const set = destinationsOf(a).combine(operation, destinationsOf(b));
        for (const spot of SPOTS) expect(inSet(set, spot)).toBe(rule(inBoxes(a, spot), inBoxes(b, spot)));
      }),
      { numRuns: 25 },
    );
  });

  it("complement, emptiness and the count", () => {
    fc.assert(
      fc.property(BOXES, (boxes) => {
        const set = destinationsOf(boxes);
        const outside = set.complement();
        for (const spot of SPOTS) expect(inSet(outside, spot)).toBe(!inBoxes(boxes, spot));
        expect(set.isEmpty).toBe(!SPOTS.some((spot) => inBoxes(boxes, spot)));
        expect(set.size + outside.size).toBe(Destinations.all().size);
      }),
      { numRuns: 25 },
    );
  });

  it("a witness is in its set, and only the empty set has none", () => {
    fc.assert(
      fc.property(BOXES, (boxes) => {
        const set = destinationsOf(boxes);
        const witness = witnessOf(set);
        expect(witness === null).toBe(set.isEmpty);
        if (witness === null) return;
        const family = witness.address.includes(":") ? 6 : 4;
        expect(set.has(family, witness.transport, toBigInt(witness.address), witness.port)).toBe(true);
      }),
    );
  });
});

describe("the laws of sets", () => {
  it("distribution", () => {
    holds((a, b, c) =>
      a
        .combine("intersection", b.combine("union", c))
        .equals(a.combine("intersection", b).combine("union", a.combine("intersection", c))),
    );
  });

  it("De Morgan's", () => {
    holds((a, b) => a.combine("union", b).complement().equals(a.complement().combine("intersection", b.complement())));
  });

  it("a set is what it has in common with another and what it has not", () => {
    holds((a, b) => a.combine("intersection", b).combine("union", a.combine("difference", b)).equals(a));
  });

  it("sizes add up", () => {
    holds((a, b) => a.combine("union", b).size + a.combine("intersection", b).size === a.size + b.size);
  });

  it("the order in which boxes come is of no consequence, down to the text", () => {
    fc.assert(
      fc.property(BOXES, (boxes) => extentOf(destinationsOf(boxes)) === extentOf(destinationsOf(boxes.toReversed()))),
    );
  });
});

describe("the text of a set", () => {
  const tcp = (first: string, last: string, ...ports: [number, number][]): Destinations => {
    const ranges = ports.map(([from, to]) => ({ first: from, last: to }));
    const family = first.includes(":") ? 6 : 4;
    return new Destinations().with(family, "tcp", toBigInt(address(first)), toBigInt(address(last)), Ports.of(ranges));
  };

  it.each([
    ["nothing", new Destinations()],
    ["192.0.2.0/24 tcp 443", tcp("192.0.2.0", "192.0.2.255", [443, 443])],
    ["192.0.2.0/24 tcp 80,443,8000-8100", tcp("192.0.2.0", "192.0.2.255", [443, 443], [8000, 8100], [80, 80])],
    ["192.0.2.8/29 tcp any port (+2 more)", tcp("192.0.2.7", "192.0.2.16", [0, 65_535])],
    ["2001:db8::/127 tcp 53 (+1 more)", tcp("2001:db8::", "2001:db8::2", [53, 53])],
    ["0.0.0.0/0 anything (+1 more)", Destinations.all()],
  ])("%s", (text, set) => {
    expect(extentOf(set)).toBe(text);
  });
});

describe("a witness is what a person would try", () => {
  it.each([
    ["everything", Destinations.all(), { transport: "tcp", address: "1.0.0.0", port: 443 }],
    ["everything but TCP over IPv4", Destinations.all().combine("difference", ipv4Tcp()), { transport: "udp" }],
    [
      "loopback, where there is nothing else",
      new Destinations().with(4, "udp", 127n << 24n, (127n << 24n) + 9n, Ports.ALL),
      { address: "127.0.0.1", port: 443 },
    ],
    ["no port at all", new Destinations().with(6, "icmpv6", 1n, 1n, Ports.ONE), { address: "::1", port: null }],
  ])("%s", (_, set, expected) => {
    expect(witnessOf(set)).toMatchObject(expected);
  });

  function ipv4Tcp(): Destinations {
    return new Destinations().with(4, "tcp", 0n, (1n << 32n) - 1n, Ports.ALL);
  }
});
