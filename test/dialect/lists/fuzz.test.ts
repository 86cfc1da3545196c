import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparePolicies, layersOf, lintPolicy, type PrintOptions } from "../../../src/dialect/index.ts";
import { LIST_DIALECTS } from "../../../src/dialect/lists/dialects.ts";
import { loadList } from "../../../src/dialect/lists/layer.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { LIST_TARGETS, type ListTarget } from "../../../src/model/candidate.ts";
import { InputError } from "../../../src/model/error.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import type { Question } from "../../../src/model/policy.ts";
import { SAMPLES } from "./samples.ts";

const STAND: PrintOptions = { hook: "output", source: null, interface: null };
const QUESTIONS: readonly Question[] = [
  { transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 },
  { transport: "tcp", address: null, name: parseFqdn("a.x.com"), port: 443, access: "http" },
  { transport: "udp", address: parseAddress("2001:db8::1"), name: parseFqdn("y.com"), port: null },
];
const WORDS =
  "{ } [ ] ( ' \" ! , - / : | > & && * *six &six << ? % @ # ~ null true 0 -1 1e9 443 0x1bb \\ \t \r \0 é \ufeff --- ... !!set __proto__ . *. **."
    .split(" ")
    .concat("\n", "\n  ", " ", "\u2028");

/** Cut, repeated, and with words in it that mean something somewhere else. */
function mutated(sample: string): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    gone: fc.integer({ min: 0, max: 20 }),
    words: fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }),
    again: fc.boolean(),
  });
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
    edits.reduce((text, { at, gone, words, again }) => {
      const from = Math.floor(at * text.length);
      const taken = text.slice(from, from + gone);
      return `${text.slice(0, from)}${again ? taken + taken : ""}${words.join("")}${text.slice(from + gone)}`;
    }, sample),
  );
}

describe("text that somebody broke is a policy or refused, with a place", () => {
  it.each(LIST_TARGETS)("%s", (target) => {
    const { reader } = LIST_DIALECTS[target];
    const whole = loadList(reader, [{ path: "p", text: SAMPLES[target] }]);
    fc.assert(
      fc.property(mutated(SAMPLES[target]), (text) => {
        try {
          const layer = loadList(reader, [{ path: "p", text }]);
          for (const question of QUESTIONS) {
            layer.decide(question, 0);
            layer.trail(question, 0);
          }
          comparePolicies(whole, layer, 0);
          expect(layer.canonical().join("\n")).not.toMatch(/[\0\r\u2028]/);
          lintPolicy({ path: "p", text }, STAND);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).not.toMatch(/[\n\r\0]/);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const doubled = (first: string, rounds: number): string =>
  [
    `a0: &a0 ${first}`,
    ...Array.from({ length: rounds }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`),
  ].join("\n");

/** What each reader walks into, with a hole for hostile YAML. */
const YAML: readonly (readonly [ListTarget, (hole: string) => string])[] = [
  ["kubernetes", (x) => `kind: NetworkPolicy # networking.k8s.io/\nspec: {podSelector: ${x}, policyTypes: [Egress]}\n`],
  ["cilium", (x) => `kind: CiliumNetworkPolicy\nspec: {endpointSelector: ${x}, egress: [{}]}\n`],
  ["istio", (x) => `kind: Sidecar # networking.istio.io/\nspec: {workloadSelector: ${x}}\n`],
  ["envoy", (x) => `x: ${x}\ny: {name: envoy.filters.network.rbac}\n`],
  ["harden-runner", (x) => `x: ${x}\njobs:\n  - uses: step-security/harden-runner@v2\n`],
  ["sandbox-runtime", (x) => `{"network": {"allowedDomains": ["x.com"]}, "x": ${x}}`],
];

describe("YAML that would never end", () => {
  it.each(YAML)("%s refuses nesting, aliases that multiply, hold themselves, or mean nothing", (target, around) => {
    const load = (text: string) => layersOf([{ path: "p", text }], STAND).map(({ dialect }) => dialect);
    expect(load(around("[[[1]]]"))).toEqual([target]);
    for (const deep of ["[".repeat(5_000), "[".repeat(300) + "]".repeat(300), "{a: ".repeat(3_000)])
      expect(() => load(around(deep))).toThrow(/^p:\d+:\d+: .*(less nesting|end with|must be sufficiently)/);
    if (target === "sandbox-runtime") return;
    expect(() => load(`${doubled("[1, 2]", 12)}\n${around("*a12")}`)).toThrow(/aliases that stand for less/);
    expect(() => load(around("&me [*me]"))).toThrow(/does not hold itself/);
    expect(() => load(around("*nobody"))).toThrow(/expected an anchor %26nobody before it/);
    expect(load(around("&b 1").replace("&b 1", "{q: &b 1, r: *b}"))).toEqual([target]);
  });

  it("a line of a hundred thousand blanks ends too", () => {
    const blank = " ".repeat(200_000);
    for (const text of [`http_access allow all\n${blank}x #${blank}y\n`, `x.com\n#${blank}y${blank}z\n`])
      expect(layersOf([{ path: "p", text }], STAND)).toHaveLength(1);
  });
});

describe("the same policy", () => {
  const answers = (text: string): readonly string[] =>
    layersOf([{ path: "p", text }], STAND).flatMap((layer) => [layer.dialect, ...layer.canonical()]);
  it.each(LIST_TARGETS)("of %s with Windows' line ends or a byte order mark says the same", (target) => {
    const text = SAMPLES[target];
    expect(answers(text.replaceAll("\n", "\r\n"))).toEqual(answers(text));
    expect(answers(`\ufeff${text}`)).toEqual(answers(text));
  });
});
