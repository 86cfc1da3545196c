import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { buildPrefixIndex } from "../../src/annotate/prefix-index.ts";
import type { PrefixEntry, PrefixList } from "../../src/annotate/prefix-list.ts";
import { type Address, fromGroups, fromV4 } from "../../src/model/address.ts";
import type { PrefixTag } from "../../src/model/annotation.ts";
import { compareText } from "../../src/model/compare.ts";
import { Rejections } from "../../src/model/flow.ts";
import { comparePrefixes, lengthOf, parsePrefix, type Prefix } from "../../src/model/prefix.ts";
import { address } from "../support/build.ts";

const list = (provider: string, entries: readonly PrefixEntry[], version = "1"): PrefixList => ({
  provider,
  version,
  publishedAt: null,
  entries,
  rejected: new Rejections(),
});
const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text);
  if (parsed !== text) throw new Error(`${text} is no canonical prefix`);
  return parsed;
};
const entry = (text: string, service = "s", region: string | null = null): PrefixEntry => ({
  prefix: prefix(text),
  service,
  region,
});
const lookup = (lists: readonly PrefixList[], text: string): string[] =>
  buildPrefixIndex(lists)
    .lookup(address(text))
    .map((tag) => `${tag.prefix} ${tag.provider} ${tag.service} ${tag.region ?? "-"} ${tag.version}`);

