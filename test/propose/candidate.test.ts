import { describe, expect, test } from "vitest";
import { Merger } from "../../src/merge/index.ts";
import type { Annotated } from "../../src/model/annotation.ts";
import type { Candidate } from "../../src/model/candidate.ts";
import { DAY } from "../../src/model/instant.ts";
import type { Observation } from "../../src/model/observation.ts";
import { Decisions, parseAllowlist, parseCandidate, propose } from "../../src/propose/index.ts";
import { instant, observation, runRecord } from "../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");

function annotated(observations: readonly Observation[]): Annotated {
  const merger = new Merger();
  merger.addRun({ run: runRecord("r1"), observations });
  const { runs, endpoints } = merger.evidence();
  const bare = { tags: [], registrableDomain: null, tenancy: "unknown", signals: [] } as const;
  return { runs, endpoints: endpoints.map((e) => ({ ...e, ...bare })), patterns: [] };
}

function proposed(observations: readonly Observation[], allowlist: string | null = null): Candidate {
  const decided = parseAllowlist(allowlist ?? "version: 1\ndecisions: []", "a.yaml");
  return propose(annotated(observations), new Decisions(decided, { now: NOW }), {
    now: NOW,
    lifetime: 90 * DAY,
    reviewed: allowlist !== null,
  });
}

const decision = (text: string): string => `version: 1\ndecisions:\n  - ${text}\n`;
const api = observation("r1", "api.example.com", "192.0.2.1");

describe("every proposed rule has an expiry, a reason and its evidence", () => {
  test("an endpoint nobody decided is a question: it lives 90 days and says that nobody said why", () => {
    expect(proposed([api]).rules).toMatchObject([
      {
        endpoint: { name: "api.example.com", address: null, transport: "tcp", port: 443 },
        expires: "2027-02-19T00:00:00Z",
        review: "unreviewed",
        reason: "seen in 1 of 1 runs, last on 2026-11-01, and nobody has said why",
        evidence: { runs: 1, of: 1, nameSource: "tls-sni" },
        addresses: ["192.0.2.1"],
      },
    ]);
  });

  test("an allowed one has the reviewers' reason, owner and date", () => {
    const allow = decision(
      "{endpoint: 'api.example.com:443/tcp', decision: allow, why: the model, owner: agents, ticket: SEC-1, expires: 2027-01-31}",
    );
    expect(proposed([api], allow).rules).toMatchObject([
      { review: "approved", reason: "the model (SEC-1)", owner: "agents", expires: "2027-01-31T00:00:00Z" },
    ]);
  });

  test("its id depends on the endpoint alone", () => {
    const [first] = proposed([api]).rules;
    const [again] = proposed([{ ...api, connections: 9, address: null }]).rules;
    expect(first?.id).toMatch(/^[0-9a-f]{12}$/);
    expect(again?.id).toBe(first?.id);
    expect(proposed([{ ...api, port: 8443 }]).rules[0]?.id).not.toBe(first?.id);
  });
});

describe("what gets no rule, and why", () => {
  test.each([
    [
      "denied by the reviewers",
      api,
      decision("{endpoint: 'api.example.com:443/tcp', decision: deny}"),
      "denied by the reviewers (a.yaml:3)",
    ],
    [
      "being watched",
      api,
      decision("{endpoint: 'api.example.com:443/tcp', decision: watch}"),
      "being watched by the reviewers (a.yaml:3)",
    ],
    ["NTP", { ...api, flags: ["infrastructure", "ntp"] }, null, "infrastructure is proposed only by decision"],
    [
      "the metadata service",
      { ...api, flags: ["metadata"] },
      null,
      "an instance metadata service is proposed only by decision",
    ],
    [
      "a name by mDNS alone",
      { ...api, nameSource: "mdns" as const },
      null,
      "its name was said by a host of the link alone, where any host can say any",
    ],
    [
      "denied at every attempt",
      { ...api, outcome: "denied" as const },
      null,
      "every attempt was denied, and the runs went on without it",
    ],
  ])("%s", (_, seen, allowlist, reason) => {
    const { rules, notProposed } = proposed([seen], allowlist);
    expect(rules).toEqual([]);
    expect(notProposed.map((n) => n.reason)).toEqual([reason]);
  });

  test("the runs' own resolver is proposed, as infrastructure", () => {
    expect(proposed([{ ...api, flags: ["infrastructure", "resolver"] }]).rules).toMatchObject([
      { review: "infrastructure" },
    ]);
  });

  test("infrastructure that the reviewers allowed is proposed", () => {
    const allow = decision("{endpoint: 'api.example.com:443/tcp', decision: allow, why: time, owner: ops}");
    expect(proposed([{ ...api, flags: ["infrastructure", "ntp"] }], allow).rules).toHaveLength(1);
  });
});

