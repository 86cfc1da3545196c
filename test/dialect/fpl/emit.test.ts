/** Candidates as FPL: readable, loadable, and meaning exactly the endpoints they name until each expires. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadFpl, parseFpl, printDocument, printFpl } from "../../../src/dialect/fpl/index.ts";
import type { Candidate, CandidateRule } from "../../../src/model/candidate.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { type Instant, SECOND } from "../../../src/model/instant.ts";
import type { Question } from "../../../src/model/policy.ts";
import { address, candidate, fqdn, instant, rule } from "../../support/build.ts";

const now = instant("2026-11-21T00:00:00Z");
const options = { hook: "output", source: null, interface: null } as const;
const print = (of: Candidate) => printFpl(of, now, options);

const endpoint = (name: string | null, port: number | null, more: Partial<CandidateRule["endpoint"]> = {}) => ({
  name: name === null ? null : fqdn(name),
  address: null,
  transport: "tcp" as const,
  port,
  ...more,
});

const evidence = rule("a.b", []).evidence;

const everything = candidate([
  rule("api.openai.com", ["162.159.140.245"], {
    id: "1a2b3c4d5e6f",
    review: "approved",
    owner: "ml-platform",
    reason: "the agent's model endpoint",
  }),
  rule("metrics.internal", ["10.0.0.9"], { access: ["http"], endpoint: endpoint("metrics.internal", 80) }),
  rule("1password.com", ["192.0.2.1"], { access: ["connect", "http"], reason: 'quotes " and \\ and\nlines' }),
  rule("agent", ["10.0.0.3"], { id: "keyword00000", endpoint: endpoint("agent", 8443) }),
  rule(null, ["192.0.2.44"], { endpoint: endpoint(null, 9000, { address: address("192.0.2.44") }) }),
  rule(null, ["2001:db8::1"], { endpoint: endpoint(null, 443, { address: address("2001:db8::1") }) }),
  rule("old.example.com", ["192.0.2.2"], { id: "expired00000", expires: "2026-11-21T00:00:00Z" }),
  rule("blocked.example.com", ["192.0.2.3"], { evidence: { ...evidence, deniedOnly: true } }),
  rule("shared.example.com", ["192.0.2.4"], { evidence: { ...evidence, nameSource: "dns", ambiguous: true } }),
  rule(null, ["10.0.0.1"], {
    review: "infrastructure",
    endpoint: endpoint(null, 53, { address: address("10.0.0.1"), transport: "udp" }),
  }),
  rule(null, ["10.0.0.1"], {
    review: "infrastructure",
    endpoint: endpoint(null, 53, { address: address("10.0.0.1") }),
  }),
  rule(null, ["192.0.2.5"], { endpoint: endpoint(null, null, { address: address("192.0.2.5") }) }),
]);

test("a candidate with everything reads like this", async () => {
  await expect(print(everything).text).toMatchFileSnapshot("../../golden/fpl/everything.fpl");
});

test("a candidate with nothing reads like this", async () => {
  await expect(print(candidate([])).text).toMatchFileSnapshot("../../golden/fpl/nothing.fpl");
});

test("what FPL cannot say is listed with why, and said in a comment", () => {
  const { text, notExpressed } = print(everything);
  expect(notExpressed.map(({ target, reason }) => `${target}: ${reason}`)).toEqual([
    "fpl: its name is ambiguous, and FPL would be told the name",
    "fpl: FPL has no udp: it governs tunnels and HTTP requests over TCP",
    "fpl: a resolver is not reached through the proxy that FPL governs",
    "fpl: its port is not known",
  ]);
  expect(text.match(/^# not expressed: /gm)).toHaveLength(4);
});

test("what has expired is left out, and said", () => {
  const { text } = print(everything);
  expect(text).not.toMatch(/host: old/);
  expect(text).toMatch(/^# left out: expired00000 {2}old\.example\.com:443\/tcp: expired 2026-11-21T00:00:00Z$/m);
});

test("the printed text is what printing its tree gives", () => {
  const { text } = print(everything);
  expect(printDocument(parseFpl({ path: "c.fpl", text }))).toBe(text);
});

describe("a rule printed from hostile text stays one rule:", () => {
  test.each([
    ["a quote", 'x" host: evil.com reason: "y'],
    ["a backslash at the end", "x\\"],
    ["a new line with a rule", "x\npermit * "],
    ["a carriage return", "x\r\npermit *"],
    ["a line separator", "x\u2028permit *"],
    ["a closing brace", "x } } permit *"],
    ["an escape sequence", "\u001b[2Jx"],
    ["a direction override", "\u202ex"],
    ["a hundred thousand characters", "x".repeat(100_000)],
    ["nothing", ""],
  ])("%s", (_, hostile) => {
    const { text } = print(candidate([rule("a.example.com", ["192.0.2.1"], { reason: hostile, owner: hostile })]));
    const layer = loadFpl([{ path: "c.fpl", text }]);
    expect(layer.rules).toHaveLength(1);
    expect(layer.rules[0]?.text).toMatch(/^permit proxy\/connect host: a\.example\.com port: 443 when /);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(500);
  });
});

test("a name or expiry that is none is not printed", () => {
  const bad = rule("a.b", ["192.0.2.1"]);
  const { notExpressed } = print(
    candidate([
      { ...bad, endpoint: { ...bad.endpoint, name: 'x" or true or "' as typeof bad.endpoint.name } },
      { ...bad, expires: 'soon") or true' },
      { ...bad, endpoint: { ...bad.endpoint, port: 70_000 } },
      { ...bad, access: [] },
    ]),
  );
  expect(notExpressed.map(({ reason }) => reason)).toEqual([
    "it has neither a valid name nor a valid address",
    "its expiry is not a time",
    "its port is not known",
    "it is a proxy, and FPL governs what a proxy is asked for",
  ]);
});

describe("whatever the candidate,", () => {
  const keywords = [
    "path",
    "host",
    "port",
    "deny",
    "agent",
    "manifest",
    "when",
    "reason",
    "permit",
    "import",
    "or",
    "not",
  ];
  const label = fc.oneof(
    fc.string({ unit: fc.constantFrom("a", "b", "z", "0", "1", "9", "-", "_"), minLength: 1, maxLength: 6 }),
    fc.constantFrom(...keywords),
  );
  const name = fc
    .array(label, { minLength: 1, maxLength: 4 })
    .map((labels) => parseFqdn(labels.join(".")))
    .filter((parsed) => parsed !== null);
  const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6()).map(address);
  const target = fc.oneof(
    name.map((n) => ({ name: n, address: null })),
    anyAddress.map((a) => ({ name: null, address: a })),
  );
  const text = fc.string({ unit: "binary", maxLength: 60 });
  const rules = fc.array(
    fc.record({
      target,
      port: fc.integer({ min: 1, max: 65_535 }),
      access: fc.subarray(["connect", "http"] as const, { minLength: 1 }),
      expires: fc.integer({ min: -5, max: 5 }),
      reason: text,
      owner: fc.option(text),
    }),
    { maxLength: 6 },
  );

  const DAY_SECONDS = 86_400;
  const expiry = (days: number): string =>
    `${new Date((now / SECOND + days * DAY_SECONDS) * 1000).toISOString().slice(0, 19)}Z`;

  const ask = (of: CandidateRule["endpoint"], access: "connect" | "http"): Question => ({ ...of, access });

  test("each printed endpoint is permitted until its expiry, denied after it, and nothing else is", () => {
    fc.assert(
      fc.property(rules, name, (given, other) => {
        const of = candidate(
          given.map((g, i) =>
            rule("a.b", [], {
              id: `rule${i}`,
              endpoint: { ...g.target, transport: "tcp", port: g.port },
              access: g.access,
              expires: expiry(g.expires),
              reason: g.reason,
              owner: g.owner,
            }),
          ),
        );
        const { text: printed, notExpressed } = print(of);
        const layer = loadFpl([{ path: "c.fpl", text: printed }]);
        expect(notExpressed).toEqual([]);
        const verdict = (question: Question, at: Instant): string => layer.decide(question, at).verdict;
        const lastsBeyond = (question: Question, at: Instant): boolean =>
          of.rules.some(
            ({ endpoint: e, access, expires }) =>
              e.name === question.name &&
              e.address === question.address &&
              e.port === question.port &&
              access.includes(question.access ?? "connect") &&
              instant(expires) > at,
          );
        for (const { endpoint: e, expires } of of.rules) {
          for (const access of ["connect", "http"] as const) {
            for (const at of [now, instant(expires) - 1, instant(expires)].filter((time) => time >= now)) {
              const question = ask(e, access);
              expect(verdict(question, at)).toBe(lastsBeyond(question, at) ? "permit" : "deny");
              const beside = ask({ ...e, port: (e.port ?? 0) === 65_535 ? 1 : (e.port ?? 0) + 1 }, access);
              expect(verdict(beside, at)).toBe(lastsBeyond(beside, at) ? "permit" : "deny");
            }
          }
        }
        const elsewhere = ask({ name: other, address: null, transport: "tcp", port: 443 }, "connect");
        expect(verdict(elsewhere, now)).toBe(lastsBeyond(elsewhere, now) ? "permit" : "deny");
        expect(printDocument(parseFpl({ path: "c.fpl", text: printed }))).toBe(printed);
      }),
      { numRuns: 300 },
    );
  });
});
