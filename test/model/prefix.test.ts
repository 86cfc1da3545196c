import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { compareAddresses, familyOf, fromBigInt, fromGroups, fromV4 } from "../../src/model/address.ts";
import {
  addressOf,
  comparePrefixes,
  lengthOf,
  parsePrefix,
  type Prefix,
  prefixOf,
  rangeOf,
  widthOf,
} from "../../src/model/prefix.ts";

const address = fc.oneof(
  fc.nat({ max: 0xffff_ffff }).map(fromV4),
  fc.array(fc.nat({ max: 0xffff }), { minLength: 8, maxLength: 8 }).map(fromGroups),
);
const cidr = address.chain((a) =>
  fc.nat({ max: widthOf(familyOf(a)) }).map((length) => ({ a, length, text: `${a}/${length}` })),
);

describe("reading a prefix", () => {
  it.each([
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["192.0.2.1", "192.0.2.1/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["2001:DB8:ffff::/33", "2001:db8:8000::/33"],
    ["::/0", "::/0"],
    ["::ffff:192.0.2.1", "192.0.2.1/32"],
  ])("%s is %s", (text, canonical) => expect(parsePrefix(text)).toBe(canonical));

  it.each([
    ["10.0.0.0/33", "longer than the address"],
    ["2001:db8::/129", "longer than the address"],
    ["10.0.0.0/", "no length"],
    ["10.0.0.0/08", "octal to some readers"],
    ["10.0.0.0/+8", "a sign"],
    ["10.0.0.0/8/8", "two lengths"],
    ["10.0.0.0/255.0.0.0", "a mask"],
    ["10.0.0.0-10.0.0.255", "a range"],
    ["::ffff:10.0.0.0/8", "eight bits of IPv6, which is not 10.0.0.0/8"],
    ["::ffff:0:0/96", "all of IPv4 in IPv6's clothes"],
    ["/8", "no address"],
  ])("%s is refused: %s", (text) => expect(parsePrefix(text)).toBeNull());

  it("clears the host bits as ipaddr.js does", () => {
    fc.assert(
      fc.property(cidr, ({ text, length, a }) => {
        const network =
          familyOf(a) === 4 ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
        const parsed = parsePrefix(text);
        expect(parsed && lengthOf(parsed)).toBe(length);
        expect(parsed && ipaddr.parse(addressOf(parsed)).toByteArray()).toEqual(network.toByteArray());
      }),
      { numRuns: 2000 },
    );
  });

  it("reads canonical text back as itself", () => {
    fc.assert(
      fc.property(cidr, ({ a, length }) => {
        const prefix = prefixOf(a, length);
        expect(parsePrefix(prefix)).toBe(prefix);
      }),
    );
  });
});

describe("the range of a prefix", () => {
  it("holds exactly the addresses that ipaddr.js matches", () => {
    fc.assert(
      fc.property(cidr, fc.constantFrom(-1n, 0n, 1n), fc.boolean(), ({ a, length }, step, atEnd) => {
        const prefix = prefixOf(a, length);
        const { family, first, last } = rangeOf(prefix);
        const value = (atEnd ? last : first) + step;
        fc.pre(value >= 0n && value < 1n << BigInt(widthOf(family)));
        const probe = fromBigInt(value, family);
        fc.pre(familyOf(probe) === family);
        expect(value >= first && value <= last).toBe(ipaddr.parse(probe).match(ipaddr.parseCIDR(prefix)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the order of prefixes", () => {
  it("is by address, then the wider first", () => {
    const prefix = cidr.map(({ a, length }): Prefix => prefixOf(a, length));
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 20 }), (list) => {
        const sorted = list.toSorted(comparePrefixes);
        for (const [i, b] of sorted.entries()) {
          const a = sorted[i - 1];
          if (a === undefined) continue;
          const order = compareAddresses(addressOf(a), addressOf(b));
          expect(order < 0 || (order === 0 && lengthOf(a) <= lengthOf(b))).toBe(true);
        }
      }),
    );
  });
});