describe("how a request proxy would be asked", () => {
  test.each([
    ["TLS is a tunnel", { nameSource: "tls-sni" }, ["connect"]],
    ["a Host header is a request", { nameSource: "http-host" }, ["http"]],
    ["a name from DNS alone is a tunnel", { nameSource: "dns" }, ["connect"]],
    ["a log tells nothing, so a tunnel", { nameSource: "log" }, ["connect"]],
    ["the proxy itself is not asked for", { nameSource: "dns", flags: ["proxy"] }, []],
  ] as const)("%s", (_, more, access) => {
    expect(proposed([{ ...api, ...more }]).rules[0]?.access).toEqual(access);
  });
});

test("a name that a log and a Host header know is asked for as a request", () => {
  const both = [
    { ...api, nameSource: "log" as const },
    { ...api, nameSource: "http-host" as const, tool: "other" },
  ];
  expect(proposed(both).rules[0]?.access).toEqual(["http"]);
});

test("a decision that is over is said where the rule is a question again", () => {
  const over = decision(
    "{endpoint: 'api.example.com:443/tcp', decision: allow, why: w, owner: o, expires: 2026-11-20}",
  );
  const { rules, lapsed } = proposed([api], over);
  expect(rules).toMatchObject([
    { review: "unreviewed", reason: "seen in 1 of 1 runs, last on 2026-11-01, and the decision on it is over" },
  ]);
  expect(lapsed).toEqual([{ place: "a.yaml:3", endpoint: "api.example.com:443/tcp", expired: "2026-11-20T00:00:00Z" }]);
});

test("a candidate reads back as it was, and an edited one is refused with its path", () => {
  const candidate = proposed([api, observation("r1", null, "2001:db8::7")]);
  expect(parseCandidate(JSON.parse(JSON.stringify(candidate)), "c.json")).toEqual(candidate);
  const edited = { ...candidate, rules: [{ ...candidate.rules[0], effect: "deny" }] };
  expect(() => parseCandidate(edited, "c.json")).toThrow(/^c\.json: rules\.0\.effect: /);
});

describe("what the reviewers agreed on beforehand", () => {
  const file = (entries: string, head = ""): string =>
    `version: 1\n${head}decisions:\n${entries === "" ? "  []\n" : entries}`;
  const INTENT = file(
    "  - {endpoint: 'later.example.com:443/tcp', decision: allow, intent: true, addresses: [192.0.2.9], why: month-end, owner: finance, expires: 2027-01-31}\n",
  );

  test("declared intent is kept in the candidate though no run used it, and says so", () => {
    const { rules } = proposed([api], INTENT);
    expect(rules.map(({ endpoint, review, evidence }) => [endpoint.name, review, evidence.runs])).toEqual([
      ["api.example.com", "unreviewed", 1],
      ["later.example.com", "intended", 0],
    ]);
    expect(rules[1]).toMatchObject({ addresses: ["192.0.2.9"], expires: "2027-01-31T00:00:00Z", reason: "month-end" });
    expect(parseCandidate(JSON.parse(JSON.stringify(proposed([api], INTENT))), "c.json").rules).toEqual(rules);
  });

  test("once it is observed, it is an allow like any other", () => {
    const later = observation("r1", "later.example.com", "192.0.2.9");
    expect(proposed([later], INTENT).rules.map(({ review }) => review)).toEqual(["approved"]);
  });

  const ENVELOPE = `envelope:
  - {id: own, why: our hosts, owner: platform, names: ['*.example.com'], addresses: [192.0.2.0/24], transports: [tcp], ports: [443, 8000-8099], maxNew: 2, maxLifetime: 7d, unless: [ech]}
`;
  const inside = (observations: readonly Observation[], entries = ""): (string | undefined)[] =>
    proposed(observations, file(entries, ENVELOPE)).rules.map(({ review }) => review);

  test("what stays inside passes, for as long as was agreed", () => {
    expect(proposed([api], file("", ENVELOPE)).rules).toMatchObject([
      {
        review: "within-envelope",
        owner: "platform",
        expires: "2026-11-28T00:00:00Z",
        reason: "seen in 1 of 1 runs, last on 2026-11-01, within the envelope own: our hosts",
      },
    ]);
  });

  test.each<[string, Partial<Observation>, string]>([
    ["a port of a range", { port: 8042 }, "within-envelope"],
    ["another port", { port: 22 }, "unreviewed"],
    ["another transport", { transport: "udp" }, "unreviewed"],
    ["an address outside", { address: "198.51.100.1" as never }, "unreviewed"],
    ["a flag that was excluded", { flags: ["ech"] }, "unreviewed"],
    ["an ambiguous name", { flags: ["ambiguous"] }, "unreviewed"],
  ])("%s: %s", (_, more, review) => {
    expect(inside([{ ...api, ...more }])).toEqual([review]);
  });

  test.each([
    ["unusual-port", "unreviewed"],
    ["plain-text", "within-envelope"],
  ])("a signal is excluded like a flag: unless names %s", (kind, review) => {
    const allowlist = parseAllowlist(file("", ENVELOPE.replace("[ech]", `[ech, ${kind}]`)), "a.yaml");
    const bare = annotated([api]);
    const signal = { kind: "unusual-port", reason: "r", evidence: "e", source: null } as const;
    const signalled = { ...bare, endpoints: bare.endpoints.map((each) => ({ ...each, signals: [signal] })) };
    const options = { now: NOW, lifetime: 90 * DAY, reviewed: true };
    const { rules } = propose(signalled, new Decisions(allowlist, { now: NOW }), options);
    expect(rules.map((rule) => rule.review)).toEqual([review]);
  });

  test("with more than was agreed none passes, and what is decided does not count", () => {
    const three = ["a", "b", "c"].map((host) => observation("r1", `${host}.example.com`, "192.0.2.1"));
    expect(inside(three)).toEqual(["unreviewed", "unreviewed", "unreviewed"]);
    const one = "  - {endpoint: 'a.example.com:443/tcp', decision: allow, why: w, owner: o}\n";
    expect(inside(three, one)).toEqual(["approved", "within-envelope", "within-envelope"]);
  });

  test.each([
    ["what was denied for a time", "decision: deny, expires: 2026-11-20"],
    ["what was allowed for other tools", "decision: allow, why: w, owner: o, tools: [git]"],
  ])("%s is not new", (_, was) => {
    expect(inside([api], `  - {endpoint: 'api.example.com:443/tcp', ${was}}\n`)).toEqual(["unreviewed"]);
  });

  test("a metadata service is inside nothing", () => {
    expect(inside([{ ...api, flags: ["metadata"] }])).toEqual([]);
  });
});

