import { compareText } from "../../../src/model/compare.ts";
import { describe, expect, test } from "vitest";
import {
  coverageOf,
  Merger,
  parseEvidence,
  parseStrata,
  sightingsIn,
  sightingsOf,
  type Strata,
} from "../../../src/merge/index.ts";
import { completenessOf } from "../../../src/merge/coverage/completeness.ts";
import { destinationFlags } from "../../../src/attribute/infrastructure.ts";
import type { CoverageReport } from "../../../src/model/coverage.ts";
import type { Evidence } from "../../../src/model/evidence.ts";
import { formatInstant, SECOND } from "../../../src/model/instant.ts";
import type { Observation } from "../../../src/model/observation.ts";
import { parsePrefix, type Prefix } from "../../../src/model/prefix.ts";
import { address, instant, observation } from "../../support/build.ts";

const DAY_ONE = instant("2026-11-01T12:00:00Z");
const day = (n: number, second = 0): string => formatInstant(DAY_ONE + n * 86_400 * SECOND + second * SECOND);

interface Run {
  /** Days after the first. */
  readonly on: number;
  readonly seen: readonly Observation[];
}

/** Runs of two minutes each. */
function evidence(runs: Readonly<Record<string, Run>>): Evidence {
  const merger = new Merger();
  for (const [run, { on, seen }] of Object.entries(runs)) {
    const record = {
      _schema: "sallyport/observation/v1",
      kind: "run",
      run,
      source: run,
      sha256: null,
      format: "pcap",
    } as const;
    const times = { firstSeen: day(on), lastSeen: day(on, 120) };
    const counts = { records: 1, flows: seen.length, rejected: {}, blindSpots: [] };
    merger.addRun({ run: { ...record, ...times, ...counts }, observations: seen.map((o) => ({ ...o, run })) });
  }
  return merger.evidence();
}

const to = (name: string, more: Partial<Observation> = {}): Observation =>
  observation("", `${name}.example.com`, "192.0.2.1", more);
const at = (place: string, flags: readonly string[], more: Partial<Observation> = {}): Observation =>
  observation("", null, place, { flags, ...more });

function report(from: Evidence, strata: Strata | null = null, tools: readonly string[] = []): CoverageReport {
  const options = { target: 0.99, seed: 1, strata, expectedTools: tools, now: instant("2026-12-01T00:00:00Z") };
  return coverageOf(sightingsOf(from, []), options);
}

describe("what is counted", () => {
  test("denied and failed attempts are", () => {
    const seen = [to("a", { outcome: "denied" }), to("b", { outcome: "failed" }), to("c")];
    expect(report(evidence({ r1: { on: 0, seen }, r2: { on: 1, seen } })).S_obs).toBe(3);
  });

  test("an endpoint reached directly and through a proxy is once", () => {
    const via = { kind: "http-connect", address: address("10.0.0.9"), port: 3128 } as const;
    const found = report(
      evidence({ r1: { on: 0, seen: [to("a"), to("a", { via })] }, r2: { on: 1, seen: [to("a", { via })] } }),
    );
    expect([found.S_obs, found.U, found.Q1]).toEqual([1, 2, 0]);
  });

  test("a run that showed nothing is a run, and is told", () => {
    const found = report(evidence({ r1: { on: 0, seen: [to("a")] }, r2: { on: 1, seen: [] } }));
    expect([found.m, found.empty_runs]).toEqual([2, 1]);
    expect(found.not_exercised).toEqual([{ kind: "run", name: "r2", why: "no endpoint was seen in it" }]);
  });

  const own = (text: string): Prefix[] => [parsePrefix(text)].filter((prefix) => prefix !== null);
  test.each([
    ["the runs' resolver", at("10.0.0.53", ["infrastructure", "resolver"], { port: 53 }), [], "resolver"],
    ["time", at("203.0.113.5", ["infrastructure", "ntp"], { port: 123 }), [], "ntp"],
    ["DHCP", at("10.0.0.1", ["dhcp", "infrastructure"], { port: 67 }), [], "dhcp"],
    ["mDNS, which is multicast too", at("224.0.0.251", ["infrastructure", "mdns", "multicast"]), [], "mdns"],
    ["link-local", at("169.254.1.1", ["infrastructure", "link-local"]), [], "link-local"],
    [
      "neighbours asked for by their own address",
      at("2001:db8::2", ["infrastructure", "neighbour-discovery"]),
      [],
      "neighbour-discovery",
    ],
    ["the metadata service", at("169.254.169.254", ["metadata"]), [], "metadata"],
    ["a proxy nearby", at("10.0.0.9", ["proxy"], { port: 3128 }), [], "proxy"],
    ["a proxy out in the world", at("203.0.113.9", ["proxy"], { port: 3128 }), [], null],
    ["the gateway, where it is told", at("10.0.0.1", []), own("10.0.0.1"), "own"],
    ["the gateway, where it is not", at("10.0.0.1", []), [], null],
    ["a neighbour of what is told", at("10.0.0.2", []), own("10.0.0.0/31"), null],
    ["any other address", at("203.0.113.9", []), own("0.0.0.0/32"), null],
  ])("%s", (_, seen, prefixes, kind) => {
    const { leftOut, endpoints } = sightingsOf(evidence({ r1: { on: 0, seen: [seen] } }), prefixes);
    expect(leftOut.map((left) => left.kind)).toEqual(kind === null ? [] : [kind]);
    expect(endpoints).toHaveLength(kind === null ? 1 : 0);
  });

  test("the proxy that other endpoints were reached through, flagged or not", () => {
    const via = { kind: "socks", address: address("127.0.0.1"), port: 1080 } as const;
    const seen = [at("127.0.0.1", [], { port: 1080 }), to("a", { via, address: address("127.0.0.1") })];
    expect(report(evidence({ r1: { on: 0, seen } })).left_out).toEqual([
      { endpoint: "127.0.0.1:1080/tcp", kind: "proxy", runs: 1 },
    ]);
  });

  test("the same in observations and in the evidence that they merge to, whoever merges it again", () => {
    const seen = [
      at("10.0.0.53", ["infrastructure", "resolver"], { port: 53 }),
      at("169.254.169.254", ["metadata"]),
      at("10.0.0.1", []),
      to("a"),
    ];
    const merged = evidence({ r1: { on: 0, seen }, r2: { on: 1, seen: seen.slice(2) } });
    const again = parseEvidence([JSON.stringify(merged)], "evidence.json");
    const [one, other] = [merged, again].map((each) => sightingsOf(each, own("10.0.0.1")));
    expect(one?.leftOut.map(({ kind }) => kind).sort(compareText)).toEqual(["metadata", "own", "resolver"]);
    expect(other).toEqual(one);
  });

  test.each(["100.100.100.200", "fd00:ec2::254", "169.254.170.23", "fd20:ce::254", "192.0.0.192"])(
    "%s is an instance metadata service",
    (place) => expect(destinationFlags(address(place), 80, "tcp")).toEqual(["metadata"]),
  );
});

