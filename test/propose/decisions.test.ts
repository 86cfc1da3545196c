import { describe, expect, test } from "vitest";
import type { Observed } from "../../src/model/candidate.ts";
import { DAY } from "../../src/model/instant.ts";
import { approvedOf, digestOf } from "../../src/propose/approval.ts";
import { Decisions, type JudgeOptions, parseAllowlist, Tenants } from "../../src/propose/index.ts";
import { address, instant, rule } from "../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");
const api = rule("api.example.com", ["203.0.113.1"]);
const at = (name: string, more: Partial<Observed> = {}): Observed => ({ ...rule(name, ["203.0.113.1"]), ...more });

const file = (entries: readonly string[], name = "a.yaml", head = ""): ReturnType<typeof parseAllowlist> =>
  parseAllowlist(
    `version: 1\n${head}decisions:\n${entries.map((entry) => `  - {${entry}}\n`).join("") || "  []\n"}`,
    name,
  );
const decisions = (entries: readonly string[], more: Partial<JudgeOptions> = {}): Decisions =>
  new Decisions(file(entries), { now: NOW, ...more });

const allow = (endpoint: string, more = ""): string =>
  `endpoint: '${endpoint}', decision: allow, why: w, owner: o${more === "" ? "" : `, ${more}`}`;
const API = "api.example.com:443/tcp";

/** The judgement in a word: the decision that holds, or what stands in its place. */
function word(judges: Pick<Decisions, "judge">, seen: Observed): string {
  const judgement = judges.judge(seen);
  if (judgement.kind === "decided") return judgement.decision.decision;
  return judgement.kind === "undecided" && judgement.because !== null ? judgement.because : judgement.kind;
}

describe("a decision", () => {
  const dated = [allow(API, "expires: 2027-01-31")];

  test("holds until its time is over, and is then listed as lapsed", () => {
    const on = (now: string): Decisions => decisions(dated, { now: instant(now) });
    expect(word(on("2027-01-30T23:59:59Z"), api)).toBe("allow");
    expect(word(on("2027-01-31T00:00:00Z"), api)).toBe("lapsed");
    expect(on("2027-01-31T00:00:00Z").lapsed()).toEqual([
      { place: "a.yaml:3", endpoint: API, expired: "2027-01-31T00:00:00Z" },
    ]);
  });

  test("is on exactly one endpoint", () => {
    expect(word(decisions(dated), { ...api, endpoint: { ...api.endpoint, port: 80 } })).toBe("undecided");
    expect(word(decisions(dated), { ...api, endpoint: { ...api.endpoint, transport: "udp" } })).toBe("undecided");
  });

  test("made twice is an error naming both places", () => {
    expect(() => decisions([allow(API), "endpoint: 'API.example.com:443/tcp', decision: deny"])).toThrow(
      "a.yaml:4: api.example.com:443/tcp is decided already at a.yaml:3",
    );
  });
});

describe("the time a decision can hold", () => {
  test("is at most --max-ttl from now, and from the approval where that is dated", () => {
    const late = [allow(API, "expires: 2035-01-01")];
    expect(decisions(late).judge(api)).toMatchObject({ kind: "decided", ends: NOW + 365 * DAY });
    expect(decisions(late, { maxTtl: 30 * DAY }).judge(api)).toMatchObject({ ends: NOW + 30 * DAY });
    expect(decisions(late).notices()).toEqual([
      "a.yaml:3: decided until 2035-01-01T00:00:00Z, and counts until 2027-11-21T00:00:00Z (--max-ttl)",
    ]);
  });

  test("does not begin again with every run once it was approved", () => {
    const approved = `approved: {candidate: '${digestOf(approvedOf([api]))}', at: 2025-11-20, by: jo}`;
    expect(word(decisions([allow(API, approved)]), api)).toBe("lapsed");
    expect(word(decisions([allow(API, approved)], { maxTtl: 800 * DAY }), api)).toBe("allow");
  });

  test("is no longer where the approval is of a day to come", () => {
    const approved = `approved: {candidate: '${digestOf(approvedOf([api]))}', at: 2099-01-01, by: jo}`;
    const early = decisions([allow(API, `expires: 2099-12-31, ${approved}`)]);
    expect(early.judge(api)).toMatchObject({ kind: "decided", ends: NOW + 365 * DAY });
    expect(early.notices()).toHaveLength(1);
  });
});

describe("a pattern", () => {
  const one = "*.example.com:443/tcp";
  const any = "**.example.com:443/tcp";

  test.each([
    [one, "api.example.com", "allow"],
    [one, "a.b.example.com", "undecided"],
    [one, "example.com", "undecided"],
    [one, "notexample.com", "undecided"],
    [any, "a.b.example.com", "allow"],
    [any, "example.com", "undecided"],
  ])("%s on %s: %s", (pattern, name, expected) => {
    expect(word(decisions([allow(pattern)]), at(name))).toBe(expected);
  });

  test("gives way to a narrower one, and to a decision on the endpoint", () => {
    const both = [
      allow(any),
      `endpoint: '*.example.com:443/tcp', decision: watch`,
      `endpoint: '${API}', decision: deny`,
    ];
    expect(word(decisions(both), at("a.b.example.com"))).toBe("allow");
    expect(word(decisions(both), at("other.example.com"))).toBe("watch");
    expect(word(decisions(both), api)).toBe("deny");
  });
});

