import { describe, expect, it } from "vitest";
import { loadIptables } from "../../../src/dialect/iptables/index.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { parseInstant } from "../../../src/model/instant.ts";
import type { Layer, Question, Verdict } from "../../../src/model/policy.ts";
import { NOW } from "../packet/bakery.ts";

const table = (rules: string, policy = "DROP"): string => `*filter\n:OUTPUT ${policy} [0:0]\n${rules}\nCOMMIT\n`;

function load(rules: string, path = "rules.v4"): Layer {
  return loadIptables([{ path, text: table(rules) }]);
}

function verdict(layer: Layer, address = "192.0.2.1", port = 443, changes: Partial<Question> = {}, now = NOW): Verdict {
  return layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port, ...changes }, now).verdict;
}

describe("what cannot be told is unknown, and only where it matters", () => {
  it.each([
    ["no port at all, which the two backends read apart", "-A OUTPUT -p tcp ! --dport 0:65535 -j ACCEPT", "unknown"],
    ["an amount that a long packet would exceed", "-A OUTPUT -m quota --quota 500 -j ACCEPT", "unknown"],
    ["one of several in turn", "-A OUTPUT -m statistic --mode nth --every 2 --packet 0 -j ACCEPT", "unknown"],
    ["a set kept elsewhere", "-A OUTPUT -m set --match-set good dst -j ACCEPT", "unknown"],
    ["a set on a rule that cannot match", "-A OUTPUT -p udp -m set --match-set good dst -j ACCEPT", "deny"],
    ["the sender's user", "-A OUTPUT -m owner --uid-owner 1000 -j ACCEPT", "unknown"],
    ["an interface other than lo", "-A OUTPUT -o eth0 -j ACCEPT", "unknown"],
    ["any interface", "-A OUTPUT -o + -j ACCEPT", "permit"],
    ["a service nobody knows the number of", "-A OUTPUT -p tcp --dport unheard-of -j ACCEPT", "unknown"],
    ["a host name, looked up at load", "-A OUTPUT -d flour.example -j ACCEPT", "unknown"],
    ["a queue to a program", "-A OUTPUT -j NFQUEUE --queue-num 1", "unknown"],
    ["a log", '-A OUTPUT -j LOG --log-prefix "x"', "deny"],
    ["either port, when the destination is it", "-A OUTPUT -p tcp -m multiport --ports 443 -j ACCEPT", "permit"],
    ["either port, when the destination is not", "-A OUTPUT -p tcp -m multiport --ports 80 -j ACCEPT", "unknown"],
    [
      "the kernel's own time zone, far from the date",
      "-A OUTPUT -m time --datestop 2030-01-01 --kerneltz -j ACCEPT",
      "permit",
    ],
    ["hours that hold in some zones only", "-A OUTPUT -m time --timestart 08:00 --kerneltz -j ACCEPT", "unknown"],
    ["a size", "-A OUTPUT -m length --length 0:100 -j ACCEPT", "unknown"],
    ["a text", "-A OUTPUT -m string --string x --algo bm -j ACCEPT", "unknown"],
    [
      "a rate of bytes by host",
      "-A OUTPUT -m hashlimit --hashlimit-upto 1kb/s --hashlimit-name x -j ACCEPT",
      "unknown",
    ],
    ["a mark", "-A OUTPUT -m mark --mark 1 -j ACCEPT", "unknown"],
    ["a mask with more holes than can be written down", "-A OUTPUT -d 1.0.0.0/128.0.0.1 -j ACCEPT", "unknown"],
  ])("%s", (_, rules, expected) => {
    expect(verdict(load(rules))).toBe(expected);
  });
});

describe("the family of a file", () => {
  it.each([
    ["its name", "rules.v6", "-A OUTPUT -p tcp --dport 443 -j ACCEPT", ["unknown", "permit"]],
    ["its name, whatever the folder", "v4/ip6tables.rules", "-A OUTPUT -j ACCEPT", ["unknown", "permit"]],
    [
      "its addresses, not the name of a server",
      "srv6.rules",
      "-A OUTPUT -d 192.0.2.1 -j ACCEPT",
      ["permit", "unknown"],
    ],
    ["its addresses", "firewall", "-A OUTPUT -d 192.0.2.1 -j ACCEPT", ["permit", "unknown"]],
    ["its protocols", "firewall", "-A OUTPUT -p icmpv6 -j DROP\n-A OUTPUT -j ACCEPT", ["unknown", "permit"]],
    ["nothing: both", "firewall", "-A OUTPUT -j ACCEPT", ["permit", "permit"]],
  ])("comes from %s", (_, path, rules, expected) => {
    const layer = load(rules, path);
    expect([verdict(layer, "192.0.2.1"), verdict(layer, "2001:db8::1")]).toEqual(expected);
  });

  it("with two files, each answers for its own", () => {
    const layer = loadIptables([
      { path: "rules.v4", text: table("-A OUTPUT -p tcp --dport 443 -j ACCEPT") },
      { path: "rules.v6", text: table("-A OUTPUT -p tcp --dport 80 -j ACCEPT") },
    ]);
    expect([verdict(layer, "192.0.2.1"), verdict(layer, "2001:db8::1")]).toEqual(["permit", "deny"]);
    expect(layer.rules.map(({ place }) => place)).toEqual(["rules.v4:3", "rules.v6:3"]);
    expect(layer.defaultEffect).toBe("deny");
  });
});

