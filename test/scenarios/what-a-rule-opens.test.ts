import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Candidate } from "../../src/model/candidate.ts";
import { formatEndpoint } from "../../src/model/evidence.ts";
import type { Drift } from "../../src/model/finding.ts";
import { SIGNAL_KINDS } from "../../src/model/signal.ts";
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
  ["domain-fronting", ["--only-reviewed"], ["new-endpoint", "approval-void", "risky-destination"], ["203.0.113.66"]],
  ["encrypted-hello", [], ["risky-destination"], []],
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

/** The signals of a scenario, by endpoint; on the way through a proxy they are told apart. */
function signalsOf(name: string): Record<string, string[]> {
  const out = folder();
  const given = ["--production", "production.fpl", "--allowlist", "allowlist.yaml", "--out", out];
  sallyport(["check", "runs", ...given, "--now", "2026-11-21T00:00:00Z"], { cwd: join(THEME, name) });
  const { rules } = JSON.parse(readFileSync(join(out, "candidate.json"), "utf8")) as Candidate;
  return Object.fromEntries(
    rules.map(({ endpoint, via, signals }) => [
      `${formatEndpoint(endpoint)}${via === null ? "" : ` by ${via.kind}`}`,
      signals.map(({ kind }) => kind).filter((kind) => kind !== "first-appearance"),
    ]),
  );
}

test("what shows two names is told of, by each way, and ordinary flows beside it are not", () => {
  expect(signalsOf("domain-fronting")).toEqual({
    "192.0.2.53:53/udp": [],
    "assets.widgetcdn.example:443/tcp": ["domain-fronting"],
    "assets.widgetcdn.example:443/tcp by http-connect": ["domain-fronting"],
    "assets.widgetcdn.example:80/tcp": ["domain-fronting", "plain-text"],
    "proxy.corp.example:3128/tcp": ["unusual-port"],
    "registry.bakerycorp.example:443/tcp": [],
  });
});

test("an encrypted hello is told of, be it random or real, and ordinary flows beside it are not", () => {
  expect(signalsOf("encrypted-hello")).toEqual({
    "192.0.2.53:53/udp": [],
    "assets.widgetcdn.example:443/tcp": ["domain-fronting", "encrypted-hello"],
    "docs.bakerycorp.example:443/tcp": ["encrypted-hello"],
    "registry.bakerycorp.example:443/tcp": [],
  });
});

test("every signal there is has its place in one of the reports", () => {
  const reports = SCENARIOS.map(([name]) => readFileSync(join(THEME, name, "report.md"), "utf8")).join("");
  expect(Object.keys(SIGNAL_KINDS).filter((kind) => !reports.includes(`| ${kind} |`))).toEqual([]);
});
