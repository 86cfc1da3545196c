import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Drift } from "../../src/model/finding.ts";
import { folder, ROOT, sallyport } from "../support/sallyport.ts";

const THEME = join(ROOT, "fixtures/scenarios/what-a-rule-opens");

/** What each is checked with, the kinds of findings it must have, and what no packet filter may have been told. */
const SCENARIOS: readonly (readonly [
  name: string,
  options: readonly string[],
  kinds: readonly string[],
  closed: readonly string[],
])[] = [
  ["shared-bucket-host", [], ["shared-suffix"], []],
  [
    "address-drift",
    ["--min-hit-rate", "0.95", "--max-exposure", "8192"],
    ["insufficient-evidence", "not-expressed"],
    ["13.224.0.9"],
  ],
  [
    "metadata-in-disguise",
    [],
    ["new-endpoint", "risky-destination"],
    ["169.254.169.254", "64:ff9b::a9fe:a9fe", "203.0.113.80"],
  ],
  ["look-alike-names", [], ["new-endpoint", "risky-destination"], []],
  ["something-to-look-at", [], ["new-endpoint", "risky-destination"], []],
];

describe.each(SCENARIOS)("%s", (name, options, kinds, closed) => {
  const from = join(THEME, name);
  const out = folder();
  const decided = existsSync(join(from, "allowlist.yaml")) ? ["--allowlist", "allowlist.yaml"] : [];
  const given = ["--production", "production.fpl", ...decided, "--now", "2026-11-21T00:00:00Z", "--out", out];
  const run = sallyport(["check", "runs", ...given, ...options], { cwd: from });
  const drift = JSON.parse(readFileSync(join(out, "drift.json"), "utf8")) as Drift;

  test("its report is what its README promises", async () => {
    expect(run.stderr).toBe("");
    await expect(readFileSync(join(out, "report.md"), "utf8")).toMatchFileSnapshot(join(from, "report.md"));
  });

  test("has the findings it is about", () => {
    expect(drift.findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds]));
  });

  test("tells packet filters nothing that was refused", () => {
    const printed = ["candidate.nft", "rules.v4", "rules.v6"]
      .map((file) => readFileSync(join(out, file), "utf8"))
      .join("");
    for (const address of closed) expect(printed).not.toContain(`${address} . `);
    for (const address of closed) expect(printed).not.toContain(`-d ${address}/`);
  });
});
