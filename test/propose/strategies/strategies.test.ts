import { describe, expect, test } from "vitest";
import { annotate, spansTenants } from "../../../src/annotate/index.ts";
import { Merger } from "../../../src/merge/index.ts";
import type { PrefixTag } from "../../../src/model/annotation.ts";
import type { Candidate, CandidateRule } from "../../../src/model/candidate.ts";
import { DAY } from "../../../src/model/instant.ts";
import { type Prefix, parsePrefix } from "../../../src/model/prefix.ts";
import type { Strategy } from "../../../src/model/strategy.ts";
import { Decisions, type Limits, parseCandidate, propose } from "../../../src/propose/index.ts";
import { exposureOfLists } from "../../../src/propose/strategies/exposure.ts";
import { address, instant, observation, runRecord } from "../../support/build.ts";

const NOTHING = { file: "allowlist.yaml", decisions: [], envelope: [], isDefault: false };

const NOW = instant("2026-11-21T00:00:00Z");

const tag = (provider: string, service: string, prefix: string): PrefixTag => ({
  provider,
  service,
  region: "eu",
  prefix: parsePrefix(prefix) as Prefix,
  version: "1",
});
const CLOUD = {
  lookup: (at: string): PrefixTag[] => (at.startsWith("198.51.100.") ? [tag("aws", "S3", "198.51.100.0/24")] : []),
};

/** One endpoint at these addresses, a run each, a day apart. */
function proposed(name: string | null, runs: readonly (readonly string[])[], limits?: Limits): Candidate {
  const merger = new Merger();
  for (const [i, addresses] of runs.entries()) {
    const [run, at] = [`r${i}`, `2026-11-${String(i + 1).padStart(2, "0")}T00:00:00.000000Z`];
    const seen = addresses.map((to) => observation(run, name, to, { firstSeen: at, lastSeen: at }));
    merger.addRun({ run: runRecord(run, { firstSeen: at, lastSeen: at }), observations: seen });
  }
  const options = { now: NOW, lifetime: DAY, reviewed: false, ...(limits && { limits }) };
  return propose(annotate(merger.evidence(), CLOUD), new Decisions(NOTHING, { now: NOW }), options);
}

