/** What a star takes, system by system: the same text is another set of names in each. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AWF_WILDCARDS } from "../../../src/dialect/awf/read.ts";
import { CILIUM_WILDCARDS } from "../../../src/dialect/cilium/read.ts";
import { SERVER_NAMES } from "../../../src/dialect/envoy/tests.ts";
import { compileRegex, matchesAnywhere } from "../../../src/dialect/fpl/re2/match.ts";
import { parseRegex } from "../../../src/dialect/fpl/re2/parse.ts";
import { HARDEN_RUNNER_WILDCARDS } from "../../../src/dialect/harden-runner/read.ts";
import { ISTIO_WILDCARDS } from "../../../src/dialect/istio/read.ts";
import { expressionOf, parsePattern, takes, type Wildcards } from "../../../src/dialect/lists/pattern.ts";
import { SANDBOX_RUNTIME_WILDCARDS } from "../../../src/dialect/sandbox-runtime/read.ts";
import { SQUID_WILDCARDS } from "../../../src/dialect/squid/read.ts";
import { type Fqdn, parseFqdn } from "../../../src/model/fqdn.ts";

const NAMES = ["x.com", "a.x.com", "b.a.x.com", "ax.com"] as const;
const SYSTEMS: Readonly<Record<string, Wildcards>> = {
  awf: AWF_WILDCARDS,
  cilium: CILIUM_WILDCARDS,
  envoy: SERVER_NAMES,
  "harden-runner": HARDEN_RUNNER_WILDCARDS,
  istio: ISTIO_WILDCARDS,
  "sandbox-runtime": SANDBOX_RUNTIME_WILDCARDS,
  squid: SQUID_WILDCARDS,
};

/** Which of NAMES the text takes, or `refused` where it is no host to that system. */
function taken(system: string, text: string): string {
  const reads = SYSTEMS[system];
  const pattern = reads === undefined ? null : parsePattern(text, reads);
  return pattern === null ? "refused" : NAMES.filter((name) => takes(pattern, name as Fqdn)).join(" ");
}

const rows: readonly (readonly [system: string, text: string, taken: string])[] = [
  ["awf", "x.com", "x.com a.x.com b.a.x.com"],
  ["awf", "*.x.com", "a.x.com b.a.x.com"],
  ["awf", "*x.com", "x.com a.x.com b.a.x.com ax.com"],
  ["awf", ".x.com", "refused"],
  ["awf", "*", "refused"],
  ["cilium", "x.com", "x.com"],
  ["cilium", "*.x.com", "a.x.com"],
  ["cilium", "*x.com", "x.com ax.com"],
  ["cilium", "*", "x.com a.x.com b.a.x.com ax.com"],
  ["cilium", "*.*.x.com", "b.a.x.com"],
  ["envoy", "*.x.com", "a.x.com b.a.x.com"],
  ["envoy", "*", "refused"],
  ["harden-runner", "*.x.com", "a.x.com b.a.x.com"],
  ["harden-runner", "*x.com", "refused"],
  ["istio", "*.x.com", "a.x.com b.a.x.com"],
  ["istio", "*", "refused"],
  ["sandbox-runtime", "*.x.com", "a.x.com b.a.x.com"],
  ["sandbox-runtime", "*", "refused"],
  ["squid", "x.com", "x.com"],
  ["squid", ".x.com", "x.com a.x.com b.a.x.com"],
  ["squid", "*.x.com", "refused"],
  ["squid", "X.COM", "x.com"],
  ["squid", "x..com", "refused"],
  ["squid", "x.com\u0000", "refused"],
];

describe("takes", () => {
  test.each(rows)("%s %s: %s", (system, text, names) => {
    expect(taken(system, text)).toBe(names);
  });

  const label = fc.stringMatching(/^[ab*-]{1,4}$/);
  const host = fc
    .array(fc.stringMatching(/^[ab-]{1,4}$/), { minLength: 1, maxLength: 4 })
    .map((labels) => labels.join("."));
  const text = fc
    .tuple(fc.constantFrom("", "*.", "."), fc.array(label, { minLength: 1, maxLength: 3 }))
    .map(([lead, labels]) => lead + labels.join("."));

  test("exactly what the pattern's regular expression takes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(SYSTEMS)), text, host, (system, pattern, name) => {
        const parsed = parsePattern(pattern, SYSTEMS[system] ?? SQUID_WILDCARDS);
        const fqdn = parseFqdn(name);
        if (parsed === null || fqdn === null) return;
        const program = compileRegex(parseRegex(expressionOf(parsed)));
        expect(takes(parsed, fqdn)).toBe(matchesAnywhere(program, fqdn));
      }),
      { numRuns: 3000 },
    );
  });
});
