import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Scanner } from "../../../src/annotate/lookup/scanner.ts";
import { familyOf, fromGroups, fromV4, parseAddress, toBigInt } from "../../../src/model/address.ts";
import { lengthOf, parsePrefix, prefixOf, widthOf } from "../../../src/model/prefix.ts";

const scanner = new Scanner();
const valueOf = ({ groups }: Scanner): bigint => [...groups].reduce((sum, g) => (sum << 16n) | BigInt(g), 0n);

const group = fc.oneof(fc.constant(0), fc.nat({ max: 0xffff }));
const address = fc.oneof(
  fc.nat({ max: 0xffff_ffff }).map(fromV4),
  fc.array(group, { minLength: 8, maxLength: 8 }).map(fromGroups),
);
const prefix = address.chain((a) => fc.nat({ max: widthOf(familyOf(a)) }).map((length) => prefixOf(a, length)));
const parts = ["0", "1", "9", "10", "255", "256", "0255", "ffff", "a", "g", "::", ":", ".", "/", "\0"];
const nearly = fc.array(fc.constantFrom(...parts), { maxLength: 16 }).map((some) => some.join(""));

describe("scanning an address", () => {
  it("reads the bits that the model reads", () => {
    fc.assert(
      fc.property(address, (text) => {
        const family = scanner.addressOf(text);
        expect(family).toBe(familyOf(text));
        expect(valueOf(scanner)).toBe(family === 4 ? toBigInt(text) << 96n : toBigInt(text));
      }),
      { numRuns: 5000 },
    );
  });

  it("takes nothing that is no address", () => {
    fc.assert(
      fc.property(nearly, (text) => {
        if (scanner.addressOf(text) !== 0) expect(parseAddress(text)).not.toBeNull();
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    "",
    ".",
    ":",
    ":::",
    ":::1",
    "1.2.3",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.10000",
    "1.2.3.04",
    "01.2.3.4",
    "2001:0db8::1",
    "2001:DB8::1",
    "1:2",
    "1::2::3",
    "1:2:3:4:5:6:7:8:",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "::12345",
    "::1\0",
    `${"1111:".repeat(8)}1111:1111`,
  ])("refuses %j", (text) => expect(scanner.addressOf(text)).toBe(0));
});

describe("scanning a prefix", () => {
  it("reads the bits and the length that the model reads", () => {
    fc.assert(
      fc.property(prefix, (text) => {
        expect(scanner.prefixOf(text)).toBe(familyOf(text.slice(0, text.indexOf("/")) as never));
        expect(scanner.length).toBe(lengthOf(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes a prefix exactly when no host bit is set", () => {
    const cidr = address.chain((a) => fc.nat({ max: widthOf(familyOf(a)) }).map((length) => `${a}/${length}`));
    fc.assert(
      fc.property(cidr, (text) => {
        expect(scanner.prefixOf(text) !== 0).toBe(parsePrefix(text) === text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    "10.0.0.0",
    "10.0.0.0/",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/0x8",
    "10.0.0.0/1234",
    "10.0.0.0/8/8",
    "/8",
    "x/8",
  ])("refuses %s", (text) => {
    expect(scanner.prefixOf(text)).toBe(0);
  });

  it("ends before the first byte that is not its own", () => {
    expect(scanner.prefix(new TextEncoder().encode("@\n10.0.0.0/8\n@"), 2)).toBe(4);
    expect(scanner.end).toBe(12);
  });
});
