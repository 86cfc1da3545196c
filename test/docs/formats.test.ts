import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { annotate } from "../../src/annotate/index.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { drift, defaultFailOn } from "../../src/diff/index.ts";
import { Merger, parseEvidence, parseObservations } from "../../src/merge/index.ts";
import type { PrefixTag } from "../../src/model/annotation.ts";
import { DAY } from "../../src/model/instant.ts";
import type { Layer } from "../../src/model/policy.ts";
import { parsePrefix } from "../../src/model/prefix.ts";
import { Decisions, parseAllowlist, parseCandidate, propose } from "../../src/propose/index.ts";
import { instant } from "../support/build.ts";
import { block, page, rows, section } from "./pages.ts";

const NOW = instant("2026-11-21T00:00:00Z");

const example = (name: string, language: string): string => block(page(`docs/formats/${name}.md`), language);
const json = (name: string): unknown => JSON.parse(example(name, "json"));
const observed = (): ReturnType<typeof parseObservations> =>
  parseObservations(example("observation", "jsonl"), "observations.jsonl");
const decided = (): ReturnType<typeof parseAllowlist> => parseAllowlist(example("allowlist", "yaml"), "allowlist.yaml");
const evidence = (): ReturnType<typeof parseEvidence> => parseEvidence([example("evidence", "json")], "evidence.json");
const candidate = (): ReturnType<typeof parseCandidate> => parseCandidate(json("candidate"), "candidate.json");

function lookup(address: string): PrefixTag[] {
  const prefix = parsePrefix("162.158.0.0/15");
  if (address !== "162.159.140.245" || prefix === null) return [];
  return [{ provider: "cloudflare", service: "all", region: null, prefix, version: "sha256:68cbade5f22e" }];
}

const permit = {
  place: "production.fpl:9",
  effect: "permit",
  text: "permit proxy/connect host: api.openai.com port: 443",
  expires: instant("2026-11-30T00:00:00Z"),
  reason: "model API; ai-platform; SEC-311",
  opens: true,
  addresses: null,
} as const;

const production: Layer = {
  dialect: "fpl",
  files: ["production.fpl"],
  defaultEffect: "deny",
  rules: [permit],
  notModelled: [],
  trail: () => [],
  canonical: () => [permit.text],
  decide: ({ name }) =>
    name === "api.openai.com"
      ? { verdict: "permit", rule: permit.place, reason: permit.reason }
      : { verdict: "deny", rule: null, reason: "default deny" },
};

describe("the examples of the formats", () => {
  test("observations are accepted", () => {
    expect(observed().map(({ run, observations }) => [run.run, observations.length])).toEqual([["run-07", 2]]);
  });

  test("evidence is accepted, and is what those observations merge to", () => {
    const merger = new Merger();
    for (const run of observed()) merger.addRun(run);
    expect(evidence()).toEqual(merger.evidence());
  });

  test("the allowlist is accepted", () => {
    expect(decided().decisions.map(({ decision }) => decision)).toEqual(["allow", "deny", "watch"]);
  });

  test("the candidate is accepted, and is what that evidence and that allowlist lead to", () => {
    const options = { now: NOW, lifetime: 90 * DAY, reviewed: true };
    expect(candidate()).toEqual(
      propose(annotate(evidence(), { lookup }), new Decisions(decided(), { now: NOW }), options),
    );
  });

  test("drift is what that candidate gives against one rule", () => {
    const failOn = defaultFailOn();
    expect(json("drift")).toEqual(drift({ layers: [production], candidate: candidate(), failOn, now: NOW }));
  });

  test("settings are accepted, and the table names each field", () => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-docs-"));
    try {
      const file = join(folder, "sallyport.yaml");
      writeFileSync(file, example("settings", "yaml"));
      const fields = rows(page("docs/formats/settings.md")).map(([cell]) => cell?.replaceAll("`", ""));
      expect(Object.keys(readSettings(file)).sort()).toEqual(fields.sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the tables of fields", () => {
  const named = (name: string, heading: string): string[] =>
    rows(section(page(`docs/formats/${name}.md`), heading))
      .flatMap(([cell = ""]) => cell.split(", "))
      .map((field) => field.replaceAll("`", ""))
      .sort();
  const keys = (value: object | undefined): string[] =>
    Object.keys(value ?? {}).filter((key) => !/^(_schema|kind)$/.test(key));
  const [run] = observed();

  test("name each field of an observation line and of a run line", () => {
    expect(named("observation", "## Observation lines")).toEqual([...keys(run?.observations[0]), "via"].sort());
    expect(named("observation", "## Run lines")).toEqual(keys(run?.run).sort());
  });

  test("name each field of a candidate", () => {
    const [rule] = candidate().rules;
    const [left] = candidate().notProposed;
    const common = keys(rule).filter((key) => left !== undefined && key in left && key !== "reason");
    expect(named("candidate", "## The document")).toEqual(keys(candidate()).sort());
    expect(named("candidate", "## What is said of every observed endpoint")).toEqual(common.sort());
    expect(named("candidate", "## Rules")).toEqual(
      keys(rule)
        .filter((key) => !common.includes(key))
        .sort(),
    );
  });
});
