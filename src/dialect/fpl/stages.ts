/** Staged policies for a rollout that enforces a little more with each stage: all of them from what the reviewers approved. */
import type { Candidate, CandidateRule } from "../../model/candidate.ts";
import { compareNumbers, compareText } from "../../model/compare.ts";
import { type Instant, parseInstant } from "../../model/instant.ts";
import { printPolicy } from "./emit.ts";

/** Of the approved endpoints, so many in a hundred; the names and the order are those that Faramesh's own rollout has. */
const STAGES = [
  ["staging_enforce_10", 10],
  ["staging_enforce_50", 50],
  ["prod_enforce_10", 10],
  ["prod_enforce_50", 50],
  ["prod_enforce_100", 100],
] as const;

/** Seconds that each stage is watched. */
const DURATION = 300;

/** File name to text: a policy for each stage, each holding all of the one before it, and the list that a rollout goes through. */
export function printStages(candidate: Candidate, now: Instant): ReadonlyMap<string, string> {
  const approved = candidate.rules
    .filter(
      (rule) => rule.review === "approved" && (parseInstant(rule.expires) ?? 0) > now && isSaid(candidate, now, rule),
    )
    .sort(surestFirst);
  const unreviewed = candidate.rules.filter(({ review }) => review === "unreviewed").length;
  const policies = STAGES.map(([name, share]) => {
    const chosen = approved.slice(0, Math.ceil((approved.length * share) / 100));
    const heading = [
      ` ${name}: ${chosen.length} of ${approved.length} approved endpoints, those seen in the most runs; everything else is denied.`,
      ` ${unreviewed} unreviewed: what nobody has decided is in no stage.`,
    ];
    const { text } = printPolicy({ ...candidate, rules: chosen }, now, heading);
    return [`${name}.fpl`, text] as const;
  });
  return new Map([...policies, ["stages.csv", stagesFile()]]);
}

function isSaid(candidate: Candidate, now: Instant, rule: CandidateRule): boolean {
  return printPolicy({ ...candidate, rules: [rule] }, now, []).notExpressed.length === 0;
}

/** What most runs need breaks most when it is missing, so it comes first. */
function surestFirst(a: CandidateRule, b: CandidateRule): number {
  return (
    compareNumbers(b.evidence.runs, a.evidence.runs) ||
    compareNumbers(b.evidence.connections, a.evidence.connections) ||
    compareText(a.id, b.id)
  );
}

/** The audit goes first, on the whole policy: what it would refuse was approved by nobody. A last line without its end is not read. */
function stagesFile(): string {
  const limits = "0,0,0";
  return [
    "name,mode,policy,duration,max_network_deny,max_audit_violations,max_audit_bypass",
    `canary-audit,audit,prod_enforce_100.fpl,${DURATION},${limits}`,
    ...STAGES.map(([name]) => `${name.replaceAll("_", "-")},enforce,${name}.fpl,${DURATION},${limits}`),
    "",
  ].join("\n");
}
