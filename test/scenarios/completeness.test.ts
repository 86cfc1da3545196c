/** fixtures/scenarios/completeness: what is printed there is what its README says is printed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { CoverageReport } from "../../src/model/coverage.ts";
import type { Drift } from "../../src/model/finding.ts";
import { folder, ROOT, sallyport } from "../support/sallyport.ts";

const SCENARIO = join(ROOT, "fixtures/scenarios/completeness");
const NOW = ["--now", "2026-11-21T00:00:00Z"];
const PRODUCTION = ["--production", "production.fpl"];
const run = (...args: readonly string[]): ReturnType<typeof sallyport> => sallyport(args, { cwd: SCENARIO });

const out = folder();
const [report, august] = [join(out, "report"), join(out, "august")];
const read = (name: string): string => readFileSync(join(report, name), "utf8");

describe("the completeness scenario", () => {
  beforeAll(() => {
    run("check", "earlier", ...PRODUCTION, ...NOW, "--out", august, "--quiet");
    const earlier = ["--earlier", join(august, "evidence.json")];
    run("check", "runs", ...PRODUCTION, ...NOW, ...earlier, "--out", report, "--quiet");
  });

  test("report.md is what check writes", async () => {
    await expect(read("report.md")).toMatchFileSnapshot(join(SCENARIO, "report.md"));
  });

  test("coverage.txt is what coverage prints", async () => {
    const tools = ["--expect-tool", "pip", "--expect-tool", "deploy"];
    const found = run("coverage", join(report, "evidence.json"), ...NOW, "--strata", "suites.csv", ...tools);
    expect([found.code, found.stderr]).toEqual([0, ""]);
    await expect(found.stdout).toMatchFileSnapshot(join(SCENARIO, "coverage.txt"));
  });

  test("coverage says of observations what it says of the evidence they merge to", () => {
    const [one, other] = ["evidence.json", "observations.jsonl"].map(
      (name) => run("coverage", join(report, name), ...NOW, "--json").stdout,
    );
    expect(one).toBe(other);
    expect((JSON.parse(one ?? "") as CoverageReport)._schema).toBe("sallyport/coverage/v1");
  });

  test("insufficient evidence fails the check only where it is asked to", () => {
    const gate = (...more: readonly string[]): [number | null, boolean] => {
      const { code, stdout } = run("check", "runs", ...PRODUCTION, ...NOW, "--json", "--quiet", ...more);
      const { findings } = JSON.parse(stdout) as Drift;
      return [
        code,
        findings.some(({ kind, subject }) => kind === "insufficient-evidence" && subject === "the evidence"),
      ];
    };
    expect(gate("--fail-on", "widened")).toEqual([0, true]);
    expect(gate("--fail-on", "insufficient-evidence")).toEqual([1, true]);
    expect(gate("--fail-on", "widened", "--min-coverage", "0")).toEqual([0, false]);
    expect(gate("--fail-on", "widened", "--min-coverage", "0.2")).toEqual([0, false]);
  });

  test("stale rules have the numbers beside the words", () => {
    const { findings } = JSON.parse(read("drift.json")) as Drift;
    const stale = findings.filter(({ kind }) => kind === "stale");
    expect(stale.map(({ confidence }) => confidence)).toEqual([
      { runs: 7, share: 0.4, basis: "earlier", missed: 0.6 ** 7 },
      { runs: 7, share: 1 - 0.05 ** (1 / 7), basis: "upper-bound", missed: 0.05 },
    ]);
  });

  test.each([
    [["--target-coverage", "1"], "--target-coverage: expected a share between 0 and 1, such as 0.99, not 1"],
    [["--seed", "x"], "--seed: expected a whole number, not x"],
    [["--strata", "by=hour"], "--strata: by= takes tool, workload, phase, folder, not hour"],
    [["--strata", "match=("], "--strata: not a regular expression: ("],
    [["--own", "gateway"], "--own: expected an address or prefix, not gateway"],
  ])("%j is refused", (args, message) => {
    const found = run("coverage", join(report, "evidence.json"), ...args);
    expect([found.code, found.stderr]).toEqual([2, `sallyport: ${message}\n`]);
  });

  test("a candidate and a policy are no evidence", () => {
    expect(run("coverage", join(report, "candidate.json")).code).toBe(2);
    expect(run("coverage", "production.fpl").code).toBe(2);
  });
});
