import { describe, expect, test } from "vitest";
import { defaultFailOn, drift } from "../../src/diff/index.ts";
import type { Candidate } from "../../src/model/candidate.ts";
import type { Completeness } from "../../src/model/coverage.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Choice } from "../../src/model/strategy.ts";
import type { Layer } from "../../src/model/policy.ts";
import { candidate, instant, rule } from "../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");

/** One permit, for `old.example.com`. */
const layer: Layer = {
  dialect: "fpl",
  files: ["p.fpl"],
  defaultEffect: "deny",
  rules: [
    {
      place: "p.fpl:1",
      effect: "permit",
      text: "permit old",
      expires: null,
      reason: "because",
      opens: true,
      addresses: 1n,
    },
  ],
  notModelled: [],
  trail: () => [],
  canonical: () => [],
  decide: ({ name }) =>
    name === "old.example.com"
      ? { verdict: "permit", rule: "p.fpl:1", reason: "" }
      : { verdict: "deny", rule: null, reason: "" },
};

const complete = (more: Partial<Completeness> = {}): Completeness => ({
  runs: 20,
  endpoints: 9,
  coverage: 0.97,
  coverageInterval: [0.93, 1],
  expectedNew: 0.1,
  newProbability: 0.05,
  newInterval: [0.01, 0.2],
  seenOnce: [],
  emptyRuns: [],
  leftOut: [],
  ...more,
});

const found = (
  proposed: Candidate,
  more: { minCoverage?: number | null; earlier?: Candidate } = {},
): readonly Finding[] =>
  drift({ layers: [layer], candidate: proposed, failOn: defaultFailOn(), now: NOW, ...more }).findings;

describe("evidence is insufficient", () => {
  const said = (completeness: Completeness, minCoverage: number | null = 0.9): string[] =>
    found(candidate([], { runs: 20, completeness }), { minCoverage })
      .filter(({ kind }) => kind === "insufficient-evidence")
      .map(({ message }) => message);

  test("where the lower end of its coverage is below the gate, however good the estimate", () => {
    expect(said(complete())).toEqual([]);
    expect(said(complete(), 0.95)).toEqual([
      "the evidence: 20 runs, 9 endpoints: sample coverage 0.97 (95 % interval 0.93 to 1), and 0.95 is asked of its lower end",
    ]);
  });

  test("where it cannot be told", () => {
    const one = complete({ runs: 1, coverage: null, coverageInterval: null });
    expect(said(one)).toEqual(["the evidence: 1 run, 9 endpoints: how complete it is cannot be told"]);
  });

  test("where some runs showed nothing", () => {
    expect(said(complete({ emptyRuns: ["a", "b", "c", "d", "e", "f", "g"] }))).toEqual([
      "runs without endpoints: 7 of 20 runs showed no endpoint: a, b, c, d, e and 2 more",
    ]);
  });

  test("is asked by nobody, or of nothing: no finding", () => {
    expect(said(complete({ coverageInterval: [0.1, 1] }), null)).toEqual([]);
    expect(found(candidate([]), { minCoverage: 0.9 }).map(({ kind }) => kind)).toEqual(["stale"]);
  });

  test.each<[string, Partial<Choice>, string | null]>([
    ["where no strategy reaches the rate asked for", {}, "told by the addresses observed, .*: none reaches 95 %"],
    ["not where one does", { enough: true }, null],
    ["nor where no rate was asked for", { enough: null }, null],
    ["nor where the budget refuses, which is told as such", { kind: null }, null],
    ["nor where a resolver is told the name", { withResolver: "resolver-fed" }, null],
  ])("of one endpoint %s", (_, choice, message) => {
    const reason = "none reaches 95 %, observed comes nearest with 0 %";
    const chosen: Choice = { kind: "observed", detail: "", prefixes: [], reason, enough: false, ...choice };
    const told = found(candidate([rule("api.example", ["192.0.2.1"], { chosen })])).filter(
      ({ kind }) => kind === "insufficient-evidence",
    );
    expect(told.map((one) => one.message)).toEqual(
      message === null ? [] : [expect.stringMatching(`^api.example:443/tcp: ${message}`)],
    );
  });

  test("has one id, whatever the numbers are", () => {
    const ids = [0.5, 0.6].map((low) =>
      found(candidate([], { completeness: complete({ coverageInterval: [low, 1] }) }), { minCoverage: 0.9 }).map(
        ({ id }) => id,
      ),
    );
    expect(ids[0]).toEqual(ids[1]);
  });
});

describe("a rule that was not used", () => {
  const stale = (proposed: Candidate, earlier?: Candidate): Finding | undefined =>
    found(proposed, { ...(earlier && { earlier }) }).find(({ kind }) => kind === "stale");

  test("was missed by chance at most so often as none of the runs allows", () => {
    const { confidence, message } = stale(candidate([], { runs: 60 })) ?? {};
    expect(confidence).toEqual({ runs: 60, share: 1 - 0.05 ** (1 / 60), basis: "upper-bound", missed: 0.05 });
    expect(message).toBe(
      "permit old: not used in any of 60 runs; a rule needed in 4.9 % of runs goes unused in 60 with probability 0.05",
    );
  });

  test("was missed as often as its earlier frequency says", () => {
    const old = rule("old.example.com", ["192.0.2.9"]);
    const earlier = candidate([{ ...old, evidence: { ...old.evidence, runs: 3, of: 10 } }], { runs: 10 });
    const { confidence, message } = stale(candidate([], { runs: 12 }), earlier) ?? {};
    expect(confidence).toEqual({ runs: 12, share: 0.3, basis: "earlier", missed: 0.7 ** 12 });
    expect(message).toMatch(
      /earlier runs used it in 3 of 10, and at that rate the probability to miss it in 12 is 0\.014$/,
    );
  });

  test("in runs that could have shown it: those that showed nothing do not count", () => {
    const proposed = candidate([], { runs: 20, completeness: complete({ emptyRuns: ["a", "b"] }) });
    expect(stale(proposed)?.confidence?.runs).toBe(18);
    const silent = candidate([], { runs: 1, completeness: complete({ runs: 1, emptyRuns: ["a"] }) });
    expect(stale(silent)?.confidence).toBeUndefined();
  });

  test("and earlier evidence on something else says nothing of it", () => {
    const earlier = candidate([rule("other.example.com", ["192.0.2.9"])]);
    expect(stale(candidate([], { runs: 12 }), earlier)?.confidence?.basis).toBe("upper-bound");
  });
});
