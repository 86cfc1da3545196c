import { expect, test } from "vitest";
import type { BlindRuns } from "../../src/model/blind-spot.ts";
import type { Drift, FindingKind } from "../../src/model/finding.ts";
import { blindLine, markdownReport, type ReportInput, reviewList, textReport } from "../../src/report/index.ts";
import { candidate, rule } from "../support/build.ts";

const drift: Drift = {
  _schema: "sallyport/drift/v1",
  verdict: "within-policy",
  layers: [{ dialect: "fpl", files: ["production.fpl"], rules: 4, default: "deny" }],
  findings: [],
};

const seenBy = (blindSpots: readonly BlindRuns[]): ReportInput => ({
  drift,
  candidate: candidate([rule("api.example.com", ["192.0.2.1"])], { runs: 12, blindSpots }),
  failOn: new Set<FindingKind>(["new-endpoint"]),
});

const BLIND = seenBy([
  { blindSpot: "no-dns-seen", runs: 7, named: ["r1", "r2", "r3", "r4", "r5"] },
  { blindSpot: "snaplen-cut", runs: 1, named: ["a|b"] },
]);

test("the terminal names each blind spot, how many runs had it, some of them, and what it means", () => {
  const text = textReport(BLIND, { color: false });
  expect(text).toContain(
    "\nblind spots: what the runs could not see\n" +
      "  no-dns-seen in 7 of 12 runs (r1, r2, r3, r4, r5 and 2 more): no readable DNS answer: " +
      "names rest on what clients said, and ambiguity cannot show\n" +
      "  snaplen-cut in 1 of 12 runs (a|b): packets were cut short: names may be missing\n",
  );
});

test("the Markdown report has them in a table, folded under one line", () => {
  const text = markdownReport(BLIND);
  expect(text).toContain(
    "<summary>What the runs could not see: no-dns-seen in 7 of 12 runs, snaplen-cut in 1 of 12 runs</summary>",
  );
  expect(text).toContain("| no-dns-seen | 7 of 12 runs | `r1`, `r2`, `r3`, `r4`, `r5` and 2 more | no readable DNS");
  expect(text).toContain("| snaplen-cut | 1 of 12 runs | `a\\|b` | packets were cut short");
});

test("whoever is asked to decide is told too", () => {
  const { candidate: asked } = BLIND;
  expect(asked && reviewList([{ endpoint: "e", state: "undecided", reason: "r", seen: [] } as never], asked)).toContain(
    "blind spots: no-dns-seen in 7 of 12 runs, snaplen-cut in 1 of 12 runs\n",
  );
});

test.each([
  ["no run was blind", seenBy([])],
  ["an earlier version did not tell", { ...seenBy([]), candidate: candidate([]) }],
])("nothing is said where %s", (_, input) => {
  expect(textReport(input, { color: false })).not.toContain("blind");
  expect(markdownReport(input)).not.toContain("could not see");
});

test("a blind spot of another version is named without a meaning", () => {
  const { candidate: other } = seenBy([{ blindSpot: "constructor", runs: 1, named: ["a"] }]);
  expect(other && blindLine(other)).toEqual(["constructor in 1 of 12 runs"]);
  expect(textReport({ ...BLIND, candidate: other }, { color: false })).toContain("constructor in 1 of 12 runs (a)\n");
});