describe("an approval", () => {
  const approved = [allow(API, `approved: {candidate: '${digestOf(approvedOf([api]))}', at: 2026-11-01, by: jo}`)];

  test.each<[string, Observed]>([
    ["more runs", { ...api, evidence: { ...api.evidence, runs: 9, of: 90, lastSeen: "2026-12-01T00:00:00.000000Z" } }],
    ["another address of the same kind", { ...api, addresses: [address("198.51.100.7")] }],
    ["other flags and names", { ...api, flags: ["ech"], otherNames: [address("192.0.2.9")] }],
    [
      "a way through a proxy",
      {
        ...api,
        via: { kind: "http-connect", address: address("10.0.0.9"), port: 3128 },
        addresses: [address("10.0.0.9"), address("203.0.113.1")],
      },
    ],
  ])("is not asked again for %s", (_, seen) => {
    expect(word(decisions(approved), seen)).toBe("allow");
  });

  test("of more is one of less, and not the other way round", () => {
    const more: Observed = {
      ...api,
      access: ["connect", "http"],
      addresses: [address("203.0.113.1"), address("10.0.0.1")],
      flags: ["dns-mismatch", "ech"],
    };
    const wide = [allow(API, `approved: {candidate: '${digestOf(approvedOf([more]))}', at: 2026-11-01, by: jo}`)];
    for (const seen of [
      more,
      api,
      { ...more, access: ["http"] as const },
      { ...more, addresses: [address("10.9.9.9")] },
      { ...more, flags: [] },
    ]) {
      expect(word(decisions(wide), seen)).toBe("allow");
    }
    expect(word(decisions(wide), { ...more, addresses: [address("169.254.169.254")] })).toBe("void");
    expect(word(decisions(wide), { ...more, flags: ["dns-mismatch", "tunnel-mismatch"] })).toBe("void");
    expect(word(decisions(wide), { ...more, endpoint: { ...more.endpoint, port: 444 } })).toBe("undecided");
  });

  test.each<[string, Observed]>([
    ["answers from inside", { ...api, addresses: [address("203.0.113.1"), address("10.0.0.1")] }],
    ["answers with the metadata service", { ...api, addresses: [address("169.254.169.254")] }],
    ["hides an inner address in NAT64", { ...api, addresses: [address("64:ff9b::a00:1")] }],
    ["is asked in plain text too", { ...api, access: ["connect", "http"] }],
    ["is said where another name was looked up", { ...api, flags: ["dns-mismatch"] }],
    ["is asked of a proxy, and another name said inside", { ...api, flags: ["tunnel-mismatch"] }],
    ["is one of two hosts of a request", { ...api, flags: ["host-mismatch"] }],
  ])("is void once it %s", (_, seen) => {
    expect(word(decisions(approved), seen)).toBe("void");
  });
});

describe("a decision for some tools or environments", () => {
  test.each([
    [allow(API, "tools: [git]"), ["git"], "allow"],
    [allow(API, "tools: [git]"), ["curl", "git"], "the decision (a.yaml:3) is not for curl"],
    [allow(API, "tools: [git]"), [], "the decision (a.yaml:3) is for some tools, and which one asked is not known"],
    [`endpoint: '${API}', decision: deny, tools: [git]`, [], "deny"],
    [`endpoint: '${API}', decision: deny, tools: [git]`, ["git", "curl"], "deny"],
    [`endpoint: '${API}', decision: deny, tools: [git]`, ["curl"], "the decision (a.yaml:3) is for other tools"],
  ])("%s, used by %j: %s", (entry, tools, expected) => {
    expect(word(decisions([entry]), { ...api, tools })).toBe(expected);
  });

  test("holds in that environment only, and may be decided otherwise in another", () => {
    const both = [allow(API, "environments: [staging]"), `endpoint: '${API}', decision: deny, environments: [prod]`];
    expect(word(decisions(both, { environment: "staging" }), api)).toBe("allow");
    expect(word(decisions(both, { environment: "prod" }), api)).toBe("deny");
    expect(word(decisions(both), api)).toBe("undecided");
    expect(decisions(both, { environment: "prd" }).notices()).toEqual([
      "a.yaml: no decision is for the environment prd; there are some for prod, staging",
    ]);
  });
});

describe("a folder of allowlists", () => {
  const of = (...files: ReturnType<typeof parseAllowlist>[]): Tenants => new Tenants(files, { now: NOW });
  const used = (...workloads: string[]): Observed => ({ ...api, workloads });
  const alpha = file([allow(API)], "lists/alpha.yaml");
  const beta = file([`endpoint: '${API}', decision: deny`], "lists/beta.yaml");
  const fallback = file([allow(API)], "lists/others.yaml", "default: true\n");

  test.each([
    [["alpha"], "allow"],
    [["beta"], "deny"],
    [["alpha", "beta"], "deny"],
    [["gamma"], "there is no allowlist for workload gamma"],
    [["alpha", "gamma"], "there is no allowlist for workload gamma"],
    [[], "which workload used it is not known"],
  ])("used by %j: %s", (workloads, expected) => {
    expect(word(of(alpha, beta), used(...workloads))).toBe(expected);
  });

  test("has a default only where a file says so", () => {
    expect(word(of(beta, fallback), used("gamma"))).toBe("allow");
    expect(word(of(beta, fallback), used())).toBe("allow");
    expect(word(of(beta, fallback), used("beta"))).toBe("deny");
  });

  test("with two files for one workload, or two defaults, is an error", () => {
    expect(() => of(alpha, file([], "lists/alpha.yml"))).toThrow(
      "lists/alpha.yml: lists/alpha.yaml is for alpha already",
    );
    expect(() => of(fallback, file([], "lists/z.yaml", "default: true\n"))).toThrow(
      "lists/z.yaml: lists/others.yaml is the default already",
    );
  });
});
