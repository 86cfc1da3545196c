/** Where two list policies differ: every difference told, and every one told is real. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparePolicies, layersOf, type PrintOptions } from "../../../src/dialect/index.ts";
import { fromV4, parseAddress } from "../../../src/model/address.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import type { Layer, Question } from "../../../src/model/policy.ts";

const STAND: PrintOptions = { hook: "output", source: null, interface: null };

function load(text: string): Layer {
  const [layer] = layersOf([{ path: "p", text }], STAND);
  if (layer === undefined) throw new Error("no layer");
  return layer;
}

const compare = (before: string, after: string) => comparePolicies(load(before), load(after), 0);

describe("tells", () => {
  test("nothing where the same is said in another way", () => {
    const a = "acl h dstdomain -n .x.com\nacl w port 443\nhttp_access allow h w\nhttp_access deny all\n";
    const b =
      "acl w port 443\nacl h dstdomain -n x.com .x.com a.x.com\nhttp_access deny !w\nhttp_access allow h\nhttp_access deny all\n";
    expect(compare(a, b)).toMatchObject({ differences: [], exact: true, notes: [] });
  });

  test("what a pattern opens, with a name that shows it", () => {
    const [only, ...more] = compare("x.com\n", "x.com\n*.y.com\n").differences;
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      before: { verdict: "deny" },
      after: { verdict: "permit", rule: "p:2" },
      witness: { transport: "tcp", name: "a.y.com", port: 80 },
    });
    expect(only?.extent).toContain("anything below y.com");
  });

  test("how many addresses a block opens", () => {
    const policy = (cidr: string): string =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: ${cidr}}}]}]}\n`;
    const differences = compare(policy("192.0.2.0/25"), policy("192.0.2.0/24")).differences;
    expect(differences.map(({ extent, addresses }) => [extent, addresses])).toEqual([
      ["192.0.2.128/25 tcp any port", 128n],
      ["192.0.2.128/25 udp any port", 128n],
      ["192.0.2.128/25 sctp any port", 128n],
    ]);
  });
});

const domain = fc.constantFrom("x.com", ".x.com", "a.x.com", ".a.x.com", "y.com", ".com");
const block = fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "192.0.2.0/24");
const acl = fc.oneof(
  domain.map((text) => `dstdomain -n ${text}`),
  block.map((text) => `dst ${text}`),
  fc.constantFrom("port 443", "port 80-443", "method CONNECT"),
);
const squid = fc
  .array(
    fc.tuple(fc.constantFrom("allow", "deny"), fc.array(fc.tuple(fc.boolean(), acl), { minLength: 1, maxLength: 3 })),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((lines) =>
    lines
      .flatMap(([effect, terms], i) => [
        ...terms.map(([, term], j) => `acl a${i}_${j} ${term}`),
        `http_access ${effect} ${terms.map(([not], j) => `${not ? "!" : ""}a${i}_${j}`).join(" ")}`,
      ])
      .join("\n"),
  );

const question: fc.Arbitrary<Question> = fc.record({
  transport: fc.constant("tcp" as const),
  name: fc.option(fc.constantFrom("x.com", "a.x.com", "b.a.x.com", "y.com", "z.com", "net").map(parseFqdn)),
  address: fc.oneof(
    fc.constantFrom("10.1.2.3", "10.1.2.4", "10.2.0.0", "192.0.2.255", "192.0.3.0", "2001:db8::1").map(parseAddress),
    fc.nat(0xffff_ffff).map(fromV4),
  ),
  port: fc.constantFrom(1, 79, 80, 443, 444),
  access: fc.constantFrom("connect" as const, "http" as const),
});

test("agrees with the two policies, question by question", () => {
  fc.assert(
    fc.property(squid, squid, fc.array(question, { minLength: 20, maxLength: 20 }), (before, after, questions) => {
      const [a, b] = [load(before), load(after)];
      const { differences, exact } = comparePolicies(a, b, 0);
      for (const { witness, before: was, after: is } of differences) {
        expect(a.decide(witness, 0)).toEqual(was);
        expect(b.decide(witness, 0)).toEqual(is);
      }
      for (const each of questions) {
        const [was, is] = [a.decide(each, 0), b.decide(each, 0)];
        if (was.verdict === is.verdict) continue;
        const told = differences.some((d) => d.before.rule === was.rule && d.after.rule === is.rule);
        expect(told || !exact).toBe(true);
        if (was.verdict !== "unknown" && is.verdict !== "unknown") expect(told).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
