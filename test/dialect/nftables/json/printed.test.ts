/** Statements and sets of JSON, in the words of native text. */
import { describe, expect, test } from "vitest";
import { parseNftablesJson } from "../../../../src/dialect/nftables/json/document.ts";
import { printRuleset } from "../../../../src/dialect/nftables/write.ts";

const IN = { family: "inet", table: "t" };

function printed(...objects: readonly object[]): string {
  return printRuleset(parseNftablesJson("p.json", JSON.stringify({ nftables: objects })));
}

const statements: readonly (readonly [json: object | string, text: string])[] = [
  [{ counter: { packets: 7, bytes: 420 } }, "counter packets 7 bytes 420"],
  [{ counter: { packets: 0, bytes: 0 } }, "counter"],
  [{ log: null }, "log"],
  [
    { log: { prefix: "out: ", level: "debug", flags: ["tcp options", "skuid"] } },
    'log prefix "out: " level debug flags tcp options flags skuid',
  ],
  [{ masquerade: null }, "masquerade"],
  [{ masquerade: { port: 1024, flags: ["random", "persistent"] } }, "masquerade to :1024 random,persistent"],
  [{ redirect: { port: 3128 } }, "redirect to :3128"],
  [{ snat: { addr: "192.0.2.1" } }, "snat to 192.0.2.1"],
  [{ dnat: { family: "ip", addr: "192.0.2.1", port: 80 } }, "dnat ip to 192.0.2.1:80"],
  [{ dnat: { family: "ip6", addr: "2001:db8::1", port: 80 } }, "dnat ip6 to [2001:db8::1]:80"],
  [{ notrack: null }, "notrack"],
];

describe("statements", () => {
  test.each(statements)("%j is %s", (json, text) => {
    expect(printed({ rule: { ...IN, chain: "c", expr: [json] } })).toBe(`add rule inet t c ${text}\n`);
  });
});

describe("documents", () => {
  test("what a listing says of itself is no command", () => {
    expect(printed({ metainfo: { version: "1.0.6" } }, { table: { family: "inet", name: "t" } })).not.toContain(
      "metainfo",
    );
  });

  test("sets keep what they are made with", () => {
    const set = {
      set: {
        ...IN,
        name: "s",
        type: "ipv4_addr",
        size: 64,
        timeout: 30,
        "gc-interval": 5,
        policy: "memory",
        "auto-merge": true,
      },
    };
    for (const option of ["size 64", "timeout 30s", "gc-interval 5s", "policy memory", "auto-merge"])
      expect(printed(set)).toContain(option);
  });

  test("chains stand before the maps whose elements jump to them", () => {
    const map = {
      map: { ...IN, name: "m", type: "inet_service", map: "verdict", elem: [[80, { jump: { target: "late" } }]] },
    };
    const text = printed({ table: { family: "inet", name: "t" } }, map, { chain: { ...IN, name: "late" } });
    expect(text.indexOf("late")).toBeLessThan(text.indexOf("map inet t m"));
    expect(text).toContain("chain inet t late");
  });
});
