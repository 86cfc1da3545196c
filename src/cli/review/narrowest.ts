/** The narrowest rule for one endpoint, as each dialect's printer would write it. */
import { candidateLayer, type PrintOptions, printCandidate } from "../../dialect/index.ts";
import { type Candidate, type CandidateRule, CORE_TARGETS, type NotProposed } from "../../model/candidate.ts";
import { formatSeconds, type Instant } from "../../model/instant.ts";
import type { NarrowRule, OpenQuestion } from "../../model/review.ts";

export function narrowestRules(
  candidate: Candidate,
  question: OpenQuestion,
  until: Instant,
  now: Instant,
  print: PrintOptions,
): NarrowRule[] {
  const rules = question.seen.map((seen) => permit(seen, until));
  const alone: Candidate = { ...candidate, rules, notProposed: [], notExpressed: [], lapsed: [] };
  const printed = printCandidate(alone, now, print);
  return CORE_TARGETS.map((target) => {
    const layer = candidateLayer(alone, printed, target, now, print);
    const lines = layer.rules.filter(({ opens, effect }) => opens && effect === "permit").map(({ text }) => text);
    const reason = printed.notExpressed.find((left) => left.target === target)?.reason ?? "nothing to say";
    return { target, lines, notExpressed: lines.length > 0 ? null : reason };
  });
}

/** What has a rule keeps the strategy that was chosen for it: that is what would be loaded. */
function permit(seen: CandidateRule | NotProposed, until: Instant): CandidateRule {
  return {
    ...seen,
    id: "000000000000",
    effect: "permit",
    expires: formatSeconds(until),
    review: "unreviewed",
    reason: "under review",
    owner: null,
    exposure: { addresses: seen.addresses.length },
    strategies: [],
    chosen:
      "chosen" in seen
        ? seen.chosen
        : { kind: "observed", detail: "", prefixes: [], reason: "under review", enough: null },
  };
}
