/** Policies in different languages: packet filters everywhere, names and addresses where they were seen together. */
import { describe, expect, test } from "vitest";
import { comparePolicies, layersOf, type PolicyFile } from "../../src/dialect/index.ts";
import { askAlike, compareWhereTheyMeet, pairLayers } from "../../src/diff/index.ts";
import type { Layer } from "../../src/model/policy.ts";
import { AT_OUTPUT, candidateOf, NOW } from "../dialect/packet/bakery.ts";

const layers = (...files: readonly PolicyFile[]): Layer[] => layersOf(files, AT_OUTPUT);
const nft = (rules: string): PolicyFile => ({
  path: "p.nft",
  text: `table inet t {\n chain c {\n  type filter hook output priority 0; policy drop;\n${rules}\n }\n}\n`,
});
const iptables = (rules: string): PolicyFile => ({
  path: "p.v4",
  text: `*filter\n:OUTPUT DROP [0:0]\n${rules}\nCOMMIT\n`,
});
const fpl = (rules: string): PolicyFile => ({
  path: "p.fpl",
  text: `agent a {\n default deny\n rules {\n${rules}\n }\n}\n`,
});

describe("layers are paired", () => {
  const [n] = layers(nft("accept"));
  const [i] = layers(iptables("-A OUTPUT -j ACCEPT"));
  const [f] = layers(fpl("permit *"));
  const named = (before: readonly (Layer | undefined)[], after: readonly (Layer | undefined)[]): string[] =>
    pairLayers(
      before.flatMap((l) => l ?? []),
      after.flatMap((l) => l ?? []),
    ).map((p) => `${p.before.dialect} ${p.after.dialect}`);

  test.each([
    ["with their own kind first", [n, f], [f, n], ["nftables nftables", "fpl fpl"]],
    ["one packet filter with another", [n], [i], ["nftables iptables"]],
    ["names with names where packets go with packets", [n, f], [i, f], ["fpl fpl", "nftables iptables"]],
    ["what is left over, if it is one on each side", [f], [i], ["fpl iptables"]],
  ])("%s", (_, before, after, pairs) => expect(named(before, after).sort()).toEqual([...pairs].sort()));

  test("and none stands alone", () => {
    expect(() => named([n, i], [f])).toThrow(/is in --production only/);
    expect(() => named([n], [n, f])).toThrow(/fpl is in --against only/);
  });
});

describe("nftables against iptables", () => {
  test("is exact over every destination", () => {
    const [before] = layers(nft("ip daddr 192.0.2.0/24 tcp dport { 80, 443 } accept"));
    const [after] = layers(
      iptables(
        "-A OUTPUT -d 192.0.2.0/25 -p tcp -m multiport --dports 80,443 -j ACCEPT\n-A OUTPUT -d 192.0.2.128/25 -p tcp --dport 443 -j ACCEPT",
      ),
    );
    if (!before || !after) throw new Error("no layer");
    expect(askAlike(before, after)).toBe(true);
    const { differences } = comparePolicies(before, after, NOW);
    const told = differences.filter(
      ({ before: was, after: is }) => was.verdict !== "unknown" && is.verdict !== "unknown",
    );
    expect(
      told.map(({ extent, addresses, before: was, after: is }) => [extent, addresses, was.verdict, is.verdict]),
    ).toEqual([["192.0.2.128/25 tcp 80", 128n, "permit", "deny"]]);
  });
});

describe("names against addresses", () => {
  const OBSERVED = candidateOf([
    { name: "api.flour.example", addresses: ["192.0.2.1", "192.0.2.2"] },
    { name: "till.flour.example", addresses: ["192.0.2.3"] },
    { name: "via.flour.example", addresses: ["192.0.2.4"], port: null },
  ]);
  const [names] = layers(
    fpl("permit proxy/connect host: api.flour.example port: 443\npermit proxy/connect host: oven.flour.example"),
  );
  const [addresses] = layers(nft("ip daddr { 192.0.2.1, 192.0.2.3, 192.0.2.99 } tcp dport 443 accept"));
  if (!names || !addresses) throw new Error("no layer");

  test("are told where both were seen", () => {
    const { differences, exact, notes } = compareWhereTheyMeet(names, addresses, NOW, OBSERVED);
    expect(differences.map(({ extent, before, after }) => [extent, before.verdict, after.verdict])).toEqual([
      ["api.flour.example:443/tcp at 192.0.2.2", "permit", "deny"],
      ["till.flour.example:443/tcp at 192.0.2.3", "deny", "permit"],
    ]);
    for (const { witness, before, after } of differences) {
      expect(names.decide(witness, NOW)).toEqual(before);
      expect(addresses.decide(witness, NOW)).toEqual(after);
    }
    expect(exact).toBe(false);
    expect(notes).toEqual([
      "fpl and nftables meet only where a name was seen at an address: 3 such pairs were compared, and nothing is said of any other",
      "1 observed endpoint is no such pair: behind a proxy, without a port, or of a name that is not sure",
    ]);
  });

  test("are never called equivalent, and without evidence nothing is said", () => {
    expect(compareWhereTheyMeet(names, addresses, NOW, null)).toMatchObject({
      differences: [],
      exact: false,
      notes: [expect.stringContaining("without --evidence nothing is compared")],
    });
  });
});
