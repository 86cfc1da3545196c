import { describe, expect, test } from "vitest";
import { finding } from "../../src/diff/finding.ts";
import { FINDING_KINDS, type Drift, type Finding, type FindingKind } from "../../src/model/finding.ts";
import { ADVICE } from "../../src/report/advice.ts";
import { jsonReport, markdownReport, type ReportInput, textReport } from "../../src/report/index.ts";
import { address, candidate, fqdn, rule } from "../support/build.ts";

const telemetry = rule("telemetry.vendor.example", ["203.0.113.9"], {
  tags: [
    {
      address: address("203.0.113.9"),
      tags: [{ provider: "aws", service: "EC2", region: "eu-west-1", prefix: "203.0.113.0/24" as never, version: "1" }],
    },
  ],
});
const proposed = candidate([
  telemetry,
  rule("api.example.com", ["192.0.2.1"], { review: "approved", reason: "the model", owner: "agents" }),
]);
const subject = { ...telemetry, decision: null };

const FINDINGS: readonly Finding[] = [
  finding({ kind: "new-endpoint", layer: "fpl", about: "telemetry.vendor.example:443/tcp", subject, statement: "new" }),
  finding({
    kind: "new-endpoint",
    layer: "nftables",
    about: "telemetry.vendor.example:443/tcp",
    subject,
    statement: "new",
  }),
  finding({
    kind: "expired",
    layer: "iptables",
    about: "-A OUTPUT -j ACCEPT",
    rule: "rules.v4:9",
    statement: "its time was over at 2026-10-01T00:00:00Z",
  }),
  finding({
    kind: "stale",
    layer: "fpl",
    about: "permit proxy/connect host: old.example port: 443",
    rule: "production.fpl:12",
    statement: "not used in any of 3 runs",
  }),
];

const input = (findings: readonly Finding[], verdict: Drift["verdict"]): ReportInput => ({
  drift: {
    _schema: "sallyport/drift/v1",
    verdict,
    layers: [{ dialect: "fpl", files: ["production.fpl"], rules: 4, default: "deny" }],
    findings,
  },
  candidate: proposed,
  failOn: new Set<FindingKind>(["new-endpoint", "expired"]),
});

describe("an endpoint that was reached in two ways", () => {
  const via = { kind: "http-connect", address: address("10.0.0.9"), port: 3128 } as const;
  const proxied = rule("telemetry.vendor.example", ["10.0.0.9"], {
    via,
    signals: [{ kind: "telemetry", reason: "counts its users", evidence: "a list", source: null }],
    evidence: { ...telemetry.evidence, runs: 1, nameSource: "http-connect" },
  });
  const both = { ...input(FINDINGS.slice(0, 2), "review"), candidate: candidate([telemetry, proxied]) };

  test("has the runs of each way, and its own addresses", () => {
    const text = textReport(both, { color: false });
    expect(text).toMatch(/ {4}seen directly in 2 of 3 runs; name from tls-sni/);
    expect(text).toMatch(/ {4}seen through http-connect 10\.0\.0\.9 in 1 of 3 runs; name from http-connect/);
    expect(text).toContain("    at 203.0.113.9 (aws EC2 eu-west-1)\n");
    expect(text).not.toContain("at 10.0.0.9");
    expect(markdownReport(both)).toMatch(
      /\| directly in 2 of 3 runs<br>through http-connect 10\.0\.0\.9 in 1 of 3 runs \|.*\| `203\.0\.113\.9` \(aws EC2 eu-west-1\) \| telemetry \|/,
    );
  });
});

describe("what a reviewer reads", () => {
  test("in the terminal", async () => {
    const text = textReport(input(FINDINGS, "review"), { color: false });
    await expect(text).toMatchFileSnapshot("../golden/report/review.txt");
  });

  test("in a pull request", async () => {
    await expect(markdownReport(input(FINDINGS, "review"))).toMatchFileSnapshot("../golden/report/review.md");
  });

  test("when nothing needs review", async () => {
    await expect(textReport(input([], "within-policy"), { color: false })).toMatchFileSnapshot(
      "../golden/report/within-policy.txt",
    );
  });

  test("colour adds nothing but colour", () => {
    const painted = textReport(input(FINDINGS, "review"), { color: true });
    expect(painted).toContain("\u001B[31m");
    expect(painted.replace(/\p{Cc}\[\d+m/gu, "")).toBe(textReport(input(FINDINGS, "review"), { color: false }));
  });
});

test("each kind in a pull request says what to do about it, and what has no place has no columns for one", () => {
  const kinds = Object.keys(FINDING_KINDS) as FindingKind[];
  const all = kinds.map((kind) => finding({ kind, layer: null, about: `about ${kind}`, statement: "so" }));
  const report = markdownReport(input(all, "review"));
  for (const kind of kinds) {
    const [, , advice, , head] = report.slice(report.search(new RegExp(`(### |<summary>)${kind}: `))).split("\n");
    expect([kind, advice, head]).toEqual([kind, ADVICE[kind], expect.stringMatching(/^\| (what|endpoint) \|/)]);
  }
});

test("JSON is the drift as it is", () => {
  const { drift } = input(FINDINGS, "review");
  expect(JSON.parse(jsonReport(drift))).toEqual(drift);
});

const UNKNOWN = { leaveOneOut: null, laterRuns: null, lower: null, runs: 1 };

describe("text that wants to act reaches no report raw", () => {
  const nasty = "\u001B]0;x\u0007`$(reboot)`<script>alert(1)</script>\n| [x](javascript:1) @team";
  const kinds = Object.keys(FINDING_KINDS) as FindingKind[];
  const findings = kinds.map((kind) =>
    finding({ kind, layer: null, about: nasty, rule: `${nasty}:1`, statement: nasty }),
  );
  const hostile = {
    ...input(findings, "review"),
    candidate: candidate(
      [
        rule("a.example", ["192.0.2.1"], {
          reason: nasty,
          owner: nasty,
          otherNames: [fqdn("b.example")],
          signals: [{ kind: "telemetry", reason: nasty, evidence: nasty, source: nasty }],
          strategies: [
            {
              kind: "observed",
              detail: nasty,
              prefixes: [],
              exposure: { addresses: "1", hosts: "1", whose: [nasty], tenancy: "shared", registrable: true },
              hitRate: UNKNOWN,
            },
          ],
          chosen: { kind: null, detail: nasty, prefixes: [], reason: nasty, enough: false },
        }),
      ],
      {
        patterns: [
          {
            pattern: "*.b.example",
            basis: "published",
            transport: "tcp",
            port: 443,
            names: [fqdn("a.b.example")],
            refused: nasty,
            source: nasty,
            exactHitRate: UNKNOWN,
            patternHitRate: UNKNOWN,
          },
        ],
      },
    ),
  };

  test("terminal", () => {
    expect(textReport(hostile, { color: false })).not.toMatch(/[^\n\P{Cc}]/u);
  });

  test("Markdown", () => {
    const text = markdownReport(hostile);
    expect(text).not.toMatch(/[^\n\P{Cc}]/u);
    // Outside code spans nothing is left that GitHub would render.
    expect(text.replace(/`[^`\n]*`/g, "")).not.toMatch(/@team|<(?!\/?(details|summary)>)|\]\(|[^\\]\$\(/);
  });
});
