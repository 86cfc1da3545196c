/** Differences of two policies, against asking both of every short name there is. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fplDifferences, loadFpl } from "../../../src/dialect/fpl/index.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import type { Question } from "../../../src/model/policy.ts";
import { instant } from "../../support/build.ts";

const now = instant("2026-11-20T00:00:00Z");
const layer = (text: string) => loadFpl([{ path: "p.fpl", text }]);
const compare = (before: string, after: string) => fplDifferences(layer(before), layer(after), now);

function universe(): Question[] {
  let words = [""];
  const all: string[] = [];
  for (let length = 1; length <= 5; length++) {
    words = words.flatMap((word) => ["a", "b", "."].map((char) => word + char));
    all.push(...words);
  }
  return all.flatMap((text) => {
    const name = parseFqdn(text);
    if (name === null || text.endsWith(".")) return [];
    return [80, 443].map((port): Question => ({ transport: "tcp", name, address: null, port, access: "connect" }));
  });
}

const condition = fc.constantFrom(
  'args.host == "a.b"',
  'args.host in ["a", "b.a"]',
  'args.host startsWith "a"',
  'args.host endsWith ".b"',
  'args.host contains "ab"',
  'args.host matches "^a+[.]b*$"',
  'args.host matches "a.b|^b"',
  'not (args.host matches "a$")',
  "args.port < 100",
  "args.port in [80, 8080]",
);
const rule = fc
  .record({
    effect: fc.constantFrom("permit", "deny"),
    host: fc.constantFrom("", "a", "a.b", "B.a", "*", "*.b", "a*", "*a*b", "*.a.*"),
    port: fc.constantFrom("", "443", "1-100"),
    when: fc.option(condition, { nil: "" }),
  })
  .map(({ effect, host, port, when }) =>
    [`${effect} proxy/connect`, host && `host: ${host}`, port && `port: ${port}`, when && `when ${when}`].join(" "),
  );
const policy = fc.array(rule, { maxLength: 5 }).map((rules) => rules.join("\n"));

const httpCondition = fc.constantFrom(
  'args.method == "GET"',
  'args.method in ["PUT", "POST"]',
  'args.path == "/a"',
  'args.path startsWith "/a"',
  'args.path endsWith "b"',
  'not (args.path matches "^/b+$")',
);
const httpRule = fc
  .record({
    effect: fc.constantFrom("permit", "deny", "defer"),
    tool: fc.constantFrom("proxy/http", "proxy/*"),
    host: fc.constantFrom("", "a", "*.a"),
    method: fc.constantFrom("", "", "GET", "post", "P*"),
    path: fc.constantFrom("", "", "/", "/a", "/A", "/*", "/a/*", "/*b", "/*/b", "*"),
    when: fc.option(httpCondition, { nil: "" }),
  })
  .map(({ effect, tool, host, method, path, when }) =>
    [
      `${effect} ${tool}`,
      host && `host: ${host}`,
      method && `method: ${method}`,
      path && `path: ${path}`,
      when && `when ${when}`,
    ].join(" "),
  );
const httpPolicy = fc.array(httpRule, { maxLength: 5 }).map((rules) => rules.join("\n"));

/** Every method that a rule names, another one, and every short path. */
const REQUESTS: readonly Question[] = ["a", "b.a", "c"].flatMap((host) =>
  ["GET", "POST", "PUT", "HEAD"].flatMap((method) => {
    let paths = ["/"];
    const all = [...paths];
    for (let length = 2; length <= 4; length++) {
      paths = paths.flatMap((path) => ["a", "b", "/"].map((char) => path + char));
      all.push(...paths);
    }
    return [...all, "/A"].map((path): Question => {
      const request = { method, path };
      return { transport: "tcp", name: parseFqdn(host), address: null, port: 80, access: "http", request };
    });
  }),
);

