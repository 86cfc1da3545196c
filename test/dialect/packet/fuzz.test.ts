import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadIptables } from "../../../src/dialect/iptables/index.ts";
import { loadNftables } from "../../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { InputError } from "../../../src/model/error.ts";
import type { Layer } from "../../../src/model/policy.ts";
import { IPTABLES, NFT } from "../../kernel/rulesets.ts";
import { NOW } from "./bakery.ts";

const IPSET = `create good hash:net family inet
add good 192.0.2.0/24 comment "a \\"b\\""
add good 192.0.2.8/29 nomatch
create some hash:ip,port timeout 60
add some 192.0.2.1,tcp:80-90 timeout 5
create all list:set
add all good
swap good some
`;
const JSON_TEXT = `{"nftables":[{"metainfo":{"json_schema_version":1}},{"table":{"family":"inet","name":"t"}},
{"chain":{"family":"inet","table":"t","name":"o","type":"filter","hook":"output","prio":0,"policy":"drop"}},
{"rule":{"family":"inet","table":"t","chain":"o","expr":[{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},
"right":{"set":[80,{"range":[443,445]}]}}},{"vmap":{"key":{"ct":{"key":"state"}},"data":{"set":[["new",{"accept":null}]]}}}]}}]}`;

const nftables = (text: string): Layer => loadNftables([{ path: "p.nft", text }]);
const iptables = (text: string): Layer => loadIptables([{ path: "r.v4", text }]);

const SAMPLES: readonly (readonly [string, readonly string[], (text: string) => Layer])[] = [
  ["nftables", Object.values(NFT), nftables],
  ["libnftables JSON", [JSON_TEXT], nftables],
  ["iptables", Object.values(IPTABLES).map(({ rules }) => `*filter\n${rules}\nCOMMIT\n`), iptables],
  ["ipset", [IPSET], iptables],
];

const WORDS = [
  "{",
  "}",
  "(",
  '"',
  "'",
  "!",
  ",",
  "-",
  "/",
  ":",
  "\n",
  "\\",
  "#",
  "0",
  "-1",
  "4294967296",
  "\0",
  "é",
  "jump",
  "*",
  "@",
  "$x",
  ".",
];

/** Cut, repeated, and with words in it that mean something somewhere else. */
function mutated(samples: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    gone: fc.integer({ min: 0, max: 30 }),
    words: fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }),
    again: fc.boolean(),
  });
  return fc.tuple(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 6 })).map(([sample, edits]) =>
    edits.reduce((text, { at, gone, words, again }) => {
      const from = Math.floor(at * text.length);
      const taken = text.slice(from, from + gone);
      return `${text.slice(0, from)}${again ? taken + taken : ""}${words.join(" ")}${text.slice(from + gone)}`;
    }, sample),
  );
}

describe("text that somebody broke is a policy or refused, with a place", () => {
  it.each(SAMPLES)("%s", (_, samples, load) => {
    fc.assert(
      fc.property(mutated(samples), (text) => {
        try {
          const layer = load(text);
          const question = { transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 } as const;
          layer.decide(question, NOW);
          layer.trail(question, NOW);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    ["braces", "{ ", nftables],
    ["chains in place", "table inet t { chain o { type filter hook output priority 0; jump { jump { ", nftables],
    ["parentheses", "table inet t { chain o { meta mark & ((((", nftables],
    ["lists of JSON", '{"nftables":[{"a":', nftables],
    ["brackets of JSON", '{"nftables":[[', nftables],
    ["quotes", '*filter\n-A OUTPUT -m comment --comment "', iptables],
  ])("%s without end are refused, and end", (_, text, load) => {
    expect(() => load(text + text.slice(-2).repeat(200_000))).toThrow(InputError);
  });
});
