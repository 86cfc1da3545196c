import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { finding } from "../../src/diff/finding.ts";
import { type Drift, DRIFT_SCHEMA, type Finding, FINDING_KINDS, type FindingKind } from "../../src/model/finding.ts";
import { textReport } from "../../src/report/index.ts";
import { candidate, rule } from "../support/build.ts";
import { block, page, rootUrl, rows } from "./pages.ts";

/** What `diff` says of the two policies in test/golden/diff, which the pages of these kinds show. */
const COMPARED = JSON.parse(page("test/golden/diff/drift.json")) as Drift;
const OF_POLICIES: ReadonlySet<FindingKind> = new Set<FindingKind>([
  "added",
  "widened",
  "narrowed",
  "removed",
  "shadowed",
  "dead-rule",
  "renewed",
]);

const KINDS = Object.keys(FINDING_KINDS) as FindingKind[];

describe("the pages", () => {
  test("are one for each kind, and no other", () => {
    const files = readdirSync(rootUrl("docs/findings/")).filter((name) => name !== "README.md");
    expect(files.sort()).toEqual(KINDS.map((kind) => `${kind}.md`).sort());
  });

  test("are listed in one table, in the order of weight, as the code has them", () => {
    expect(rows(page("docs/findings/README.md"))).toEqual(
      KINDS.map((kind) => {
        const { title, severity, failsByDefault } = FINDING_KINDS[kind];
        return [`[${kind}](${kind}.md)`, title, severity, failsByDefault ? "yes" : "no"];
      }),
    );
  });
});

describe.each(KINDS)("the page of %s", (kind) => {
  const text = page(`docs/findings/${kind}.md`);
  const shown = JSON.parse(block(text, "json")) as Finding;

  test("begins with the kind, its title and its weight", () => {
    const { title, severity, failsByDefault } = FINDING_KINDS[kind];
    const [heading, , summary] = text.split("\n");
    expect(heading).toBe(`# ${kind}`);
    expect(summary?.toLowerCase()).toBe(
      `${title}. severity: ${severity}. fails by default: ${failsByDefault ? "yes" : "no"}.`.toLowerCase(),
    );
  });

  test("has its sections", () => {
    expect(text.match(/^## .*$/gm)).toEqual([
      "## When it is raised",
      "## Why it matters",
      "## What to do",
      "## What it can be wrong about",
    ]);
  });

  test("shows a finding with exactly the fields, severity and id that the code gives it", () => {
    if (OF_POLICIES.has(kind)) {
      expect(shown).toEqual(COMPARED.findings.find((found) => found.kind === kind));
      return;
    }
    const { layer, subject, message, confidence, signals } = shown;
    const statement = message.slice(subject.length + 2);
    const aspect = kind === "not-expressed" ? statement.replace(/^not in the \w+ candidate: /, "") : "";
    const more = { ...(confidence && { confidence }), ...(signals && { signals }) };
    const made = finding({ kind, layer, about: subject, aspect, statement, ...more });
    expect(Object.keys(shown)).toEqual(Object.keys(made));
    expect(shown).toMatchObject({ id: made.id, kind, severity: made.severity, message: made.message });
  });

  test("shows the text that the report prints of it", () => {
    const seen = { connections: 6, established: 6, runs: 6, of: 12, firstSeen: "2026-11-07T09:00:00.000000Z" };
    const proposed = rule(shown.endpoint?.name ?? null, ["203.0.113.90"], {
      expires: "2027-02-19T00:00:00Z",
      reason: "seen in 6 of 12 runs, last on 2026-11-12, and nobody has said why",
    });
    const evidence = { ...proposed.evidence, ...seen, lastSeen: "2026-11-12T09:00:00.000000Z" };
    const drift = { _schema: DRIFT_SCHEMA, verdict: "within-policy", layers: [], findings: [shown] } as const;
    const rules = kind === "new-endpoint" ? [{ ...proposed, evidence }] : [];
    const report = textReport({ drift, candidate: candidate(rules), failOn: new Set() }, { color: false });
    expect(report.endsWith(`\n\n${block(text, "text")}`)).toBe(true);
  });
});
