import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadIptables, sniffIptables } from "../../../src/dialect/iptables/index.ts";
import { type Address, parseAddress } from "../../../src/model/address.ts";
import { InputError } from "../../../src/model/error.ts";
import type { Layer, Verdict } from "../../../src/model/policy.ts";
import { NOW } from "../packet/bakery.ts";

function load(sets: string, rule: string, path = "rules.v4"): Layer {
  const text = `*filter\n:OUTPUT DROP [0:0]\n${rule}\nCOMMIT\n`;
  return loadIptables([
    { path: "sets.ipset", text: sets },
    { path, text },
  ]);
}

function verdict(layer: Layer, address = "192.0.2.1", port = 443): Verdict {
  return layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port }, NOW).verdict;
}

const LOOKUP = "-A OUTPUT -m set --match-set s dst -j ACCEPT";
const LOOKUP_PAIR = "-A OUTPUT -m set --match-set s dst,dst -j ACCEPT";

describe("what can be told of a set", () => {
  it.each([
    ["an element", "create s hash:ip\nadd s 192.0.2.1", LOOKUP, "permit"],
    ["no such element", "create s hash:ip\nadd s 192.0.2.2", LOOKUP, "deny"],
    ["an element that goes by itself", "create s hash:ip timeout 300\nadd s 192.0.2.1 timeout 297", LOOKUP, "unknown"],
    ["one by the set's own timeout", "create s hash:ip timeout 300\nadd s 192.0.2.1", LOOKUP, "unknown"],
    ["one that stays in such a set", "create s hash:ip timeout 300\nadd s 192.0.2.1 timeout 0", LOOKUP, "permit"],
    ["another that goes", "create s hash:ip timeout 300\nadd s 192.0.2.9", LOOKUP, "deny"],
    [
      "one that stays under one that goes",
      "create s hash:net timeout 9\nadd s 192.0.2.0/24 timeout 0\nadd s 192.0.2.1",
      LOOKUP,
      "permit",
    ],
    [
      "an exception that goes",
      "create s hash:net timeout 9\nadd s 192.0.2.0/24 timeout 0\nadd s 192.0.2.1 nomatch",
      LOOKUP,
      "unknown",
    ],
    [
      "beside an exception that goes",
      "create s hash:net timeout 9\nadd s 192.0.2.0/24 timeout 0\nadd s 192.0.2.2 nomatch",
      LOOKUP,
      "permit",
    ],
    ["a name that the loader looks up", "create s hash:ip\nadd s flour.example", LOOKUP, "unknown"],
    ["hardware addresses", "create s hash:mac\nadd s 02:00:00:00:00:01", LOOKUP, "unknown"],
    ["pairs of nets", "create s hash:net,net\nadd s 192.0.2.0/24,192.0.2.0/28", LOOKUP_PAIR, "permit"],
    ["a pair that no one address is", "create s hash:net,net\nadd s 192.0.2.0/24,10.0.0.0/8", LOOKUP_PAIR, "deny"],
    ["the source", "create s hash:ip\nadd s 192.0.2.1", "-A OUTPUT -m set --match-set s src -j ACCEPT", "unknown"],
    [
      "exceptions asked for",
      "create s hash:net\nadd s 192.0.2.0/24",
      `${LOOKUP} --return-nomatch`.replace("-j ACCEPT --return-nomatch", "--return-nomatch -j ACCEPT"),
      "unknown",
    ],
    [
      "counters counted",
      "create s hash:ip counters\nadd s 192.0.2.1 packets 1 bytes 60",
      "-A OUTPUT -m set --match-set s dst ! --update-counters -j ACCEPT",
      "permit",
    ],
    [
      "counters asked about",
      "create s hash:ip counters\nadd s 192.0.2.1 packets 1 bytes 60",
      "-A OUTPUT -m set --match-set s dst --packets-gt 5 -j ACCEPT",
      "unknown",
    ],
    ["a set that rules fill", "create s hash:ip", `-A OUTPUT -j SET --add-set s src\n${LOOKUP}`, "unknown"],
    [
      "what is in a set that rules fill",
      "create s hash:ip\nadd s 192.0.2.1",
      `-A OUTPUT -j SET --add-set s src\n${LOOKUP}`,
      "permit",
    ],
    [
      "what is in a set that rules empty",
      "create s hash:ip\nadd s 192.0.2.1",
      `-A OUTPUT -j SET --del-set s src\n${LOOKUP}`,
      "unknown",
    ],
    [
      "turned round, an element that goes",
      "create s hash:ip timeout 9\nadd s 192.0.2.1",
      LOOKUP.replace("--match", "XX --match").replace("-m set XX", "-m set !"),
      "unknown",
    ],
    [
      "turned round, another that goes",
      "create s hash:ip timeout 9\nadd s 192.0.2.9",
      LOOKUP.replace("-m set", "-m set !"),
      "permit",
    ],
    [
      "a comment that reads like an option",
      'create s hash:net comment\nadd s 192.0.2.0/24 comment "nomatch timeout 5"',
      LOOKUP,
      "permit",
    ],
  ])("%s", (_, sets, rules, expected) => {
    expect(verdict(load(sets, rules))).toBe(expected);
  });

  it("that no file creates is unknown, by its name", () => {
    const layer = loadIptables([{ path: "rules.v4", text: `*filter\n${LOOKUP.replace("ACCEPT", "DROP")}\nCOMMIT\n` }]);
    const question = { transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 } as const;
    expect(layer.decide(question, NOW)).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining("no file creates the set s") as string,
    });
  });

  it("is asked by the rules of both families", () => {
    const layer = loadIptables([
      {
        path: "sets.ipset",
        text: "create s hash:net\nadd s 192.0.2.0/24\ncreate t hash:net family inet6\nadd t 2001:db8::/32",
      },
      { path: "rules.v4", text: `*filter\n:OUTPUT DROP [0:0]\n${LOOKUP}\nCOMMIT\n` },
      { path: "rules.v6", text: `*filter\n:OUTPUT DROP [0:0]\n${LOOKUP.replace(" s ", " t ")}\nCOMMIT\n` },
    ]);
    expect([verdict(layer), verdict(layer, "2001:db8::1"), verdict(layer, "2001:db9::1")]).toEqual([
      "permit",
      "permit",
      "deny",
    ]);
  });
});

