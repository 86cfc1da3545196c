import { describe, expect, it } from "vitest";
import { loadNftables, parseNftables, printRuleset } from "../../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { parseInstant } from "../../../src/model/instant.ts";
import type { Layer } from "../../../src/model/policy.ts";

const NOW = parseInstant("2026-11-21T00:00:00Z") ?? 0;

function table(rules: string, extra = ""): string {
  return `table inet t {\n${extra}\nchain o {\ntype filter hook output priority 0; policy drop;\n${rules}\n}\n}\n`;
}

const load = (...texts: readonly string[]): Layer => loadNftables(texts.map((text, i) => ({ path: `${i}.nft`, text })));

function verdict(layer: Layer, address = "192.0.2.1", port = 443): string {
  return layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port }, NOW).verdict;
}

describe("bits of an address or a port", () => {
  it.each([
    ["ip daddr & 255.0.0.255 == 192.0.0.1", "192.9.9.1", "permit"],
    ["ip daddr & 255.0.0.255 == 192.0.0.1", "192.9.9.2", "deny"],
    ["ip daddr and 255.0.0.255 eq 192.0.0.1", "192.9.9.1", "permit"],
    ["ip daddr & 255.0.0.255 != 192.0.0.1", "192.9.9.1", "deny"],
    ["ip daddr & 255.0.0.255 != 192.0.0.1", "2001:db8::1", "deny"],
    ["ip daddr & 255.255.0.255 { 192.9.0.1, 192.9.0.2 }", "192.9.8.2", "permit"],
    ["ip daddr & 255.255.255.0 == 192.0.2.1", "192.0.2.1", "deny"],
    ["ip6 daddr & ffff:ffff:: == 2001:db8::", "2001:db8:9::1", "permit"],
    ["tcp dport & 0xfffe == 442", "192.0.2.1", "permit"],
    ["tcp dport & 1 == 0", "192.0.2.1", "deny"],
    ["ip daddr & 0.0.0.255 == 0.0.0.1", "192.0.2.1", "unknown"],
    ["ip daddr & 255.0.0.255 { 192.0.0.1, 192.0.0.2 }", "192.9.9.1", "unknown"],
  ])("%s, asked for %s: %s", (match, address, expected) => {
    expect(verdict(load(table(`${match} accept`)), address)).toBe(expected);
  });
});

describe("what nft lets stand for its name", () => {
  it.each([
    ["meta nfproto 2", "192.0.2.1", "permit"],
    ["meta nfproto 10", "192.0.2.1", "deny"],
    ["meta nfproto { 2, 10 }", "2001:db8::1", "permit"],
    ["meta protocol 0x86dd", "2001:db8::1", "permit"],
    ["meta protocol != 2048", "192.0.2.1", "deny"],
    ["oif 1", "127.0.0.1", "permit"],
    ["oif 1", "192.0.2.1", "deny"],
    ["oif 2", "192.0.2.1", "unknown"],
    ["oifname 1", "127.0.0.1", "deny"],
    ["time < 1900000000", "192.0.2.1", "permit"],
    ["hour 0-86399", "192.0.2.1", "permit"],
    ["day 0-6", "192.0.2.1", "permit"],
    ["meta time != 1000000000-1100000000", "192.0.2.1", "permit"],
    ["meta time != 1000000000-1900000000", "192.0.2.1", "deny"],
    ['meta time != "2026-11-21 01:00:00"-"2026-11-22"', "192.0.2.1", "unknown"],
    ["meta priority set 1:2", "192.0.2.1", "permit"],
    ["meta priority set none", "192.0.2.1", "permit"],
  ])("%s, asked for %s: %s", (match, address, expected) => {
    const text = table(`${match} accept`);
    expect(verdict(load(text), address)).toBe(expected);
    expect(verdict(load(printRuleset(parseNftables("p.nft", text))), address)).toBe(expected);
  });

  it("gives a rule no end where a span of time is left out", () => {
    expect(load(table("meta time != 1000000000-1900000000 tcp dport 443 accept")).rules[0]?.expires).toBeNull();
  });

  it("leaves a table untold that goes with the program which loaded it", () => {
    expect(verdict(load(table("drop", "flags owner")))).toBe("unknown");
  });
});

describe("elements taken out again", () => {
  const pairs = "set s {\ntype ipv4_addr . inet_service\nflags interval\nelements = { 192.0.2.0/24 . 443 }\n}";
  const points = "set s {\ntype inet_service\nelements = { https, 80 }\n}";
  const spans = "set s {\ntype ipv4_addr\nflags interval\nelements = { 192.0.2.0/24, 198.51.100.1 }\n}";
  const out = (keys: string): string => `delete element inet t s { ${keys} }\n`;

  it.each([
    ["192.0.2.0/24 . 443", "deny"],
    ["192.0.2.0-192.0.2.255 . https", "deny"],
    ["192.0.2.0/25 . 443", "permit"],
  ])("from pairs by %s: %s", (keys, expected) => {
    expect(verdict(load(table("ip daddr . tcp dport @s accept", pairs) + out(keys)))).toBe(expected);
  });

  it.each(["443", "https", "0x1bb"])("from ports by %s", (key) => {
    expect(verdict(load(table("tcp dport @s accept", points) + out(key)))).toBe("deny");
  });

  it("are perhaps left in a set of intervals that the same file filled, as nft 1.0.6 does", () => {
    const layer = load(table("ip daddr @s accept", spans) + out("192.0.2.0-192.0.2.255"));
    expect([verdict(layer), verdict(layer, "198.51.100.1")]).toEqual(["unknown", "permit"]);
  });

  it("are gone from one that an earlier file filled, and a flush empties any", () => {
    const text = table("ip daddr @s accept", spans);
    const later = load(text, out("192.0.2.0-192.0.2.255"));
    expect([verdict(later), verdict(later, "198.51.100.1")]).toEqual(["deny", "permit"]);
    expect(verdict(load(`${text}flush set inet t s\n`), "198.51.100.1")).toBe("deny");
  });
});

describe("what nft would not load is refused with a place", () => {
  it.each([
    ["tcp dport 70000 accept", "0.nft:5:11: 70000 is more than 65535"],
    ["tcp dport { 80, 443-90 } accept", "0.nft:5:17: a range that ends before it begins"],
    ["ip daddr 192.0.2.9-192.0.2.1 accept", "0.nft:5:10: a range that ends before it begins"],
    ["ip daddr 192.0.2.0/33 accept", "0.nft:5:10: a prefix of more than 32 bits"],
    ["ip6 daddr 192.0.2.1 accept", "0.nft:5:11: expected an IPv6 address"],
    ["icmp type 300 accept", "0.nft:5:11: 300 is more than 255"],
  ])("%s", (rule, message) => {
    expect(() => load(table(rule))).toThrow(message);
  });

  it.each(["192.0.2.0/24", "192.0.2.1-192.0.2.9"])("%s in a set without intervals", (key) => {
    const set = (options: string): string => `set s {\ntype ipv4_addr\n${options}elements = { ${key} }\n}`;
    const said = `0.nft:4:14: set "s" has no "flags interval" for "${key}"`;
    expect(() => load(table("ip daddr @s accept", set("")))).toThrow(said);
    expect(verdict(load(table("ip daddr @s accept", set("flags interval\n"))))).toBe("permit");
  });
});
