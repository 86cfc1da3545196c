import { describe, expect, it } from "vitest";
import { loadFpl, printStages } from "../../../src/dialect/fpl/index.ts";
import type { CandidateRule } from "../../../src/model/candidate.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { candidateOf, NOW, type Sketch } from "../packet/bakery.ts";

const [model] = candidateOf([{}]).rules;
const seenIn = (runs: number, changes: Partial<CandidateRule> = {}): Partial<CandidateRule> => {
  if (model === undefined) throw new Error("no rule");
  return { review: "approved", evidence: { ...model.evidence, runs }, ...changes };
};

const TEN: readonly Sketch[] = Array.from({ length: 10 }, (_, i) => ({
  name: `h${i}.example`,
  changes: seenIn(i + 1),
}));
const stages = printStages(
  candidateOf([
    ...TEN,
    { name: "undecided.example", changes: seenIn(99, { review: "unreviewed" }) },
    { name: "late.example", expires: "2026-11-20T00:00:00Z", changes: seenIn(99) },
    { name: "udp.example", transport: "udp", changes: seenIn(99) },
  ]),
  NOW,
);
const permitted = (file: string): string[] => {
  const layer = loadFpl([{ path: file, text: stages.get(file) ?? "" }]);
  const names = [...TEN.map(({ name }) => name ?? ""), "undecided.example", "late.example", "udp.example"];
  return names.filter((name) => {
    const question = { transport: "tcp", address: null, name: parseFqdn(name), port: 443 } as const;
    return layer.decide(question, NOW).verdict === "permit";
  });
};

describe("the stages of a rollout", () => {
  it.each([
    ["staging_enforce_10.fpl", ["h9.example"]],
    ["staging_enforce_50.fpl", ["h5.example", "h6.example", "h7.example", "h8.example", "h9.example"]],
    ["prod_enforce_10.fpl", ["h9.example"]],
    ["prod_enforce_50.fpl", ["h5.example", "h6.example", "h7.example", "h8.example", "h9.example"]],
    ["prod_enforce_100.fpl", TEN.map(({ name }) => name)],
  ])("%s permits its share of what was approved, what most runs need first", (file, names) => {
    expect(permitted(file)).toEqual(names);
  });

  it("say how much of what they hold", () => {
    expect(stages.get("staging_enforce_10.fpl")).toContain(
      "# staging_enforce_10: 1 of 10 approved endpoints, those seen in the most runs; everything else is denied.\n# 1 unreviewed: ",
    );
  });

  it("are listed with an audit of the whole before them, and a last line that is read", () => {
    expect(stages.get("stages.csv")).toBe(
      [
        "name,mode,policy,duration,max_network_deny,max_audit_violations,max_audit_bypass",
        "canary-audit,audit,prod_enforce_100.fpl,300,0,0,0",
        "staging-enforce-10,enforce,staging_enforce_10.fpl,300,0,0,0",
        "staging-enforce-50,enforce,staging_enforce_50.fpl,300,0,0,0",
        "prod-enforce-10,enforce,prod_enforce_10.fpl,300,0,0,0",
        "prod-enforce-50,enforce,prod_enforce_50.fpl,300,0,0,0",
        "prod-enforce-100,enforce,prod_enforce_100.fpl,300,0,0,0",
        "",
      ].join("\n"),
    );
  });

  it("of nothing approved deny everything", () => {
    for (const [file, text] of printStages(candidateOf([{ name: "a.example" }]), NOW)) {
      if (file.endsWith(".fpl")) expect(text).not.toMatch(/^\s*permit/m);
    }
  });
});
