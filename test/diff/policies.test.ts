import { loadFpl } from "../../src/dialect/fpl/index.ts";
import { describe, expect, test } from "vitest";
import { comparePolicies } from "../../src/dialect/index.ts";
import { loadNftables } from "../../src/dialect/nftables/index.ts";
import { defaultFailOn, pairLayers, policyDrift } from "../../src/diff/index.ts";
import type { Drift } from "../../src/model/finding.ts";
import type { Layer } from "../../src/model/policy.ts";
import { instant } from "../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");
const seconds = (day: string): number => instant(`${day}T00:00:00Z`) / 1e6;

function policy(path: string, rules: readonly string[], fallback: string): Layer {
  const chain = `type filter hook output priority 0; policy ${fallback};\n${rules.join("\n")}\n`;
  return loadNftables([{ path, text: `table inet t {\nchain side { }\nchain out {\n${chain}}\n}\n` }]);
}

function drift(before: readonly string[], after: readonly string[], fallbacks = ["drop", "drop"]): Drift {
  const [was = "drop", is = "drop"] = fallbacks;
  const pairs = pairLayers([policy("a.nft", before, was)], [policy("b.nft", after, is)]);
  return policyDrift({ pairs, compare: comparePolicies, failOn: defaultFailOn(), now: NOW });
}

const told = ({ findings }: Drift): string[] => findings.map(({ kind, message }) => `${kind}: ${message}`);

const web = "ip daddr 192.0.2.0/24 tcp dport 443 accept";
const half = "ip daddr 192.0.2.0/25 tcp dport 443 accept";
const until = (day: string, rule: string): string => `meta time < ${seconds(day)} ${rule}`;

