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
        for (const question of questions) {
          const [was, is] = [before.decide(question, now), after.decide(question, now)];
          if (was.verdict !== is.verdict) expect(said).toContain(`${was.verdict} ${was.rule} ${is.verdict} ${is.rule}`);
        }
      }),
      { numRuns: 200 },
    );
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