describe("the rules a reviewer can point at", () => {
  it("are those with a verdict on the path, with their reasons, expiries and sizes", () => {
    const layer = load(
      [
        ":guard - [0:0]",
        "-A OUTPUT -j guard",
        "-A INPUT -p tcp --dport 22 -j ACCEPT",
        "-A guard -o lo -j RETURN",
        "-A guard -m state --state ESTABLISHED -j RETURN",
        '-A guard --destination 192.0.2.0/24 -p tcp -m tcp --dport 443 -m time --datestop 2027-02-22T23:59:59 -m comment --comment "bread" -j RETURN',
        "[9:9] -A guard -d 203.0.113.7 -p udp -j ACCEPT",
        "-A guard -j REJECT --reject-with icmp-port-unreachable",
      ].join("\n"),
    );
    expect(
      layer.rules.map(({ place, effect, text, opens }) => `${place} ${effect}${opens ? " opens" : ""}: ${text}`),
    ).toEqual([
      "rules.v4:6 permit: -A guard -o lo -j RETURN",
      "rules.v4:7 permit: -A guard --ctstate ESTABLISHED -j RETURN",
      "rules.v4:8 permit opens: -A guard -d 192.0.2.0/24 -p tcp --dport 443 -j RETURN",
      "rules.v4:9 permit opens: -A guard -d 203.0.113.7 -p udp -j ACCEPT",
      "rules.v4:10 deny: -A guard -j REJECT",
    ]);
    const [, , bread, udp] = layer.rules;
    expect(bread).toMatchObject({ reason: "bread", addresses: 256n, expires: parseInstant("2027-02-23T00:00:00Z") });
    expect(udp).toMatchObject({ reason: null, addresses: 1n, expires: null });
  });

  it("name a RETURN as what permits only in a chain that refuses the rest", () => {
    const rules = ":guard - [0:0]\n-A OUTPUT -j guard\n-A guard -p tcp --dport 443 -j RETURN\n-A guard -j DROP";
    const layer = loadIptables([{ path: "rules.v4", text: table(rules, "ACCEPT") }]);
    const question = { transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 } as const;
    expect(layer.decide(question, NOW)).toMatchObject({ verdict: "permit", rule: "rules.v4:5" });
    expect(layer.decide({ ...question, port: 80 }, NOW)).toMatchObject({ verdict: "deny", rule: "rules.v4:6" });
  });
});

it("a chain reached by one jump inherits what the jump asks for", () => {
  const layer = load(
    [
      ":until - [0:0]",
      ":local - [0:0]",
      ":both - [0:0]",
      "-A OUTPUT -o lo -j local",
      "-A OUTPUT -m time --datestop 2027-02-22T23:59:59 -d 192.0.2.0/30 -j until",
      "-A OUTPUT -p udp -j both",
      "-A OUTPUT -p tcp -j both",
      "-A local -j ACCEPT",
      "-A until -p tcp --dport 443 -j ACCEPT",
      "-A both -d 192.0.2.9 -j ACCEPT",
    ].join("\n"),
  );
  const bread = parseInstant("2027-02-23T00:00:00Z");
  expect(layer.rules.map(({ place, opens, expires, addresses }) => [place, opens, expires, addresses])).toEqual([
    ["rules.v4:10", false, null, null],
    ["rules.v4:11", true, bread, 4n],
    ["rules.v4:12", true, null, 1n],
  ]);
});

it("what only translates or marks opens nothing", () => {
  const text = `${table("-A OUTPUT -p tcp --dport 443 -j ACCEPT")}*nat\n-A OUTPUT -o docker0 -j ACCEPT\n-A POSTROUTING -j MASQUERADE --random\nCOMMIT\n`;
  const layer = loadIptables([{ path: "rules.v4", text }]);
  expect(layer.rules.map(({ place, opens }) => [place, opens])).toEqual([
    ["rules.v4:6", false],
    ["rules.v4:3", true],
  ]);
  expect(verdict(layer)).toBe("permit");
  expect(layer.notModelled).toEqual([]);
});

it("a rule ends after its last second", () => {
  const layer = load("-A OUTPUT -m time --datestop 2027-02-22T23:59:59 -j ACCEPT");
  const at = (text: string): Verdict => verdict(layer, "192.0.2.1", 443, {}, parseInstant(text) ?? 0);
  expect([at("2027-02-22T23:59:59Z"), at("2027-02-23T00:00:00Z")]).toEqual(["permit", "deny"]);
});

it("rules are loaded as --noflush loads them: own chains emptied, built-in ones added to", () => {
  const first = table(":guard - [0:0]\n-A OUTPUT -j guard\n-A guard -p tcp --dport 80 -j ACCEPT");
  const second = "*filter\n:guard - [0:0]\n-A guard -p tcp --dport 443 -j ACCEPT\nCOMMIT\n";
  const layer = loadIptables([
    { path: "a.v4", text: first },
    { path: "b.v4", text: second },
  ]);
  expect([verdict(layer, "192.0.2.1", 80), verdict(layer, "192.0.2.1", 443)]).toEqual(["deny", "permit"]);
});