describe("how an endpoint comes and goes", () => {
  const early = { firstSeen: day(0, 1), lastSeen: day(0, 3) };
  const rhythm = (runs: readonly (readonly Observation[])[], name = "a", days = 1): unknown =>
    report(evidence(Object.fromEntries(runs.map((seen, i) => [`r${i}`, { on: i * days, seen }])))).endpoints.find(
      ({ endpoint }) => endpoint === `${name}.example.com:443/tcp`,
    );
  const timed = (name: string, on: number, from: number, until: number): Observation =>
    to(name, { firstSeen: day(on, from), lastSeen: day(on, until) });

  test.each([
    [[1, 1, 1, 1], "every"],
    [[1, 0, 1, 0], "most"],
    [[1, 0, 0, 1, 0], "rare"],
    [[0, 0, 1], "once"],
  ])("%j is %s", (pattern, cadence) => {
    const first = pattern.indexOf(1);
    expect(rhythm(pattern.map((on) => (on === 1 ? [to("a")] : [to("b")])))).toMatchObject({
      cadence,
      first_run: first + 1,
      last_run: pattern.lastIndexOf(1) + 1,
    });
  });

  test("only at the start of its runs", () => {
    expect(rhythm([[timed("a", 0, 1, 9)], [timed("a", 1, 0, 10)]])).toMatchObject({ phase: "start-up" });
  });

  test("never at the start, or all through", () => {
    expect(rhythm([[timed("a", 0, 11, 90)]])).toMatchObject({ phase: "later" });
    expect(rhythm([[timed("a", 0, 1, 90)]])).toMatchObject({ phase: "throughout" });
    expect(rhythm([[timed("a", 0, 1, 2)], [timed("a", 1, 60, 61)]])).toMatchObject({ phase: "throughout" });
  });

  test("untold where times are", () => {
    expect(rhythm([[to("a", { firstSeen: null, lastSeen: null })]])).toMatchObject({ phase: null, first_seen: null });
  });

  test("by the calendar: even days, with other runs between", () => {
    const weekly = Array.from({ length: 22 }, (_, i) => (i % 7 === 0 ? [timed("a", i, 1, 2)] : [to("b", early)]));
    expect(rhythm(weekly)).toMatchObject({ every_days: 7, cadence: "rare" });
    expect(rhythm([0, 1, 2, 3].map((i) => [timed("a", i, 1, 2)]))).toMatchObject({ every_days: null });
    const uneven = Array.from({ length: 22 }, (_, i) => ([0, 3, 21].includes(i) ? [to("a")] : [to("b")]));
    expect(rhythm(uneven)).toMatchObject({ every_days: null });
  });
});

