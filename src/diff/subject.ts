/** What is held against a policy: an observed endpoint, and what the reviewers have decided on it. */
import type { Candidate, Observed } from "../model/candidate.ts";

export interface Subject extends Observed {
  readonly decision: "allow" | "deny" | "watch" | null;
}

/** Everything that was observed, proposed or not. */
export function subjectsOf(candidate: Candidate): Subject[] {
  return [
    ...candidate.rules.map((rule) => ({ ...rule, decision: rule.review === "approved" ? ("allow" as const) : null })),
    ...candidate.notProposed,
  ];
}