it("sets without rules say nothing about either family", () => {
  const layer = loadIptables([{ path: "s", text: "create s hash:ip" }]);
  expect([verdict(layer), verdict(layer, "2001:db8::1")]).toEqual(["unknown", "unknown"]);
});

it("each element is a rule a reviewer can point at, with its comment", () => {
  const sets = 'create s hash:ip,port comment\nadd s 192.0.2.1,443 comment "bread"\nadd s 192.0.2.2,443';
  const layer = load(sets, LOOKUP_PAIR);
  expect(layer.rules.map(({ place, text, reason, addresses }) => [place, text, reason, addresses])).toEqual([
    ["sets.ipset:2:7", "-A OUTPUT --match-set dst,dst 192.0.2.1,443 -j ACCEPT", "bread", 1n],
    ["sets.ipset:3:7", "-A OUTPUT --match-set dst,dst 192.0.2.2,443 -j ACCEPT", null, 1n],
  ]);
});

describe("what ipset would refuse is refused with a place", () => {
  it.each([
    ["create s hash:ipp", 'sets.ipset:1:10: unexpected "hash:ipp", expected a type such as hash:net'],
    [
      "create s hash:ip\nadd t 192.0.2.1",
      'sets.ipset:2:5: unexpected "t", expected the name of a set that was created before',
    ],
    [
      "create s hash:ip\nadd s 2001:db8::1",
      'sets.ipset:2:7: unexpected "2001:db8::1", expected an element of hash:ip for IPv4',
    ],
    [
      "create s hash:net\nadd s 0.0.0.0/0",
      'sets.ipset:2:7: unexpected "0.0.0.0/0", expected an element of hash:net for IPv4',
    ],
    [
      "create s hash:ip,port\nadd s 192.0.2.1",
      'sets.ipset:2:7: unexpected "192.0.2.1", expected an element of hash:ip,port for IPv4',
    ],
    [
      "create s hash:ip,port\nadd s 192.0.2.1,70000",
      'sets.ipset:2:7: unexpected "192.0.2.1,70000", expected an element of',
    ],
    [
      "create s hash:ip\nad s 192.0.2.1",
      'sets.ipset:2:1: unexpected "ad", expected "create", "add" or another command',
    ],
    [
      "create s hash:net family inet6",
      'rules.v4:3:18: unexpected "s" after --match-set, expected a set for IPv4, and sets.ipset:1 creates one for IPv6',
    ],
  ])("%j", (sets, message) => {
    expect(() => load(sets, LOOKUP)).toThrow(InputError);
    expect(() => load(sets, LOOKUP)).toThrow(message);
  });
});

it.each([
  ["create s hash:net family inet\n", true],
  ["# saved\ncreate -exist s list:set size 8\n", true],
  ["add s 192.0.2.1\n", true],
  ["-N s hash:ip\n", true],
  ["add table inet t\n", false],
  ["create table inet t\n", false],
  ["-N chain\n-A OUTPUT -j ACCEPT\n", true],
])("%j is recognised: %s", (text, expected) => {
  expect(sniffIptables(text)).toBe(expected);
});

it("with exceptions, the closest net decides", () => {
  const net = fc.record({ base: fc.nat(15), length: fc.integer({ min: 28, max: 32 }), nomatch: fc.boolean() });
  fc.assert(
    fc.property(fc.array(net, { maxLength: 8 }), (nets) => {
      const kept = new Map(
        nets.map(({ base, length, nomatch }) => {
          const first = (base >> (32 - length)) << (32 - length);
          return [`192.0.2.${first}/${length}`, { first, length, nomatch }];
        }),
      );
      const lines = [...kept].map(([text, { nomatch }]) => `add s ${text}${nomatch ? " nomatch" : ""}`);
      const layer = load(["create s hash:net", ...lines].join("\n"), LOOKUP);
      for (let host = 0; host < 16; host++) {
        const around = [...kept.values()].filter(
          ({ first, length }) => host >> (32 - length) === first >> (32 - length),
        );
        const closest = around.sort((a, b) => b.length - a.length)[0];
        expect(verdict(layer, `192.0.2.${host}` as Address)).toBe(
          closest === undefined || closest.nomatch ? "deny" : "permit",
        );
      }
    }),
    { numRuns: 200 },
  );
});

it("hostile text is parsed or refused with a place, never worse", () => {
  const words = [
    "create",
    "add",
    "del",
    "swap",
    "rename",
    "flush",
    "s",
    "t",
    "hash:net",
    "hash:ip,port",
    "list:set",
    "192.0.2.1",
    "192.0.2.0/24,80",
    "-",
    ",",
    ":",
    "timeout",
    "nomatch",
    "\n",
    '"',
    "family",
    "inet6",
    "netmask",
    "0",
  ];
  const lines = fc
    .array(fc.constantFrom(...words), { maxLength: 30 })
    .map((all) => `create s hash:net\n${all.join(" ").replaceAll("\n ", "\n")}`);
  fc.assert(
    fc.property(lines, (text) => {
      try {
        load(text, LOOKUP);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).toMatch(/^(sets\.ipset|rules\.v4):\d+:\d+: /);
      }
    }),
    { numRuns: 2000 },
  );
});
