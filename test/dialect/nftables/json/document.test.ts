import { describe, expect, it } from "vitest";
import { loadNftables } from "../../../../src/dialect/nftables/index.ts";
import { parseAddress } from "../../../../src/model/address.ts";
import { InputError } from "../../../../src/model/error.ts";
import { SECOND } from "../../../../src/model/instant.ts";
import type { Layer } from "../../../../src/model/policy.ts";

const TABLE = { table: { family: "inet", name: "t" } };
const CHAIN = {
  chain: { family: "inet", table: "t", name: "o", type: "filter", hook: "output", prio: 0, policy: "drop" },
};
const DADDR = { payload: { protocol: "ip", field: "daddr" } };
const DPORT = { payload: { protocol: "tcp", field: "dport" } };

const load = (...commands: unknown[]): Layer =>
  loadNftables([{ path: "p.json", text: JSON.stringify({ nftables: commands }, null, 1) }]);

const rule = (...expr: unknown[]): unknown => ({ rule: { family: "inet", table: "t", chain: "o", expr } });
const match = (left: unknown, right: unknown, op = "=="): unknown => ({ match: { op, left, right } });

function verdict(layer: Layer, address = "192.0.2.1", port = 443): string {
  return layer.decide({ transport: "tcp", address: parseAddress(address), name: null, port }, 1_800_000_000 * SECOND)
    .verdict;
}

describe("libnftables JSON", () => {
  it("lists rules in the words of native text, with the place of each", () => {
    const set = { set: ["192.0.2.1", { prefix: { addr: "198.51.100.0", len: 24 } }] };
    const layer = load(
      TABLE,
      CHAIN,
      rule(match(DADDR, set), match(DPORT, { range: [440, 450] }), { accept: null }),
      rule(match({ meta: { key: "oifname" } }, "lo"), { accept: null }),
    );
    expect(layer.rules.map(({ place, text }) => `${place} ${text}`)).toEqual([
      "p.json:20:3 ip daddr 192.0.2.1 tcp dport 440-450 accept",
      "p.json:20:3@20 ip daddr 198.51.100.0/24 tcp dport 440-450 accept",
      'p.json:71 oifname "lo" accept',
    ]);
    expect([verdict(layer), verdict(layer, "192.0.2.2")]).toEqual(["permit", "deny"]);
  });

  it("is also what nft takes: commands with verbs, applied in order", () => {
    const layer = load(
      { add: TABLE },
      { add: CHAIN },
      { add: rule({ drop: null }) },
      { flush: { ruleset: null } },
      { add: TABLE },
      { create: CHAIN },
      { add: rule({ drop: null }) },
      { insert: rule(match(DPORT, 443), { accept: null }) },
    );
    expect([verdict(layer), verdict(layer, "192.0.2.1", 80)]).toEqual(["permit", "deny"]);
  });

  it("names sets, their elements' timeouts, and maps of verdicts", () => {
    const elem = ["192.0.2.1", { elem: { val: "192.0.2.2", timeout: 60, expires: 9, comment: "for a minute" } }];
    const set = { set: { family: "inet", table: "t", name: "s", type: "ipv4_addr", flags: ["timeout"], elem } };
    const data = {
      set: [
        [80, { drop: null }],
        [443, { jump: { target: "c" } }],
      ],
    };
    const jumped = { chain: { family: "inet", table: "t", name: "c" } };
    const inner = { rule: { family: "inet", table: "t", chain: "c", expr: [match(DADDR, "@s"), { accept: null }] } };
    const layer = load(TABLE, set, jumped, CHAIN, inner, rule({ vmap: { key: DPORT, data } }));
    expect(["192.0.2.1", "192.0.2.2"].map((each) => verdict(layer, each))).toEqual(["permit", "permit"]);
    expect(verdict(layer, "192.0.2.1", 80)).toBe("deny");
  });

  it("knows a set that rules fill, although the listing does not say it is dynamic", () => {
    const set = { set: { family: "inet", table: "t", name: "s", type: "ipv4_addr", size: 9 } };
    const fill = rule({ set: { op: "add", elem: DADDR, set: "@s" } });
    const layer = load(TABLE, set, CHAIN, fill, rule(match(DADDR, "@s"), { accept: null }));
    expect(verdict(layer)).toBe("unknown");
  });

  it("keeps what nothing here reads, counts it, and tells nothing that hangs on it", () => {
    const layer = load(
      TABLE,
      CHAIN,
      rule(match({ numgen: { mode: "random", mod: 2 } }, 0), { accept: null }),
      rule({ xt: { type: "target", name: "TEE" } }),
    );
    expect(verdict(layer)).toBe("unknown");
    expect(layer.notModelled.map(({ text }) => text)).toEqual([
      'numgen {"mode":"random","mod":2} 0',
      'xt {"type":"target","name":"TEE"}',
    ]);
  });

  it.each([
    ["cut short", '{"nftables": [', 'p.json:1:15: unexpected end of file, expected a value or "]"'],
    ["no list", '{"nftables": 7}', 'p.json: expected "nftables" to be a list of commands'],
    [
      "a command of no kind",
      '{"nftables":\n [{"nonsense": {"family": "ip", "table": "t"}}]}',
      'p.json:2:3: unexpected "nonsense", expected "table", "chain", "set", "rule" or "element"',
    ],
    [
      "a rule without a chain",
      '{"nftables": [{"rule": {"family": "ip", "table": "t"}}]}',
      "p.json:1:15: expected the chain of a rule, a text",
    ],
    [
      "a name that is more than one",
      '{"nftables": [{"table": {"family": "ip", "name": "a\\"; drop"}}]}',
      "p.json:1:15: expected the table of a table, a text",
    ],
    [
      "statements that are none",
      '{"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [7]}}]}',
      "p.json:1:15: expected a statement, an object of one key",
    ],
  ])("is refused with its place: %s", (_, text, message) => {
    expect(() => loadNftables([{ path: "p.json", text }])).toThrow(new InputError(message));
  });

  it("is refused where it nests deeper than anything real, not crashed on", () => {
    const deep = `${'{"&":['.repeat(50_000)}1${",1]}".repeat(50_000)}`;
    const text = `{"nftables":[{"rule":{"family":"ip","table":"t","chain":"c","expr":[{"match":{"op":"==","left":${deep},"right":1}}]}}]}`;
    expect(() => loadNftables([{ path: "p.json", text }])).toThrow(/nesting no deeper than 64/);
  });
});
