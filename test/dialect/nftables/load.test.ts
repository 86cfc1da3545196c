import { describe, expect, it } from "vitest";
import { loadNftables, printNftables } from "../../../src/dialect/nftables/index.ts";
import { FROM_HOST } from "../../../src/dialect/packet/packet.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { InputError } from "../../../src/model/error.ts";
import { parseInstant } from "../../../src/model/instant.ts";
import type { Decision, Layer, Question } from "../../../src/model/policy.ts";
import { parsePrefix, rangeOf } from "../../../src/model/prefix.ts";
import { BAKERY, NOW } from "../packet/bakery.ts";

function output(rules: string, policy = "drop", extra = ""): Layer {
  const text = `table inet t {\n${extra}\nchain o {\ntype filter hook output priority 0; policy ${policy};\n${rules}\n}\n}\n`;
  return loadNftables([{ path: "p.nft", text }]);
}

function decide(layer: Layer, address = "192.0.2.1", port = 443, changes: Partial<Question> = {}): Decision {
  return layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port, ...changes }, NOW);
}

const verdict = (rules: string, policy = "drop"): string => decide(output(rules, policy)).verdict;

describe("what cannot be told is unknown, and only where it matters", () => {
  it.each([
    ["a rate of bytes that a long packet would exceed", "limit rate 500 bytes/second accept", "unknown"],
    ["which of a random half it falls into", "numgen random mod 2 0 accept", "unknown"],
    ["a rate limit before the same verdict changes nothing", "limit rate 1/second accept\naccept", "permit"],
    ["a packet mark", "meta mark 7 accept", "unknown"],
    ["a mark on a rule that cannot match", "udp dport 443 meta mark 7 accept", "deny"],
    ["the sender's user", "meta skuid 1000 accept", "unknown"],
    ["an interface other than lo", 'oifname "eth0" accept', "unknown"],
    ["lo, for a remote destination", 'oifname "lo" accept', "deny"],
    ["a service nobody knows the number of", "tcp dport unheard-of accept", "unknown"],
    ["a host name, looked up at load", "ip daddr flour.example accept", "unknown"],
    ["raw payload", "@th,16,16 443 accept", "unknown"],
    ["a queue to a program", "queue num 1", "unknown"],
    ["a statement that is not reached", "accept\nqueue num 1", "permit"],
    ["whether the address is the host's own", "fib daddr type local accept", "unknown"],
    ["whether it is its link's broadcast", "fib daddr type { broadcast, multicast, anycast } accept", "unknown"],
    ["a source port", "tcp sport 1024-65535 accept", "unknown"],
    ["the flags a first packet lacks", "tcp flags ! ack accept", "permit"],
    [
      "the catch-all of a map, for what another element sent on",
      "tcp dport vmap { 443 : continue, * : accept }",
      "deny",
    ],
    ["the catch-all of a map, for the rest", "tcp dport vmap { 80 : continue, * : accept }", "permit"],
    ["a note", 'counter log prefix "x" accept', "permit"],
  ])("%s", (_, rules, expected) => {
    expect(verdict(rules)).toBe(expected);
  });

  it.each([
    [-300, "new", "permit"],
    [-300, "invalid", "deny"],
    [-200, "new", "unknown"],
    [-199, "new", "deny"],
  ])("at priority %d, which is before tracking or not, a first packet in state %s", (priority, state, expected) => {
    const text = `table inet t {\nchain o {\ntype filter hook output priority ${priority};\nct state ${state} drop\n}\n}\n`;
    expect(decide(loadNftables([{ path: "p.nft", text }])).verdict).toBe(expected);
  });

  it.each([
    ["local", "127.0.0.1", "permit"],
    ["local", "::1", "permit"],
    ["{ broadcast, multicast }", "255.255.255.255", "permit"],
    ["{ broadcast, multicast }", "224.0.0.251", "permit"],
    ["{ broadcast, multicast }", "192.0.2.1", "unknown"],
    // What a packet program numbers alike in both families is not alike.
    ["local", "0.0.0.1", "unknown"],
  ])("fib daddr type %s takes %s: %s", (types, address, expected) => {
    const question = { transport: "udp", address: parseAddress(address), name: null, port: 53 } as const;
    expect(output(`fib daddr type ${types} accept`).decide(question, NOW).verdict).toBe(expected);
  });

  it("names the statement it depends on", () => {
    expect(decide(output("meta mark 7 accept")).reason).toBe("depends on p.nft:5: meta mark 7, which cannot be told");
  });

  it("lists what limits the analysis, and nothing that does not", () => {
    const layer = output(
      "socket transparent 1 counter\nsocket transparent 1 drop\ntcp dport 80 queue num 1\nip ttl 3 accept",
    );
    expect(layer.notModelled).toEqual([
      { place: "p.nft:6", text: "socket transparent 1" },
      { place: "p.nft:7", text: "queue num 1" },
      { place: "p.nft:8", text: "ip ttl 3" },
    ]);
  });

  it("does not know what rules put into a set at run time", () => {
    const set = "set seen {\n type ipv4_addr\n flags dynamic\n elements = { 192.0.2.1 }\n}";
    const layer = output("ip daddr @seen accept", "drop", set);
    expect(decide(layer).verdict).toBe("permit");
    expect(decide(layer, "192.0.2.2").verdict).toBe("unknown");
  });

  it("does not see past a chain at the egress hook of a device", () => {
    const text = 'table netdev n {\nchain e {\ntype filter hook egress device "eth0" priority 0;\ndrop\n}\n}\n';
    const layer = loadNftables([{ path: "p.nft", text }]);
    expect(decide(layer).reason).toBe("p.nft:2: chain e of table netdev n at the egress hook is not modelled");
  });

  it("lists a rule over a set that is still empty as opening nothing yet", () => {
    const layer = output("ip daddr @later accept", "drop", "set later {\n type ipv4_addr\n}");
    expect(layer.rules[0]).toMatchObject({ opens: true, addresses: 0n });
    expect(decide(layer).verdict).toBe("deny");
  });

  it("knows nothing beyond an include, a deletion by handle, or a chain of another file", () => {
    for (const line of ['include "/etc/more.nft"', "delete rule inet t o handle 4", "add rule inet other c drop"]) {
      const layer = loadNftables([{ path: "p.nft", text: `table inet t {\n}\n${line}\n` }]);
      expect(decide(layer).verdict).toBe("unknown");
      expect(layer.notModelled).toHaveLength(1);
    }
  });

  it("does not follow a destination that is rewritten before the filter", () => {
    const nat = "chain n {\n type nat hook output priority -100;\n tcp dport 80 dnat to 10.0.0.1:3128\n }\n";
    const layer = output("tcp dport { 80, 443 } accept", "drop", nat);
    expect(decide(layer, "192.0.2.1", 443).verdict).toBe("permit");
    expect(decide(layer, "192.0.2.1", 80).verdict).toBe("unknown");
  });

  it("needs an address, and a port where a rule asks for one", () => {
    const layer = output("tcp dport 443 accept");
    expect(decide(layer, "192.0.2.1", 443, { address: null }).verdict).toBe("unknown");
    expect(decide(layer, "192.0.2.1", 443, { port: null }).verdict).toBe("unknown");
    expect(decide(output("ip daddr 192.0.2.1 accept"), "192.0.2.1", 443, { port: null }).verdict).toBe("permit");
  });

  it("knows nothing of a ruleset that says nothing", () => {
    const empty = loadNftables([{ path: "p.nft", text: "# nothing\n" }]);
    expect([decide(empty).verdict, empty.defaultEffect]).toEqual(["unknown", "unknown"]);
  });
});