describe("two policies", () => {
  const questions = universe();

  test("differ where they are said to, and nowhere else", () => {
    fc.assert(
      fc.property(policy, policy, (one, two) => {
        const [before, after] = [layer(one), layer(two)];
        const { differences, exact } = fplDifferences(before, after, now);
        expect(exact).toBe(true);
        for (const { witness, before: was, after: is } of differences) {
          expect([before.decide(witness, now), after.decide(witness, now)]).toEqual([was, is]);
          expect(was.verdict).not.toBe(is.verdict);
        }
        const said = new Set(
          differences.map((d) => `${d.before.verdict} ${d.before.rule} ${d.after.verdict} ${d.after.rule}`),
        );
        const untold = questions.filter((question) => {
          const [was, is] = [before.decide(question, now), after.decide(question, now)];
          return was.verdict !== is.verdict && !said.has(`${was.verdict} ${was.rule} ${is.verdict} ${is.rule}`);
        });
        expect(untold).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("of plain HTTP differ by method and path where they are said to, and nowhere else", () => {
    fc.assert(
      fc.property(httpPolicy, httpPolicy, (one, two) => {
        const [before, after] = [layer(one), layer(two)];
        const { differences, exact } = fplDifferences(before, after, now);
        expect(exact).toBe(true);
        for (const { witness, before: was, after: is } of differences) {
          expect([before.decide(witness, now), after.decide(witness, now)]).toEqual([was, is]);
        }
        const said = new Set(
          differences.map((d) => `${d.before.verdict} ${d.before.rule} ${d.after.verdict} ${d.after.rule}`),
        );
        const untold = REQUESTS.filter((question) => {
          const [was, is] = [before.decide(question, now), after.decide(question, now)];
          return was.verdict !== is.verdict && !said.has(`${was.verdict} ${was.rule} ${is.verdict} ${is.rule}`);
        });
        expect(untold).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("call a rule idle where no request gets to it, and no other", () => {
    fc.assert(
      fc.property(httpPolicy, httpPolicy, (one, two) => {
        const [before, after] = [layer(one), layer(two)];
        const idle = new Set(fplDifferences(before, after, now).idle.after.map(({ rule: { place } }) => place));
        expect(REQUESTS.filter((question) => idle.has(after.decide(question, now).rule ?? ""))).toEqual([]);
        for (const place of idle) {
          const without = two
            .split("\n")
            .filter((_, i) => `p.fpl:${i + 1}` !== place)
            .join("\n");
          const rest = layer(without);
          const changed = (question: Question): boolean =>
            rest.decide(question, now).verdict !== after.decide(question, now).verdict;
          expect(REQUESTS.filter(changed)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    [
      "shadowed",
      "permit proxy/http host: *.x.com\ndeny proxy/http host: a.x.com method: POST",
      "p.fpl:1 (permit) takes it first",
    ],
    [
      "dead-rule",
      'permit proxy/http host: a.x.com path: /v1/* when args.path == "/v2/a"',
      "no request has what it asks for",
    ],
  ])("name rules that decide nothing: %s", (kind, after, why) => {
    const { idle } = compare("", after);
    expect(idle.before).toEqual([]);
    expect(idle.after.map((each) => [each.kind, each.why])).toEqual([[kind, why]]);
  });

  test.each([
    ["another tool", "permit shell/*"],
    ["a rule whose time is over", 'permit proxy/connect host: a.com when now() < date("2026-01-01")'],
    ["a rule for what only the engine knows", "permit proxy/connect host: a.com when session.call_count < 5"],
    ["a rule for a query", "permit proxy/http host: a.com query: a=b"],
  ])("do not call idle what the proxy is not asked, or not now: %s", (_, after) => {
    expect(compare("", after).idle.after).toEqual([]);
  });

  test("name the method and path of what differs", () => {
    const found = compare(
      "permit proxy/http host: a.com port: 80 method: GET path: /v1/*",
      "permit proxy/http host: a.com port: 80 method: GET path: /v1/models\npermit proxy/http host: a.com port: 80 method: POST",
    );
    expect(found.exact).toBe(true);
    expect(found.differences.map(({ extent, before, after }) => [extent, before.verdict, after.verdict])).toEqual([
      ['a.com port 80 by plain HTTP, GET what "/v1/*" takes, such as /v1/', "permit", "deny"],
      [
        'a.com port 80 by plain HTTP, POST /v1/models, a.com port 80 by plain HTTP, POST any other path, a.com port 80 by plain HTTP, POST what "/v1/*" takes, such as /v1/',
        "deny",
        "permit",
      ],
    ]);
  });

  test.each([
    ["a new host", "", "permit proxy/connect host: api.x.com port: 443", ["api.x.com port 443"]],
    [
      "a port",
      "permit proxy/connect host: a.com port: 443",
      "permit proxy/connect host: a.com port: 443-445",
      ["a.com ports 444-445"],
    ],
    [
      "a pattern over a literal",
      "permit proxy/connect host: a.x.com",
      "permit proxy/connect host: *.x.com",
      ["what *.x.com takes, such as .x.com ports 1-65535"],
    ],
  ])("%s", (_, before, after, extents) => {
    const found = compare(before, after);
    expect(found.exact).toBe(true);
    expect(found.differences.map(({ extent }) => extent.replace(/such as \S+/, "such as .x.com"))).toEqual(extents);
  });

  test("written otherwise are equivalent", () => {
    const found = compare('allow proxy/connect host: A.com reason "x"', "permit proxy/connect host: a.com");
    expect(found).toMatchObject({ differences: [], exact: true });
  });

  test("that depend on what is not known are not compared exactly", () => {
    const found = compare("", "permit proxy/connect host: a.com when session.call_count < 5");
    expect(found.exact).toBe(false);
    expect(found.differences.map((d) => `${d.before.verdict} ${d.after.verdict}`)).toEqual(["deny unknown"]);
  });

  test("of many hosts are compared host by host", () => {
    const hosts = (count: number) =>
      Array.from({ length: count }, (_, i) => `permit proxy/connect host: h${i}.x.com port: 443`).join("\n");
    const found = compare(hosts(3000), hosts(3001));
    expect(found.differences.map(({ extent }) => extent)).toEqual(["h3000.x.com port 443"]);
    expect(found.exact).toBe(true);
  });
});

test.each([
  ["time.hour < 18", "time.hour < 19", [2]],
  ["time.weekday == 6", "time.weekday == 6", []],
  ['now() > date("2027-01-01")', 'now() > date("2027-02-01")', [2]],
  ['now() < date("2027-01-01")', 'now() < date("2027-02-01")', []],
])("what changes at other times only is said: %s, then %s", (was, is, told) => {
  const timed = (when: string): string => `permit proxy/connect host: a.b port: 443 when ${when}`;
  const { differences, exact, notes } = compare(timed(was), timed(is));
  expect(differences).toEqual([]);
  expect(notes).toHaveLength(told[0] ?? 0);
  expect(exact).toBe(told.length === 0);
});
