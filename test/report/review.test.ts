import { describe, expect, test } from "vitest";
import { annotate } from "../../src/annotate/index.ts";
import { Merger } from "../../src/merge/index.ts";
import type { PrefixTag } from "../../src/model/annotation.ts";
import type { Candidate } from "../../src/model/candidate.ts";
import { DAY } from "../../src/model/instant.ts";
import type { Prefix } from "../../src/model/prefix.ts";
import { Decisions, type Limits, openQuestions, propose } from "../../src/propose/index.ts";
import { reviewJson, reviewList, reviewScreen } from "../../src/report/index.ts";
import { address, instant, observation, runRecord } from "../support/build.ts";

const NOW = instant("2026-11-21T00:00:00Z");
const NOBODY = new Decisions({ file: "a.yaml", decisions: [], envelope: [], isDefault: false }, { now: NOW });
const TAG: PrefixTag = {
  provider: "aws",
  service: "S3",
  region: "eu",
  prefix: "198.51.100.0/24" as Prefix,
  version: "1",
};
const CLOUD = { lookup: (at: string): PrefixTag[] => (at.startsWith("198.51.100.") ? [TAG] : []) };

/** A file host whose address is another one in every run. */
function proposed(limits: Limits): Candidate {
  const merger = new Merger();
  for (const i of [1, 2, 3, 4]) {
    const at = `2026-11-0${i}T00:00:00.000000Z`;
    const seen = observation(`r${i}`, "transfer.sh", `198.51.100.${i}`, { firstSeen: at, lastSeen: at });
    merger.addRun({ run: runRecord(`r${i}`, { firstSeen: at, lastSeen: at }), observations: [seen] });
  }
  return propose(annotate(merger.evidence(), CLOUD), NOBODY, { now: NOW, lifetime: DAY, reviewed: false, limits });
}

function screenOf(candidate: Candidate): string {
  const [question] = openQuestions(candidate, NOBODY);
  if (question === undefined) throw new Error("nothing is asked");
  return reviewScreen({ question, rules: [], number: 1, of: 1, candidate, was: null });
}

const UNBOUND: Limits = { minHitRate: null, maxExposure: null };

describe("the screen of one endpoint tells", () => {
  const screen = screenOf(proposed({ minHitRate: 0.95, maxExposure: null }));

  test.each([
    ["what each way to say it opens, and how often that was enough", "observed: 4 opened (aws S3 eu"],
    ["that observed addresses were never enough", "hit rate 0% over 4 runs"],
    [
      "whose the published prefix is",
      "published: 256 opened (aws S3 eu; shared; anybody can rent there), hit rate 100%",
    ],
    ["what an exact name would be", "price      exact-name: names (transfer.sh"],
    ["what packet filters get, and why", "packet filters are told widened /28: the smallest that reaches 95 %: 100 %"],
    ["each signal with its reason and what says so", "look at    paste-site: "],
    ["how complete the evidence is", "complete   sample coverage"],
  ])("%s", (_, text) => expect(screen).toContain(text));

  test("that a budget refuses, in the place of what packet filters get", () => {
    expect(screenOf(proposed({ minHitRate: 0.95, maxExposure: 2n }))).toContain(
      "packet filters are told nothing: widened /28 would open 16, and --max-exposure is 2",
    );
  });
});

test("the list names the signals, and how complete the evidence is", () => {
  const candidate = proposed(UNBOUND);
  const [first, one, complete] = reviewList(openQuestions(candidate, NOBODY), candidate).split("\n");
  expect(first).toBe("1 endpoint to be decided:");
  expect(one).toMatch(/^ {2}transfer\.sh:443\/tcp: undecided: .*; look at: paste-site/);
  expect(complete).toMatch(/^sample coverage /);
});

test("the list tells every way that an answer decides", () => {
  const merger = new Merger();
  const via = { kind: "http-connect", address: address("10.0.0.9"), port: 3128 } as const;
  merger.addRun({ run: runRecord("r1"), observations: [observation("r1", "a.example", "203.0.113.1")] });
  for (const run of ["r2", "r3"]) {
    merger.addRun({ run: runRecord(run), observations: [observation(run, "a.example", "10.0.0.9", { via })] });
  }
  const options = { now: NOW, lifetime: DAY, reviewed: false, limits: UNBOUND };
  const candidate = propose(annotate(merger.evidence(), CLOUD), NOBODY, options);
  const [, ...lines] = reviewList(openQuestions(candidate, NOBODY), candidate).split("\n");
  expect(lines.filter((line) => line.startsWith("  a.example"))).toEqual([
    expect.stringMatching(/: undecided: seen in 1 of 3 runs.*; through http-connect 10\.0\.0\.9 in 2 of 3 runs/),
  ]);
});

test("JSON has the prices, the choice and the signals of each, and the completeness once", () => {
  const candidate = proposed(UNBOUND);
  const said = JSON.parse(reviewJson(openQuestions(candidate, NOBODY), candidate)) as object;
  expect(said).toMatchObject({
    completeness: { runs: 4 },
    questions: [{ seen: [{ strategies: candidate.rules[0]?.strategies, chosen: { kind: "observed" } }] }],
  });
});

test("what an approval is of does not depend on the price", () => {
  const digests = [UNBOUND, { minHitRate: 0.95, maxExposure: 2n }].map(
    (limits) => openQuestions(proposed(limits), NOBODY)[0]?.digest,
  );
  expect(digests[0]).toBe(digests[1]);
});