function onlyRule(name: string | null, runs: readonly (readonly string[])[], limits?: Limits): CandidateRule {
  const [rule] = proposed(name, runs, limits).rules;
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

const said = ({ kind, detail }: Strategy): string => [kind, detail].filter((part) => part !== "").join(" ");

const DRIFT = [
  ["198.51.100.1"],
  ["198.51.100.2"],
  ["198.51.100.3"],
  ["198.51.100.4"],
  ["198.51.100.5"],
  ["198.51.100.6"],
];

describe("each way to say a target stands beside the others, with its price", () => {
  const { strategies } = onlyRule("files.vendor.example", DRIFT);
  const priced = Object.fromEntries(strategies.map((each) => [said(each), each]));

  test("in the order of what they are", () => {
    expect(strategies.map(said)).toEqual([
      "exact-name",
      "resolver-fed",
      "observed",
      "aggregated",
      "widened /28",
      "widened /24",
      "published",
    ]);
  });

  test.each([
    ["observed", "6", 0],
    ["aggregated", "6", 0],
    ["widened /28", "16", 1],
    ["widened /24", "256", 1],
    ["published", "256", 1],
  ])("%s opens %s addresses and hits %d", (kind, addresses, lower) => {
    expect(priced[kind]).toMatchObject({ exposure: { addresses, hosts: addresses }, hitRate: { lower, runs: 6 } });
  });

  test("aggregated has the same addresses in the fewest prefixes", () => {
    expect(priced["aggregated"]?.prefixes).toEqual([
      "198.51.100.1/32",
      "198.51.100.2/31",
      "198.51.100.4/31",
      "198.51.100.6/32",
    ]);
  });

  test("published says of whose it is, and that anybody can rent there", () => {
    expect(priced["published"]?.exposure).toMatchObject({ whose: ["aws S3 eu"], tenancy: "shared", registrable: true });
  });

  test("a name opens nobody's addresses, and is one owner's", () => {
    expect(priced["exact-name"]?.exposure).toEqual({
      addresses: null,
      hosts: null,
      whose: ["vendor.example"],
      tenancy: "single",
      registrable: false,
    });
  });

  test("a resolver opens what the name's owner answers, as often as the name is enough", () => {
    const { exposure, hitRate } = priced["exact-name"] ?? {};
    expect(priced["resolver-fed"]).toMatchObject({ prefixes: [], exposure, hitRate });
    expect(hitRate?.lower).toBe(1);
  });

  test("a name whose tenants are told apart by path is everybody's", () => {
    const { strategies: shared } = onlyRule("storage.googleapis.com", DRIFT);
    expect(shared[0]?.exposure).toMatchObject({ tenancy: "shared", registrable: true });
  });

  test("a name that only a proxy reached has no addresses that a resolver could fill", () => {
    const merger = new Merger();
    const via = { kind: "http-connect", address: address("192.0.2.9"), port: 3128 } as const;
    merger.addRun({ run: runRecord("r"), observations: [observation("r", "a.example", "192.0.2.9", { via })] });
    const options = { now: NOW, lifetime: DAY, reviewed: false };
    const { rules } = propose(annotate(merger.evidence(), CLOUD), new Decisions(NOTHING, { now: NOW }), options);
    expect(rules.map((rule) => rule.strategies.map(said))).toEqual([["exact-name"]]);
  });

  test.each([
    [["aws", "example"], "shared", true],
    [["example"], "unknown", null],
    [[], "unknown", null],
  ])("whole lists of %j are %s", (providers, tenancy, registrable) => {
    const lists = providers.map((provider) => tag(provider, "all", "198.51.100.0/24"));
    expect(exposureOfLists([], lists)).toMatchObject({ tenancy, registrable, addresses: "0", hosts: "0" });
  });

  test("IPv6 is counted exactly, and in networks of 64 bits", () => {
    const six = onlyRule(null, [["2001:db8::1"], ["2001:db8::1"], ["2001:db8::1"]]).strategies;
    expect(six.find(({ detail }) => detail === "/48")?.exposure).toMatchObject({
      addresses: String(2n ** 80n),
      hosts: String(2n ** 16n),
    });
  });

  test("no published prefix is offered where one address is on no list", () => {
    expect(onlyRule(null, [["198.51.100.1"], ["198.51.100.1"]]).strategies.map(said)).toContain("published");
    expect(onlyRule("a.example", [["198.51.100.1"], ["192.0.2.1"]]).strategies.map(said)).not.toContain("published");
  });
});

describe("the choice", () => {
  const limits = (minHitRate: number | null, maxExposure: bigint | null = null): Limits => ({
    minHitRate,
    maxExposure,
  });
  const steady = [["198.51.100.1"], ["198.51.100.1"], ["198.51.100.1"]];

  test.each([
    ["nothing asked", DRIFT, limits(null), "observed", "no hit rate was asked for"],
    ["steady addresses reach it", steady, limits(0.95), "observed", "the smallest that reaches 95 %: 100 %"],
    ["drift asks for more", DRIFT, limits(0.95), "widened", "the smallest that reaches 95 %: 100 %"],
    ["too few runs", steady.slice(1), limits(0.95), "observed", "2 runs are too few to tell a hit rate"],
    ["one run", steady.slice(2), limits(0.95), "observed", "1 run is too few to tell a hit rate"],
    ["within the budget", DRIFT, limits(0.95, 16n), "widened", "100 %"],
    ["beyond the budget", DRIFT, limits(0.95, 15n), null, "widened /28 would open 16, and --max-exposure is 15"],
    ["a budget alone", DRIFT, limits(null, 5n), null, "observed would open 6, and --max-exposure is 5"],
  ])("%s", (_, runs, given, kind, reason) => {
    expect(onlyRule("a.example", runs, given).chosen).toMatchObject({
      kind,
      reason: expect.stringContaining(reason) as string,
    });
  });

  test("says that none reaches the rate, which comes nearest, and why", () => {
    const wild = [["192.0.2.1"], ["198.51.100.2"], ["203.0.113.3"], ["192.0.3.4"]];
    expect(onlyRule("a.example", wild, limits(0.95)).chosen).toMatchObject({
      kind: "observed",
      prefixes: [],
      reason: expect.stringMatching(
        /none reaches 95 %, .* comes nearest with 0 %; runs used addresses that no other run did$/,
      ) as string,
    });
  });

  test("never takes a resolver's or a name's price for a packet filter's", () => {
    for (const rate of [0, 0.5, 1]) {
      expect(["observed", "aggregated", "widened", "published", null]).toContain(
        onlyRule("a.example", DRIFT, limits(rate)).chosen.kind,
      );
    }
  });
});

test("a family's pattern is priced beside its exact names, and the rules stay exact", () => {
  const merger = new Merger();
  for (let i = 1; i <= 6; i++) {
    const firstSeen = `2026-11-0${i}T00:00:00.000000Z`;
    const seen = observation(`r${i}`, `wal-${i}.internal`, "192.0.2.1", { firstSeen });
    merger.addRun({ run: runRecord(`r${i}`), observations: [seen] });
  }
  const options = { now: NOW, lifetime: DAY, reviewed: false };
  const { patterns, rules } = propose(
    annotate(merger.evidence(), CLOUD),
    new Decisions(NOTHING, { now: NOW }),
    options,
  );
  expect(patterns).toMatchObject([
    {
      pattern: "wal-*.internal",
      exactHitRate: { lower: 0, laterRuns: 0 },
      patternHitRate: { lower: 1, laterRuns: 1 },
      refused: spansTenants("internal"),
    },
  ]);
  expect(rules.map(({ endpoint }) => endpoint.name)).toEqual([1, 2, 3, 4, 5, 6].map((i) => `wal-${i}.internal`));
  expect(rules[0]?.strategies.map(said)).toContain("pattern wal-*.internal");
});

test("a candidate with prices, signals and patterns reads back as it was", () => {
  const candidate = proposed("corp.blob.core.windows.net", DRIFT, { minHitRate: 0.95, maxExposure: null });
  expect(parseCandidate(JSON.parse(JSON.stringify(candidate)), "c.json")).toEqual(candidate);
});
