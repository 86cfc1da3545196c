import { isIP } from "node:net";
import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import {
  compareAddresses,
  familyOf,
  fromBigInt,
  fromGroups,
  fromV4,
  fromV6Bytes,
  isAddress,
  parseAddress,
  toBigInt,
  toV4,
} from "../../src/model/address.ts";
import { address } from "../support/build.ts";

const v4 = fc.nat({ max: 0xffff_ffff }).map(fromV4);
/** Groups with long runs of zeros, which is where IPv6 text is hard. */
const group = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat({ max: 0xffff }));
const groups = fc.array(group, { minLength: 8, maxLength: 8 });
const v6 = groups.map(fromGroups);
const any = fc.oneof(v4, v6);

/** Text that is nearly an address: its alphabet, in any order. */
const nearly = fc
  .array(fc.constantFrom("0", "1", "9", "10", "255", "256", "ffff", "A", "::", ":", ".", "%", "/", " "), {
    maxLength: 16,
  })
  .map((parts) => parts.join(""));

describe("reading an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:DB8::1", "2001:db8::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8:0000:0001:0001:0001:0001:0001", "2001:db8:0:1:1:1:1:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:0201", "192.0.2.1"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["::192.0.2.1", "::c000:201"],
  ])("%s is %s", (text, canonical) => expect(parseAddress(text)).toBe(canonical));

  it.each([
    ["192.0.2", "three parts"],
    ["192.0.2.01", "octal to some readers"],
    ["0x7f.0.0.1", "hexadecimal"],
    ["2130706433", "one number"],
    ["192.0.2.1 ", "a blank"],
    ["1.2.3.4.5", "five parts"],
    ["fe80::1%eth0", "a zone"],
    ["1::2::3", "two gaps"],
    ["1:2:3:4:5:6:7", "seven groups"],
    ["1:2:3:4::5:6:7:8", "a gap for nothing"],
    [":1:2:3:4:5:6:7", "a lone colon in front"],
    ["1:2:3:4:5:6:7:", "a lone colon behind"],
    ["::12345", "five digits"],
    ["1.2.3.4::", "a quad that is not last"],
    ["[::1]", "brackets"],
    ["", "nothing"],
    ["١.2.3.4", "a digit of another script"],
    ["0000:0000:0000:0000:0000:ffff:192.168.100.1000", "more than any address is long"],
  ])("%s is refused: %s", (text) => expect(parseAddress(text)).toBeNull());

  it("accepts exactly what the system's parser accepts, zones apart", () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.ipV4(), fc.ipV6(), fc.ipV4Extended()), (text) => {
        expect(parseAddress(text) !== null).toBe(isIP(text) !== 0 && !text.includes("%"));
      }),
      { numRuns: 5000 },
    );
  });

  it("means what ipaddr.js says it means, mapped addresses unmapped", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), any), (text) => {
        // ipaddr.js reads the deprecated ::192.0.2.1 as a mapped address.
        fc.pre(!/^::\d+\./.test(text));
        const theirs = ipaddr.process(text);
        expect(parseAddress(text)).toBe(theirs.kind() === "ipv4" ? theirs.toString() : rfc5952(theirs));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("canonical text", () => {
  it("is what is told apart without another copy of it", () => {
    fc.assert(
      fc.property(fc.oneof(nearly, any), (text) => {
        expect(isAddress(text)).toBe(parseAddress(text) === text);
      }),
      { numRuns: 5000, examples: [["192.0.2.1"], ["192.0.2.01"], ["::ffff:192.0.2.1"], ["2001:DB8::1"]] },
    );
  });

  it("is RFC 5952 as ipaddr.js writes it", () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const theirs = new ipaddr.IPv6(parts);
        fc.pre(!theirs.isIPv4MappedAddress());
        expect(fromGroups(parts)).toBe(theirs.toRFC5952String());
      }),
      { numRuns: 3000 },
    );
  });

  it("reads back as itself", () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(parseAddress(text)).toBe(text);
      }),
    );
  });

  it.each([
    [[0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], "2001:db8:0:1:1:1:1:1", "one zero group is not shortened"],
    [[0x2001, 0, 0, 1, 0, 0, 0, 1], "2001:0:0:1::1", "the longer run is"],
    [[0x2001, 0, 0, 1, 1, 0, 0, 1], "2001::1:1:0:0:1", "of two alike the first is"],
    [[0, 0, 0, 0, 0, 0, 0, 1], "::1", "at the start"],
    [[1, 0, 0, 0, 0, 0, 0, 0], "1::", "at the end"],
    [[0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201], "192.0.2.1", "a mapped address is the IPv4 one"],
  ])("of %j is %s: %s", (parts, text) => expect(fromGroups(parts)).toBe(text));
});

describe("numbers and bytes", () => {
  it("survives the way to an integer and back", () => {
    fc.assert(
      fc.property(any, (a) => {
        expect(fromBigInt(toBigInt(a), familyOf(a))).toBe(a);
      }),
    );
  });

  it("gives the bits ipaddr.js gives", () => {
    fc.assert(
      fc.property(any, (a) => {
        const bytes = ipaddr.parse(a).toByteArray();
        expect(toBigInt(a)).toBe(bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n));
      }),
    );
  });

  it("reads sixteen bytes at an offset", () => {
    fc.assert(
      fc.property(v6, fc.nat({ max: 9 }), (a, offset) => {
        fc.pre(familyOf(a) === 6);
        const bytes = Uint8Array.from([...Array(offset).fill(7), ...ipaddr.parse(a).toByteArray()]);
        expect(fromV6Bytes(bytes, offset)).toBe(a);
      }),
    );
  });

  it("keeps the sign bit of an IPv4 address unsigned", () => {
    expect(toV4(address("255.255.255.255"))).toBe(0xffff_ffff);
    expect(fromV4(-1)).toBe("255.255.255.255");
  });
});

describe("the order of addresses", () => {
  it("is IPv4 first, then that of the bytes", () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const bytes = (x: string): string =>
          ipaddr
            .parse(x)
            .toByteArray()
            .map((n) => String(n).padStart(3, "0"))
            .join();
        const key = (x: typeof a): string => `${familyOf(x)} ${bytes(x)}`;
        const expected = key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
        expect(Math.sign(compareAddresses(a, b))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

function rfc5952(theirs: ipaddr.IPv4 | ipaddr.IPv6): string {
  return theirs instanceof ipaddr.IPv6 ? theirs.toRFC5952String() : theirs.toString();
}
