import { expect, test } from "vitest";
import { annotate } from "../../../src/annotate/index.ts";
import { Merger } from "../../../src/merge/index.ts";
import type { Observation } from "../../../src/model/observation.ts";
import { fqdn, observation, runRecord } from "../../support/build.ts";

const NOWHERE = { lookup: () => [] };

/** What says that there is fronting, where each of these was seen in a run of its own. */
function evidenceOf(...runs: readonly Partial<Observation>[]): string | undefined {
  const merger = new Merger();
  runs.forEach((more, i) => {
    const run = `r${i}`;
    merger.addRun({ run: runRecord(run), observations: [observation(run, "front.example", "203.0.113.9", more)] });
  });
  const [endpoint] = annotate(merger.evidence(), NOWHERE, []).endpoints;
  return endpoint?.signals.find(({ kind }) => kind === "domain-fronting")?.evidence;
}

const UNLIKE_DNS = "the name it said is none that it had looked up for this address";
const named = (...labels: readonly string[]): Pick<Observation, "otherNames"> => ({
  otherNames: labels.map((label) => fqdn(`${label}.example`)),
});

test("fronting is told with the other names, and where", () => {
  const evidence = evidenceOf({ flags: ["dns-mismatch"], ...named("inbox") });
  expect(evidence).toBe(`${UNLIKE_DNS}: also named inbox.example, in r0`);
});

test("fronting is told without names where no other was seen", () => {
  expect(evidenceOf({ flags: ["dns-mismatch"] })).toBe(`${UNLIKE_DNS}, in r0`);
});

test("runs without fronting are not told with it, nor their names", () => {
  const evidence = evidenceOf(named("neighbour"), { flags: ["dns-mismatch"], ...named("inbox") });
  expect(evidence).toBe(`${UNLIKE_DNS}: also named inbox.example, in r1`);
});

test("five names are told, and how many more there are", () => {
  const evidence = evidenceOf({ flags: ["dns-mismatch"], ...named("a", "b", "c", "d", "e", "f", "g") });
  const first = "a.example, b.example, c.example, d.example, e.example";
  expect(evidence).toBe(`${UNLIKE_DNS}: also named ${first} and 2 more, in r0`);
});