test("only what is reviewed is asked for, and the rest is listed", () => {
  const decided = parseAllowlist(
    decision("{endpoint: 'api.example.com:443/tcp', decision: allow, why: w, owner: o}"),
    "a.yaml",
  );
  const seen = annotated([api, observation("r1", "new.example.com", "192.0.2.2")]);
  const options = { now: NOW, lifetime: 90 * DAY, reviewed: true, onlyReviewed: true };
  const { rules, notProposed } = propose(seen, new Decisions(decided, { now: NOW }), options);
  expect(rules.map(({ endpoint }) => endpoint.name)).toEqual(["api.example.com"]);
  expect(notProposed.map(({ reason }) => reason)).toEqual([
    "only what is reviewed is asked for: seen in 1 of 1 runs, last on 2026-11-01, and nobody has said why",
  ]);
});

test("no rule lives for longer than --max-ttl, dated or not", () => {
  const dated = parseAllowlist(
    decision("{endpoint: 'api.example.com:443/tcp', decision: allow, why: w, owner: o, expires: 2030-01-01}"),
    "a.yaml",
  );
  const seen = annotated([api, observation("r1", "new.example.com", "192.0.2.2")]);
  const options = { now: NOW, lifetime: 90 * DAY, maxTtl: 30 * DAY, reviewed: true };
  const { rules } = propose(seen, new Decisions(dated, options), options);
  expect(rules.map(({ expires }) => expires)).toEqual(["2026-12-21T00:00:00Z", "2026-12-21T00:00:00Z"]);
});

test("an approval of another rule is void, told once, and the endpoint is a question again", () => {
  const approved = `approved: {candidate: 'sha256:${"0".repeat(64)}', at: 2026-11-01, by: jo}`;
  const allow = decision(`{endpoint: 'api.example.com:443/tcp', decision: allow, why: w, owner: o, ${approved}}`);
  const proxied = { ...api, via: { kind: "http-connect" as const, address: null, port: 3128 } };
  const { rules, voided } = proposed([api, proxied], allow);
  expect(rules.map(({ review, reason }) => [review, reason])).toEqual(
    Array.from({ length: 2 }, () => [
      "unreviewed",
      "seen in 1 of 1 runs, last on 2026-11-01, and the approval was of another rule (a.yaml:3)",
    ]),
  );
  expect(voided).toMatchObject([
    { place: "a.yaml:3", endpoint: "api.example.com:443/tcp", now: "asked as connect, at public addresses" },
  ]);
});