describe("what a difference is called", () => {
  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    [
      "a new permit is added",
      [],
      [web],
      [`added: ${web}: allows 192.0.2.0/24 tcp 443 (256 addresses), which nothing allowed before`],
    ],
    [
      "a permit that takes another's place and allows more is widened",
      [half],
      [web],
      [`widened: ${web}: allows 192.0.2.128/25 tcp 443 (128 addresses) more than a.nft:5 did`],
    ],
    [
      "beside a permit that stays, a wider one is added",
      [half],
      [half, web],
      [`added: ${web}: allows 192.0.2.128/25 tcp 443 (128 addresses), which nothing allowed before`],
    ],
    [
      "in front of a permit that stays, a wider one is added, and shadows it",
      [half],
      [web, half],
      [
        `added: ${web}: allows 192.0.2.128/25 tcp 443 (128 addresses), which nothing allowed before`,
        `shadowed: ${half}: b.nft:5 accepts it first`,
      ],
    ],
    [
      "a deny that is gone widens the permit behind it",
      ["ip daddr 192.0.2.9 drop", web],
      [web],
      [`widened: ${web}: allows 192.0.2.9/32 tcp 443 (1 address) now, which a.nft:5 denied`],
    ],
    [
      "a permit that takes another's place and allows less is narrowed",
      [web],
      [half],
      [`narrowed: ${half}: no longer allows 192.0.2.128/25 tcp 443 (128 addresses), which a.nft:5 did`],
    ],
    [
      "a deny in front of a permit narrows it",
      [web],
      ["ip daddr 192.0.2.9 drop", web],
      [`narrowed: ${web}: no longer allows 192.0.2.9/32 tcp 443 (1 address): b.nft:5 denies it`],
    ],
    [
      "a permit that is gone is removed",
      [web],
      [],
      [`removed: ${web}: 192.0.2.0/24 tcp 443 (256 addresses) was allowed and is denied now`],
    ],
    [
      "the same match with another effect has its effect changed",
      [web],
      [web.replace("accept", "drop")],
      [
        `effect-changed: ${web.replace("accept", "drop")}: 192.0.2.0/24 tcp 443 (256 addresses) was allowed and is denied now`,
      ],
    ],
    [
      "a later end is renewed",
      [until("2027-01-01", web)],
      [until("2028-01-01", web)],
      [`renewed: ${web}: ends at 2028-01-01T00:00:00Z, before at 2027-01-01T00:00:00Z`],
    ],
    [
      "an earlier end is narrower",
      [until("2028-01-01", web)],
      [until("2027-01-01", web)],
      [`narrowed: ${web}: ends at 2027-01-01T00:00:00Z, before at 2028-01-01T00:00:00Z`],
    ],
    [
      "an end that is gone is wider",
      [until("2028-01-01", web)],
      [web],
      [`widened: ${web}: ends never, before at 2028-01-01T00:00:00Z`],
    ],
    [
      "what was over and is renewed opens again",
      [until("2026-11-01", web)],
      [until("2028-01-01", web)],
      [`widened: ${web}: allows 192.0.2.0/24 tcp 443 (256 addresses) again: its time was over at 2026-11-01T00:00:00Z`],
    ],
    [
      "what is over now is shut, and has expired",
      [until("2028-01-01", web)],
      [until("2026-11-01", web)],
      [
        `expired: ${web}: its time was over at 2026-11-01T00:00:00Z`,
        `narrowed: ${web}: no longer allows 192.0.2.0/24 tcp 443 (256 addresses): its time was over at 2026-11-01T00:00:00Z`,
      ],
    ],
    [
      "what ends within two weeks is expiring, changed or not",
      [until("2026-11-30", web)],
      [until("2026-11-30", web)],
      [`expiring: ${web}: its time is over at 2026-11-30T00:00:00Z (9 days left)`],
    ],
    [
      "a deny that ends opens what stands behind it",
      ["ip daddr 192.0.2.9 drop", web],
      [until("2027-01-01", "ip daddr 192.0.2.9 drop"), web],
      ["widened: ip daddr 192.0.2.9 drop: ends at 2027-01-01T00:00:00Z, before never"],
    ],
    [
      "a rule whose time has not come is not passed over in silence",
      [],
      [`meta time >= ${seconds("2027-01-01")} ${web}`],
      ["not-modelled: the comparison: b.nft:5 does not hold yet: what it will change is not compared"],
    ],
    [
      "rules that read alike in two chains are two findings",
      ["tcp dport 1-99 jump side", "tcp dport 100-199 goto side"],
      ["ip daddr 192.0.2.1 jump { tcp dport 22 accept; }", "ip daddr 192.0.2.2 jump { tcp dport 22 accept; }"],
      [
        "added: tcp dport 22 accept: allows 192.0.2.1/32 tcp 22 (1 address), which nothing allowed before",
        "added: tcp dport 22 accept: allows 192.0.2.2/32 tcp 22 (1 address), which nothing allowed before",
      ],
    ],
    [
      "a new rule that contradicts itself is dead",
      [web],
      [web, "ip daddr 192.0.2.1 ip daddr 192.0.2.2 accept"],
      ["dead-rule: ip daddr 192.0.2.1 ip daddr 192.0.2.2 accept: never matches: its conditions contradict each other"],
    ],
    [
      "what depends on what cannot be told is neither opened nor not",
      [],
      ["ip daddr 192.0.2.1 tcp dport 443 meta mark 7 accept"],
      [
        "not-modelled: the default: 192.0.2.1/32 tcp 443 (1 address) was denied and may be allowed now: depends on b.nft:5: meta mark 7, which cannot be told",
      ],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(told(drift(before, after))).toEqual(expected);
  });

  test("a default that denies no longer, rule by rule that it denied", () => {
    const found = drift(["ip daddr 192.0.2.9 drop"], [], ["accept", "accept"]);
    expect(told(found)).toEqual([
      "widened: the default: allows 192.0.2.9/32 anything (1 address), which a.nft:5 denied",
    ]);
  });
});

describe("what is no difference", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["the same", [web, half], [web, half]],
    ["another order, though a rule is shadowed in it", [half, web], [web, half]],
    ["halves and the whole", [half, "ip daddr 192.0.2.128/25 tcp dport 443 accept"], [web]],
    [
      "another way of writing it",
      ["ip daddr . tcp dport { 192.0.2.1 . 443 } accept"],
      ["tcp dport 443 ip daddr 192.0.2.1 accept"],
    ],
    ["a jump to a chain that does nothing", [web], ["jump side", web]],
    [
      "the same statement that cannot be told, elsewhere in the file",
      ["meta mark 7 accept", web],
      ["", "meta mark 7 accept", web],
    ],
    [
      "two denies the other way round",
      ["tcp dport 25 drop", "udp dport 53 drop"],
      ["udp dport 53 drop", "tcp dport 25 drop"],
    ],
  ])("%s", (_, before, after) => {
    const { findings, layers, verdict } = drift(before, after);
    expect(findings).toEqual([]);
    expect(layers[0]?.against?.equivalent).toBe(true);
    expect(verdict).toBe("within-policy");
  });
});

