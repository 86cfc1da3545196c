import { describe, expect, it } from "vitest";
import { printDnsmasq, printDnsmasqIpset } from "../../../src/dialect/dnsmasq/index.ts";
import { loadNftables } from "../../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../../src/model/address.ts";
import type { Candidate } from "../../../src/model/candidate.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { AT_OUTPUT, BAKERY, candidateOf, HOSTILE, NOW, type Sketch } from "../packet/bakery.ts";

/** Every suffix of one label is public here. */
const registrable = (name: string): string | null => (name.includes(".") ? name.split(".").slice(-2).join(".") : null);

function printed(candidate: Candidate): ReturnType<typeof printDnsmasq> {
  return printDnsmasq(candidate, NOW, { ...AT_OUTPUT, registrable });
}

const fed = (sketches: readonly Sketch[]): string[] =>
  printed(candidateOf(sketches))
    .conf.split("\n")
    .filter((line) => line.startsWith("nftset="));

const UNTIL_FEBRUARY = Date.UTC(2027, 1, 19) / 1000;

describe("the lines for dnsmasq", () => {
  it("name a set for each family, transport, port and expiry", () => {
    const end = UNTIL_FEBRUARY;
    const four = `4#inet#sallyport#resolved4_tcp_443_${end}`;
    const six = `6#inet#sallyport#resolved6_tcp_443_${end}`;
    expect(fed([{ name: "flour.example" }])).toEqual([`nftset=/flour.example/${four},${six}`]);
  });

  it("are one for a name, whatever its ports: of two, dnsmasq would take the last alone", () => {
    const [line = "", ...more] = fed([
      { name: "flour.example" },
      { name: "flour.example", transport: "udp" },
      { name: "flour.example" },
    ]);
    expect(more).toEqual([]);
    expect(line.match(/#resolved/g)).toHaveLength(4);
  });

  it("leave out what has expired, and what is told by address", () => {
    expect(fed([{ name: "flour.example", expires: "2026-11-20T00:00:00Z" }, { addresses: ["192.0.2.1"] }])).toEqual([]);
  });

  it("send the answers for a refused name below another where no rule looks", () => {
    const candidate = candidateOf([{ name: "flour.example" }]);
    const [model] = candidate.rules;
    if (model === undefined) throw new Error("no rule");
    const refused = (name: string) => ({
      ...model,
      decision: null,
      endpoint: { ...model.endpoint, name: parseFqdn(name) },
    });
    const { conf, nft } = printed({
      ...candidate,
      notProposed: [refused("bad.flour.example"), refused("notflour.example")],
    });
    expect(conf.match(/^nftset=.*unread.*$/gm)).toEqual([
      "nftset=/bad.flour.example/4#inet#sallyport#unread4,6#inet#sallyport#unread6",
    ]);
    expect(nft.match(/@unread/g)).toBeNull();
  });

  it("are never longer than dnsmasq reads, with whatever was written into a reason", () => {
    const ports = Array.from({ length: 40 }, (_, i) => ({
      name: "flour.example",
      port: 1000 + i,
      changes: { reason: HOSTILE.repeat(40), owner: HOSTILE },
    }));
    const { conf, notExpressed } = printed(candidateOf(ports));
    expect(Math.max(...conf.split("\n").map((line) => line.length))).toBeLessThan(1024);
    expect(conf.split("\n").every((line) => /^(#|nftset=\/|max-(cache-)?ttl=\d+$|$)/.test(line))).toBe(true);
    expect(notExpressed.map(({ reason }) => reason)).toContain("too many ports for one line of dnsmasq");
  });
});

describe("what dnsmasq cannot be told", () => {
  it.each([
    ["a single label, below which every name would come with it", { name: "com" }, /no exact match/],
    ["a name without a port", { name: "flour.example", port: null, addresses: ["192.0.2.1"] }, /no port is known/],
  ] as const)("%s", (_, sketch, reason) => {
    const found = printed(candidateOf([sketch]))
      .notExpressed.map((left) => `${left.target}: ${left.reason}`)
      .join();
    expect(found).toMatch(/^dnsmasq: /);
    expect(found).toMatch(reason);
  });
});

describe("the table", () => {
  const { nft } = printed(BAKERY);
  const layer = loadNftables([{ path: "candidate.dnsmasq.nft", text: nft }]);
  const verdict = (address: string, port: number): string =>
    layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port }, NOW).verdict;

  it("opens what is known by address and refuses the rest", () => {
    expect(verdict("198.51.100.9", 5432)).toBe("permit");
    expect(verdict("198.51.100.9", 5433)).toBe("deny");
  });

  it("opens no address that was observed for a name: the resolver says which ones it has now", () => {
    expect(nft).not.toContain("192.0.2.1 . 443");
  });
});

describe("for iptables", () => {
  const { conf, sets, v4, v6 } = printDnsmasqIpset(BAKERY, NOW, { ...AT_OUTPUT, registrable });
  const named = (text: string, pattern: RegExp): string[] => [...new Set(text.match(pattern) ?? [])].sort();

  it("every set that lines feed and rules read is made, and no other", () => {
    const made = [...sets.matchAll(/^create (\S+) /gm)].map(([, name = ""]) => name).sort();
    expect(made.length).toBeGreaterThan(1);
    expect(named(conf, /\b(resolved|unread)[46]\w*/g)).toEqual(made);
    expect(named(v4 + v6, /\bresolved[46]\w*/g)).toEqual(made.filter((name) => name.startsWith("resolved")));
  });

  it("names of sets are as short as ipset takes them", () => {
    const widest = printDnsmasqIpset(
      candidateOf([{ name: "flour.example", transport: "sctp", port: 65_535, expires: "2037-12-31T00:00:00Z" }]),
      NOW,
      { ...AT_OUTPUT, registrable },
    );
    for (const [, name = ""] of widest.sets.matchAll(/^create (\S+) /gm)) expect(name.length).toBeLessThanOrEqual(31);
  });

  it("refuses what hands out credentials before any set is looked up", () => {
    for (const [rules, prefix] of [
      [v4, "169.254.0.0/16"],
      [v6, "fe80::/10"],
    ] as const) {
      expect(rules.indexOf(`-d ${prefix} -j REJECT`)).toBeGreaterThan(0);
      expect(rules.indexOf(`-d ${prefix} -j REJECT`)).toBeLessThan(rules.indexOf("--match-set resolved"));
    }
  });

  it("holds no hostile text", () => {
    const hostile = candidateOf([{ name: "flour.example", changes: { reason: HOSTILE, owner: HOSTILE } }]);
    for (const text of Object.values(printDnsmasqIpset(hostile, NOW, { ...AT_OUTPUT, registrable })))
      expect(text).not.toMatch(/\$\(|`|};accept|[^\n -~]/);
  });
});
