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
  transport: fc.constantFrom("tcp" as const, "tcp" as const, "udp" as const),
  name: fc.option(fc.constantFrom("x.com", "a.x.com", "b.a.x.com", "y.com", "z.com", "net").map(parseFqdn)),
  address: fc.oneof(
    fc.constantFrom("10.1.2.3", "10.1.2.4", "10.2.0.0", "192.0.2.255", "192.0.3.0", "2001:db8::1").map(parseAddress),
    fc.nat(0xffff_ffff).map(fromV4),
  ),
  port: fc.constantFrom(1, 79, 80, 443, 444),
  access: fc.constantFrom("connect" as const, "http" as const),
});

const name = fc.constantFrom("x.com", "*.x.com", "a.x.com", "*.a.x.com", "y.com", "*.com");
const cidr = fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "192.0.2.0/24", "2001:db8::/32");
const some = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<string> =>
  fc.array(item, { maxLength: 3 }).map((items) => JSON.stringify(items));
const ports = some(
  fc.record(
    { protocol: fc.constantFrom("TCP", "UDP"), port: fc.constantFrom(80, 443), endPort: fc.constantFrom(443, 500) },
    { requiredKeys: ["protocol", "port"] },
  ),
);
const peer = fc.oneof(
  cidr.map((text) => ({ ipBlock: { cidr: text } })),
  fc.constantFrom({ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }, { podSelector: {} }),
);
const kubernetes = fc
  .array(fc.tuple(some(peer), ports), { maxLength: 3 })
  .map(
    (rules) =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {podSelector: {}, policyTypes: [Egress], egress: [${rules.map(([to, on]) => `{to: ${to}, ports: ${on}}`).join()}]}\n`,
  );
const ciliumRule = fc.tuple(
  fc.oneof(
    some(cidr).map((to) => `toCIDR: ${to}`),
    some(name.map((matchPattern) => ({ matchPattern }))).map((to) => `toFQDNs: ${to}`),
    some(fc.constantFrom("world", "cluster")).map((to) => `toEntities: ${to}`),
  ),
  fc.constantFrom("", ', toPorts: [{ports: [{port: "443", protocol: TCP}]}]', ', toPorts: [{ports: [{port: "80"}]}]'),
);
const cilium = fc
  .tuple(fc.array(ciliumRule, { maxLength: 3 }), fc.array(ciliumRule, { maxLength: 1 }))
  .map((all) => all.map((rules) => rules.map(([to, on]) => `{${to}${on}}`).join()))
  .map(
    ([permit, deny]) =>
      `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec: {endpointSelector: {}, egress: [${permit}], egressDeny: [${deny}]}\n`,
  );
const istio = fc
  .array(fc.tuple(some(name), some(cidr), fc.constantFrom("TLS", "TCP", "HTTP"), fc.constantFrom(80, 443)), {
    maxLength: 3,
  })
  .map((entries) =>
    [
      "kind: Sidecar\nspec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}",
      ...entries.map(
        ([hosts, addresses, protocol, number]) =>
          `kind: ServiceEntry\nspec: {hosts: ${hosts}, addresses: ${addresses}, ports: [{number: ${number}, protocol: ${protocol}}]}`,
      ),
    ]
      .map((object) => `apiVersion: networking.istio.io/v1\n${object}\n`)
      .join("---\n"),
  );
const chain = fc.record(
  {
    server_names: fc.array(name, { minLength: 1, maxLength: 2 }),
    destination_port: fc.constantFrom(80, 443),
    prefix_ranges: fc.constantFrom(
      [{ address_prefix: "10.0.0.0", prefix_len: 8 }],
      [{ address_prefix: "10.1.0.0", prefix_len: 16 }],
    ),
  },
  { requiredKeys: [] },
);
const envoy = fc
  .array(chain, { minLength: 1, maxLength: 3 })
  .map((chains) => `filter_chains: ${JSON.stringify(chains.map((match) => ({ filter_chain_match: match })))}\n`);
const awf = fc
  .array(fc.tuple(fc.constantFrom("", "http://", "https://"), fc.oneof(name, fc.constantFrom("a*.com"))), {
    minLength: 1,
    maxLength: 3,
  })
  .map((lines) => lines.map((line) => `${line.join("")}\n`).join(""));
const runner = fc
  .array(fc.tuple(name, fc.constantFrom(":443", ":80", "")), { maxLength: 3 })
  .map(
    (list) =>
      `jobs:\n  - uses: step-security/harden-runner@v2\n    with: {egress-policy: block, allowed-endpoints: "${list.map((each) => each.join("")).join(" ")}"}\n`,
  );
const sandbox = fc
  .tuple(some(name), some(name))
  .map(([yes, not]) => `{"network": {"allowedDomains": ${yes}, "deniedDomains": ${not}}}`);

describe.each([
  ["squid", squid],
  ["kubernetes", kubernetes],
  ["cilium", cilium],
  ["istio", istio],
  ["envoy", envoy],
  ["awf", awf],
  ["harden-runner", runner],
  ["sandbox-runtime", sandbox],
])("%s", (_, policy) => {
  test("agrees with the two policies, question by question", () => {
    fc.assert(
      fc.property(policy, policy, fc.array(question, { minLength: 20, maxLength: 20 }), (before, after, questions) => {
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
      { numRuns: 100 },
    );
  });
});