describe("strata", () => {
  const tools = (name: string, tool: string | null): Observation => to(name, { tool });
  const runs = {
    "unit/1": { on: 0, seen: [tools("a", "pip"), tools("b", "git")] },
    "unit/2": { on: 1, seen: [tools("a", "pip"), tools("c", null)] },
    "e2e/1": { on: 2, seen: [tools("d", "git"), tools("a", "pip")] },
  };
  const parts = (strata: Strata): unknown[] =>
    (report(evidence(runs), strata).strata ?? []).map(({ stratum, m, S_obs, Q1 }) => [stratum, m, S_obs, Q1]);

  test("by tool: over the runs in which the tool showed", () => {
    expect(parts({ of: "sighting", by: "tool" })).toEqual([
      ["(not told)", 1, 1, 1],
      ["git", 2, 2, 2],
      ["pip", 3, 1, 0],
    ]);
  });

  test("by what a run's id says", () => {
    const stratumOf = (run: string): string | null => run.split("/")[0] ?? null;
    expect(parts({ of: "run", stratumOf, declared: [] })).toEqual([
      ["e2e", 1, 2, 2],
      ["unit", 2, 3, 2],
    ]);
  });

  test("by a list, which also says what should have been there", () => {
    const strata = parseStrata("run,stratum\nunit/1,unit\nunit/2,unit\ngone/1,gone\n,nightly\n", "s.csv");
    expect(parts(strata)).toEqual([
      ["(not told)", 1, 2, 2],
      ["unit", 2, 3, 2],
    ]);
    expect(report(evidence(runs), strata).not_exercised).toEqual([
      { kind: "stratum", name: "gone", why: "no run of it is in the evidence" },
      { kind: "stratum", name: "nightly", why: "no run of it is in the evidence" },
    ]);
  });

  test("by phase", () => {
    const seen = [
      to("a", { firstSeen: day(0, 1), lastSeen: day(0, 2) }),
      to("b", { firstSeen: day(0, 50), lastSeen: day(0, 60) }),
    ];
    const found = report(evidence({ r1: { on: 0, seen } }), { of: "sighting", by: "phase" }).strata;
    expect(found?.map(({ stratum, once }) => [stratum, once.map(({ endpoint }) => endpoint)])).toEqual([
      ["later", ["b.example.com:443/tcp"]],
      ["start-up", ["a.example.com:443/tcp"]],
    ]);
  });

  test.each([
    ["r1\n", "s.csv:1: expected a run and its stratum"],
    ["r1,a,b\n", "s.csv:1: expected a run and its stratum"],
    ["r1,a\nr1,b\n", "s.csv:2: run r1 is in a and in b"],
    ["run,stratum\n", "s.csv: no stratum: expected a run and its stratum a line"],
  ])("a list that is none: %j", (text, message) => {
    expect(() => parseStrata(text, "s.csv")).toThrow(message);
  });
});

describe("a tool that should be there", () => {
  test("and has no flow is listed", () => {
    const seen = [to("a", { tool: "pip" })];
    expect(report(evidence({ r1: { on: 0, seen } }), null, ["pip", "deploy"]).not_exercised).toEqual([
      { kind: "tool", name: "deploy", why: "no endpoint was seen of it" },
    ]);
  });

  test("cannot be told of where the evidence names no tool", () => {
    expect(report(evidence({ r1: { on: 0, seen: [to("a")] } }), null, ["pip"]).not_exercised).toEqual([
      { kind: "tool", name: "pip", why: "the evidence tells of no tool which endpoints it used" },
    ]);
  });
});

test("the age of the evidence is counted from the end of its last run", () => {
  const found = report(evidence({ r1: { on: 0, seen: [to("a")] }, r2: { on: 9, seen: [to("a")] } }));
  expect([found.newest, found.age_days]).toEqual(["2026-11-10T12:02:00.000000Z", 20]);
});

test("a candidate's short form says what the report says", () => {
  const from = evidence({
    r1: { on: 0, seen: [to("a"), to("b"), at("10.0.0.53", ["infrastructure", "resolver"])] },
    r2: { on: 1, seen: [to("a")] },
    r3: { on: 2, seen: [] },
  });
  const { coverage, next, intervals, once, left_out } = report(from);
  expect(completenessOf(from)).toEqual({
    runs: 3,
    endpoints: 2,
    coverage: coverage.value,
    coverageInterval: intervals.coverage.ci95,
    expectedNew: next.expected_new,
    newProbability: next.p_new,
    newInterval: intervals.p_new.ci95,
    seenOnce: once,
    emptyRuns: ["r3"],
    leftOut: left_out,
  });
});

test("a table without times keeps the order of its rows", () => {
  const table = { runs: ["z", "a"], endpoints: [{ name: "e", runs: [1] }] };
  expect(sightingsIn(table).runs.map(({ id }) => id)).toEqual(["z", "a"]);
});
