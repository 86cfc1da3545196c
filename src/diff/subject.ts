/** What is held against a policy: an observed endpoint, and what the reviewers have decided on it. */
import type { Candidate, Observed, Review } from "../model/candidate.ts";
import { formatEndpoint } from "../model/evidence.ts";

export interface Subject extends Observed {
  readonly decision: "allow" | "deny" | "watch" | null;
  /** Null where no rule is proposed for it. */
  readonly review: Review | null;
  /** What the rule is proposed for, or why there is none. */
  readonly reason: string;
  /** It was decided once, and that is over or was about something else. */
  readonly wasDecided?: boolean;
}

const DECIDED: ReadonlySet<Review> = new Set<Review>(["approved", "intended"]);

/** Everything that was observed, proposed or not. */
export function subjectsOf(candidate: Candidate): Subject[] {
  const once = new Set([...candidate.lapsed, ...(candidate.voided ?? [])].map(({ endpoint }) => endpoint));
  const wasDecided = ({ endpoint }: Observed): boolean => once.has(formatEndpoint(endpoint));
  return [
    ...candidate.rules.map((rule) => ({
      ...rule,
      decision: DECIDED.has(rule.review) ? ("allow" as const) : null,
      wasDecided: wasDecided(rule),
    })),
    ...candidate.notProposed.map((left) => ({ ...left, review: null, wasDecided: wasDecided(left) })),
  ];
}