test("a policy is equal to itself where two rules say the same until different days", () => {
  const same = [until("2027-01-01", web), until("2027-02-01", web)];
  expect(told(drift(same, same))).toEqual([]);
});

test("an end in a time zone that nobody told is neither later nor earlier", () => {
  const quoted = `meta time < "2027-02-01 00:00:00" ${web}`;
  expect(told(drift([until("2027-02-01", web)], [quoted])).filter((text) => !text.startsWith("not-modelled"))).toEqual(
    [],
  );
});

test("ids stay when rules move", () => {
  const ids = (...padding: string[]): string[] =>
    drift([...padding, half], [...padding, web]).findings.map(({ id }) => id);
  expect(ids("", "", "tcp dport 22 accept")).toEqual(ids("tcp dport 22 accept"));
});

test("two request policies are compared by name", () => {
  const fpl = (...hosts: string[]) =>
    loadFpl([
      {
        path: "a.fpl",
        text: `agent a {\n default deny\n rules {\n${hosts.map((host) => `permit proxy/connect host: ${host} port: 443\n`).join("")}}\n}\n`,
      },
    ]);
  const found = policyDrift({
    pairs: pairLayers([fpl("api.example.com")], [fpl("api.example.com", "new.example.com")]),
    compare: comparePolicies,
    failOn: defaultFailOn(),
    now: NOW,
  });
  expect([found.layers[0]?.against?.equivalent, found.findings.map(({ kind }) => kind)]).toEqual([false, ["added"]]);
});

describe("policies that differ in an amount alone", () => {
  const limited = (rate: string): string => `ip daddr 192.0.2.1 tcp dport 443 limit rate ${rate} accept`;
  const about = "192.0.2.1/32 tcp 443 (1 address)";
  const verdictOf = (result: Drift): unknown => result.layers[0]?.against?.equivalent;

  test.each([
    [
      "another rate",
      limited("5/minute"),
      limited("9/minute"),
      "within limit rate 9/minute, was within limit rate 5/minute",
    ],
    [
      "a limit gone",
      limited("5/minute"),
      limited("5/minute").replace(/limit \S+ \S+ /, ""),
      "without a limit, was within limit rate 5/minute",
    ],
  ])("%s: the verdict is the same, and nobody calls them equivalent", (_, was, is, said) => {
    const result = drift([was], [is]);
    const [line = "", ...more] = told(result);
    expect(line).toMatch(/^not-modelled: /);
    expect(line).toContain(`${about} is allowed ${said}: amounts are not compared`);
    expect([more, verdictOf(result)]).toEqual([[], null]);
    expect(result.verdict).toBe("within-policy");
  });

  test.each([
    ["the same amounts", [limited("5/minute")], [limited("5/minute burst 5 packets")]],
    ["a limit on what is logged", ["limit rate 1/second log", web], ["limit rate 9/second log", web]],
    ["a limit before the same verdict", [limited("1/second"), web], [limited("9/second"), web]],
  ])("%s are equivalent", (_, was, is) => {
    expect(drift(was, is)).toMatchObject({ findings: [], layers: [{ against: { equivalent: true } }] });
  });

  test("or in a timeout", () => {
    const timed = (life: string): Layer => {
      const set = `set s {\ntype ipv4_addr\nflags timeout\nelements = { 192.0.2.1 timeout ${life} }\n}\n`;
      const chain = "chain o {\ntype filter hook output priority 0; policy drop;\nip daddr @s accept\n}\n";
      return loadNftables([{ path: "a.nft", text: `table inet t {\n${set}${chain}}\n` }]);
    };
    const pairs = pairLayers([timed("1h")], [timed("2h")]);
    const result = policyDrift({ pairs, compare: comparePolicies, failOn: defaultFailOn(), now: NOW });
    expect(told(result).join("\n")).toMatch(
      /^not-modelled: .* allowed within the timeout 2h of an element of @s, was within the timeout 1h .*$/m,
    );
    expect(verdictOf(result)).toBeNull();
  });

  test("what the limit was on is another finding than the limit", () => {
    expect(told(drift([limited("5/minute")], [web])).map((line) => line.split(":")[0])).toEqual([
      "widened",
      "not-modelled",
    ]);
  });
});