describe("all covering tags of an address", () => {
  const lists = [
    list("b", [entry("10.0.0.0/8"), entry("10.1.0.0/16", "web", "eu"), entry("10.1.0.0/16", "web")], "7"),
    list("a", [entry("10.1.0.0/16", "zoo"), entry("10.1.2.0/24"), entry("10.1.0.0/16", "zoo"), entry("fd00::/8")]),
  ];

  it("stand narrowest first, then by provider, what says more, service and region, each once", () => {
    expect(lookup(lists, "10.1.2.3")).toEqual([
      "10.1.2.0/24 a s - 1",
      "10.1.0.0/16 a zoo - 1",
      "10.1.0.0/16 b web eu 7",
      "10.1.0.0/16 b web - 7",
      "10.0.0.0/8 b s - 7",
    ]);
  });

  it.each([
    ["10.1.3.0", 4, "after a narrower prefix ends, the wider goes on"],
    ["10.2.0.0", 1, "and the widest after that"],
    ["10.255.255.255", 1, "to its last address"],
    ["11.0.0.0", 0, "and no further"],
    ["9.255.255.255", 0, "nor before its first"],
    ["fdff::1", 1, "the other family has its own"],
    ["a00::", 0, "and shares nothing with the same leading bits"],
  ])("%s has %i: %s", (text, count) => expect(lookup(lists, text)).toHaveLength(count));

  it.each([
    ["0.0.0.0/0", "0.0.0.0", "255.255.255.255"],
    ["255.255.255.255/32", "255.255.255.255", "255.255.255.255"],
    ["128.0.0.0/1", "128.0.0.0", "255.255.255.255"],
    ["0.0.0.0/32", "0.0.0.0", "0.0.0.0"],
    ["::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["ffff::/16", "ffff::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:db8:ffff:ffff::/64", "2001:db8:ffff:ffff::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:db8::ffff:0:0/127", "2001:db8::ffff:0:0", "2001:db8::ffff:0:1"],
  ])("%s holds its first and last address", (text, first, last) => {
    expect(lookup([list("a", [entry(text)])], first)).toHaveLength(1);
    expect(lookup([list("a", [entry(text)])], last)).toHaveLength(1);
  });

  it("are none without lists", () => expect(lookup([], "192.0.2.1")).toEqual([]));

  it("cannot be changed by who asked", () => {
    const index = buildPrefixIndex([list("a", [entry("10.0.0.0/8")])]);
    const tags = index.lookup(address("10.0.0.1")) as PrefixTag[];
    expect(() => tags.pop()).toThrow(TypeError);
  });
});

/** Few leading bits, so that prefixes nest and meet; lengths from none to all. */
const v4 = fc.tuple(fc.constantFrom(0, 10, 127, 255), fc.constantFrom(0, 128, 255), fc.nat({ max: 0xffff }));
const v4Address = v4.map(([a, b, rest]) => fromV4(((a << 24) | (b << 16) | rest) >>> 0));
const v6Group = fc.constantFrom(0, 1, 0x8000, 0xffff);
const v6Address = fc.array(v6Group, { minLength: 8, maxLength: 8 }).map(fromGroups);
const anyAddress: fc.Arbitrary<Address> = fc.oneof(v4Address, v6Address);
const anyPrefix = fc
  .tuple(anyAddress, fc.nat({ max: 128 }))
  .map(([a, length]) => parsePrefix(`${a}/${a.includes(":") ? length : length % 33}`))
  .filter((p) => p !== null);
const anyEntry: fc.Arbitrary<PrefixEntry> = fc.record({
  prefix: anyPrefix,
  service: fc.constantFrom("AMAZON", "S3"),
  region: fc.constantFrom(null, "eu", "us"),
});
const anyLists = fc.array(
  fc.record({ provider: fc.constantFrom("aws", "azure"), entries: fc.array(anyEntry, { maxLength: 30 }) }),
  { maxLength: 4 },
);
const toLists = (lists: readonly { provider: string; entries: readonly PrefixEntry[] }[]): PrefixList[] =>
  lists.map(({ provider, entries }) => list(provider, entries));

/** Every entry tried in turn with ipaddr.js, sorted and made unique as text. */
function bruteForce(lists: readonly PrefixList[], text: Address): string[] {
  const subject = ipaddr.parse(text);
  const found = lists.flatMap(({ provider, version, entries }) =>
    entries.flatMap(({ prefix: p, service, region }) => {
      const [network, length] = ipaddr.parseCIDR(p);
      if (network.kind() !== subject.kind() || !subject.match(network, length)) return [];
      return [inOrder({ provider, service, region, version, prefix: p }, length)];
    }),
  );
  return [...new Set(found)].sort(compareText);
}

/** A tag as a text that sorts as tags are to: AMAZON holds all of AWS and says least, a region says more than none. */
function inOrder(t: PrefixTag, length: number): string {
  const saysLess = `${t.service === "AMAZON" ? 1 : 0}${t.region === null ? 1 : 0}`;
  return [String(999 - length), t.provider, saysLess, t.service, t.region ?? "", t.version, t.prefix].join(" ");
}

const asText = (tags: readonly PrefixTag[]): string[] => tags.map((t) => inOrder(t, lengthOf(t.prefix)));

describe("laws", () => {
  it("a service's list is every prefix published for it in its region, each once and in order", () => {
    fc.assert(
      fc.property(anyLists, anyEntry, (some, { service, region }) => {
        const index = buildPrefixIndex(toLists(some));
        for (const provider of ["aws", "azure"]) {
          const own = toLists(some).flatMap((each) => (each.provider === provider ? each.entries : []));
          const wanted = own.filter((each) => each.service === service && each.region === region);
          const expected = [...new Set(wanted.map((each) => each.prefix))].sort(comparePrefixes);
          expect(index.listOf?.({ provider, service, region })).toEqual(expected);
        }
      }),
    );
  });

  it("finds what a scan of every prefix with ipaddr.js finds, in the same order", () => {
    fc.assert(
      fc.property(anyLists, fc.array(anyAddress, { minLength: 1, maxLength: 20 }), (some, addresses) => {
        const lists = toLists(some);
        const index = buildPrefixIndex(lists);
        for (const a of addresses) expect(asText(index.lookup(a))).toEqual(bruteForce(lists, a));
      }),
      { numRuns: 500 },
    );
  });

  it("finds every prefix at its own first address", () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 30 }), (entries) => {
        const index = buildPrefixIndex([list("a", entries)]);
        for (const { prefix: p } of entries) {
          const first = address(p.slice(0, p.indexOf("/")));
          expect(index.lookup(first).map((tag) => tag.prefix)).toContain(p);
        }
      }),
    );
  });

  it("answers the same whatever the order of lists and entries, and of the questions", () => {
    fc.assert(
      fc.property(anyLists, fc.array(anyAddress, { maxLength: 10 }), (some, addresses) => {
        const forth = buildPrefixIndex(toLists(some));
        const back = buildPrefixIndex(
          toLists(some.map((one) => ({ ...one, entries: one.entries.toReversed() })).toReversed()),
        );
        const reversed = addresses.toReversed().map((a) => back.lookup(a));
        expect(addresses.map((a) => forth.lookup(a))).toEqual(reversed.toReversed());
      }),
    );
  });
});
