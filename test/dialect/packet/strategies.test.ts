/** Packet filters are told the strategy that was chosen, and read back as that. */
import { describe, expect, test } from "vitest";
import { candidateLayer, printCandidate } from "../../../src/dialect/index.ts";
import type { Candidate } from "../../../src/model/candidate.ts";
import type { Prefix } from "../../../src/model/prefix.ts";
import type { Choice } from "../../../src/model/strategy.ts";
import { address, candidate, instant, rule } from "../../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");
const STAND = { hook: "output", source: null, interface: null } as const;

const widened = (...prefixes: readonly string[]): Choice => ({
  kind: "widened",
  detail: "",
  prefixes: prefixes as readonly Prefix[],
  reason: "asked for",
  enough: true,
});

const CHOSEN = candidate([
  rule("a.example", ["192.0.2.1"], { id: "00000000000a", chosen: widened("192.0.2.0/28", "2001:db8::/64") }),
  rule("b.example", ["192.0.2.2"], { id: "00000000000b", chosen: widened("192.0.2.0/24") }),
  rule("c.example", ["192.0.2.3"], { id: "00000000000c" }),
  rule("d.example", ["198.51.100.4"], {
    id: "00000000000d",
    chosen: { ...widened(), kind: null, reason: "observed would open 9" },
  }),
]);

describe.each(["nftables", "iptables"] as const)("%s", (dialect) => {
  const printed = printCandidate(CHOSEN, NOW, STAND);
  const layer = candidateLayer(CHOSEN, printed, dialect, NOW, STAND);
  const verdict = (at: string, port = 443): string =>
    layer.decide({ transport: "tcp", address: address(at), name: null, port }, NOW).verdict;

  test.each([
    ["192.0.2.1", "permit"],
    ["192.0.2.15", "permit"],
    ["192.0.2.255", "permit"],
    ["192.0.3.0", "deny"],
    ["198.51.100.4", "deny"],
    ["2001:db8::ffff", "permit"],
    ["2001:db8:0:1::1", "deny"],
  ])("%s: %s", (at, expected) => expect(verdict(at)).toBe(expected));

  test("at the rule's port only", () => expect(verdict("192.0.2.15", 80)).toBe("deny"));

  test("what the budget refused is left out, and said to be", () => {
    expect(printed.notExpressed.filter(({ target }) => target === dialect)).toEqual([
      {
        target: dialect,
        rule: "00000000000d",
        endpoint: CHOSEN.rules[3]?.endpoint,
        reason: "beyond the budget: observed would open 9",
      },
    ]);
  });
});

test("prefixes inside each other are one element, as a set takes no two that overlap", () => {
  const nft = printCandidate(CHOSEN, NOW, STAND).files.get("candidate.nft") ?? "";
  expect(nft.match(/^\t\t\t192\.0\.2\S* \. 443.*$/gm)).toEqual([
    '\t\t\t192.0.2.0/24 . 443 comment "00000000000b b.example runs 2/3 tls-sni unreviewed until 2027-02-01T00:00:00Z +2 more"',
  ]);
});

test("FPL, which knows names, is told the same as ever", () => {
  const plain: Candidate = {
    ...CHOSEN,
    rules: CHOSEN.rules.map((each) => ({ ...each, chosen: { ...widened(), kind: "observed" } })),
  };
  expect(printCandidate(CHOSEN, NOW, STAND).files.get("candidate.fpl")).toBe(
    printCandidate(plain, NOW, STAND).files.get("candidate.fpl"),
  );
});