describe("time guards", () => {
  const at = (text: string): number => parseInstant(text) ?? 0;
  const when = (rule: string, now: string): string =>
    output(rule).decide({ transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 }, at(now))
      .verdict;

  it("hold to the second before an integer bound", () => {
    expect(when("meta time < 1803340800 accept", "2027-02-22T23:59:59Z")).toBe("permit");
    expect(when("meta time < 1803340800 accept", "2027-02-23T00:00:00Z")).toBe("deny");
    expect(output("meta time < 1803340800 accept").rules[0]?.expires).toBe(at("2027-02-23T00:00:00Z"));
  });

  it("are unknown within a day's zones of a date in quotes, which the loader read in a zone nobody recorded", () => {
    const rule = 'meta time < "2027-02-23 00:00:00" accept';
    expect(when(rule, "2027-02-22T09:59:00Z")).toBe("permit");
    expect(when(rule, "2027-02-23T00:00:00Z")).toBe("unknown");
    expect(when(rule, "2027-02-23T15:00:00Z")).toBe("deny");
    expect(output(rule).rules[0]?.expires).toBeNull();
  });
});

describe("the rules a reviewer can point at", () => {
  const lines = (layer: Layer): string[] =>
    layer.rules.map(({ place, text, opens, addresses }) => `${place} ${text} ${opens ? `opens ${addresses}` : "-"}`);

  it("are those with a verdict on the path, elements with addresses each for itself", () => {
    const layer = output(
      [
        'oifname "lo" accept',
        "ct state established,related accept",
        "ip daddr { 10.0.0.0/8, 192.0.2.1 } tcp dport { 80, 443 } accept",
        'meta time < 1803340800 ip daddr . tcp dport { 192.0.2.1 . 443 comment "a",',
        '192.0.2.2 . 443 } accept comment "not their reason"',
        "tcp dport 22 accept; udp dport 53 drop;",
        'ip6 daddr != 2001:db8::/32 accept comment "why not"',
        "icmpv6 type { nd-neighbor-solicit, nd-router-solicit } accept",
        "icmp type echo-request accept",
        "counter",
      ].join("\n"),
      "drop",
      "chain i {\n type filter hook input priority 0;\n tcp dport 22 accept\n }",
    );
    expect(lines(layer)).toEqual([
      'p.nft:8 oifname "lo" accept -',
      "p.nft:9 ct state established,related accept -",
      "p.nft:10:12 ip daddr 10.0.0.0/8 tcp dport { 80, 443 } accept opens 16777216",
      "p.nft:10:24 ip daddr 192.0.2.1 tcp dport { 80, 443 } accept opens 1",
      "p.nft:11:47 ip daddr 192.0.2.1 tcp dport 443 accept opens 1",
      "p.nft:12:1 ip daddr 192.0.2.2 tcp dport 443 accept opens 1",
      "p.nft:13 tcp dport 22 accept opens any",
      "p.nft:13:22 udp dport 53 drop -",
      `p.nft:14 ip6 daddr != 2001:db8::/32 accept opens ${(1n << 128n) - (1n << 96n)}`,
      "p.nft:15 icmpv6 type { nd-neighbor-solicit, nd-router-solicit } accept -",
      "p.nft:16 icmp type echo-request accept opens any",
    ]);
    expect(layer.rules.map(({ reason }) => reason)).toEqual([
      null,
      null,
      null,
      null,
      "a",
      null,
      null,
      null,
      "why not",
      null,
      null,
    ]);
  });

  it("are what decisions name, one place for each", () => {
    const set = 'set good {\n type ipv4_addr\n elements = { 192.0.2.1 comment "x", 192.0.2.2 }\n}';
    const layer = output("ip daddr @good tcp dport 443 accept\nip daddr @good udp dport 53 accept", "drop", set);
    const places = layer.rules.map(({ place }) => place);
    expect(new Set(places).size).toBe(4);
    expect(decide(layer, "192.0.2.2").rule).toBe(places[1]);
    expect(decide(layer, "192.0.2.2", 53, { transport: "udp" }).rule).toBe(places[3]);
    expect(decide(layer, "192.0.2.3").rule).toBeNull();
  });

  it("are found by the addresses, whichever set stands first in the rule", () => {
    const layer = output("tcp dport { 80, 443 } ip daddr { 192.0.2.1, 192.0.2.2, 192.0.2.3 } accept");
    expect(layer.rules.map(({ text }) => text)).toEqual(
      ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((each) => `tcp dport { 80, 443 } ip daddr ${each} accept`),
    );
    expect(decide(layer, "192.0.2.3", 80).rule).toBe(layer.rules[2]?.place);
  });

  it("keep a set of more than ten thousand elements as one rule", () => {
    const elements = Array.from({ length: 10_001 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).join(", ");
    const layer = output(`ip daddr { ${elements} } accept`);
    expect(layer.rules).toHaveLength(1);
    expect(layer.rules[0]?.addresses).toBe(10_001n);
    expect(decide(layer, "10.0.0.9").rule).toBe("p.nft:5");
  });
});

describe("the verdict where no rule names a destination", () => {
  it.each([
    ["tcp dport 443 accept", "drop", "deny"],
    ["tcp dport 443 drop", "accept", "permit"],
    ["tcp dport 443 accept\ncounter drop", "accept", "deny"],
    ["meta l4proto tcp accept", "drop", "unknown"],
    ["ip daddr != 10.0.0.0/8 accept\naccept", "drop", "permit"],
  ])("%j with policy %s: %s", (rules, policy, expected) => {
    expect(output(rules, policy).defaultEffect).toBe(expected);
  });
});

describe("what nft would refuse is refused", () => {
  it.each([
    ["jump nowhere", 'p.nft:5:1: table inet t has no chain "nowhere"'],
    ["ip daddr @nowhere accept", 'p.nft:5:10: table t has no set "@nowhere"'],
    ["tcp dport $nothing accept", 'p.nft:5:11: nothing defines "$nothing"'],
    ["jump o", "p.nft:5:1: this jump closes a circle"],
  ])("%s", (rule, message) => {
    expect(() => output(rule)).toThrow(new InputError(message));
  });
});

describe("variables that multiply", () => {
  const doubled = (join: string): string =>
    Array.from({ length: 60 }, (_, i) => `define x${i + 1} = ${join.replaceAll("x", `$x${i}`)}`).join("\n");

  it.each(["{ x, x }", "x | x", "x . x", "x, x", "x - x"])("as %s are refused before they fill the memory", (join) => {
    const text = `define x0 = 1\n${doubled(join)}\nadd table inet t\nadd chain inet t c\nadd rule inet t c tcp dport $x60 accept\n`;
    expect(() => loadNftables([{ path: "p.nft", text }])).toThrow(/^p\.nft:\d+:\d+: variables multiply to over/);
  });
});

it("asked about what it forwards, a ruleset answers for the source and interface in question", () => {
  const options = { hook: "forward", source: parsePrefix("10.88.0.0/16"), interface: "podman0" } as const;
  const file = { path: "c.nft", text: printNftables(BAKERY, NOW, options).text };
  const from = (source: string | null, inInterface: string | null): string[] => {
    const prefix = source === null ? null : parsePrefix(source);
    const context = {
      ...FROM_HOST,
      hook: "forward",
      source: prefix === null ? null : rangeOf(prefix),
      inInterface,
    } as const;
    const layer = loadNftables([file], context);
    return [decide(layer).verdict, decide(layer, "192.0.2.3").verdict];
  };
  expect(from("10.88.0.2", "podman0")).toEqual(["permit", "deny"]);
  expect(from("10.99.0.2", "podman0")).toEqual(["permit", "permit"]);
  expect(from("10.88.0.2", "eth0")).toEqual(["permit", "permit"]);
  expect(from("10.88.0.0/16", "podman0")).toEqual(["permit", "deny"]);
  expect(from("10.88.4.0/24", "podman0")).toEqual(["permit", "deny"]);
  expect(from("10.99.0.0/16", "podman0")).toEqual(["permit", "permit"]);
  expect(from("10.88.0.0/15", "podman0")).toEqual(["permit", "unknown"]);
  expect(from(null, "podman0")).toEqual(["permit", "unknown"]);
  expect(decide(loadNftables([file])).reason).toBe("nothing filters IPv4 here");
});

it("several files are one ruleset, in the order given", () => {
  const base = "table inet t {\nchain o {\ntype filter hook output priority 0; policy drop;\n}\n}\n";
  const layer = loadNftables([
    { path: "a.nft", text: base },
    { path: "b.nft", text: "add rule inet t o tcp dport 443 accept\n" },
  ]);
  expect(decide(layer).rule).toBe("b.nft:1");
  expect(layer.files).toEqual(["a.nft", "b.nft"]);
});
