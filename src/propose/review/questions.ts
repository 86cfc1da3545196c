/** What in a candidate nobody has decided, by the reviewers' file as it is now and not as it was when it was proposed. */
import type { Candidate, CandidateRule, NotProposed, Observed } from "../../model/candidate.ts";
import { formatEndpoint } from "../../model/evidence.ts";
import type { OpenQuestion, OpenState } from "../../model/review.ts";
import { approvedOf, digestOf, waysOf } from "../approval.ts";
import { listsOf } from "../approved-lists.ts";
import type { Judgement, Reviewers } from "../decisions.ts";

/** In the order of the candidate: what has a rule, then what has none; each endpoint once. */
export function openQuestions(candidate: Candidate, reviewers: Reviewers): OpenQuestion[] {
  return questions(candidate, reviewers).flatMap(({ question, isOpen }) => (isOpen ? [question] : []));
}

/** Any endpoint of the candidate can be decided, also once more. */
export function questionOn(candidate: Candidate, reviewers: Reviewers, endpoint: string): OpenQuestion | null {
  return questions(candidate, reviewers).find(({ question }) => question.endpoint === endpoint)?.question ?? null;
}

function questions(
  candidate: Candidate,
  reviewers: Reviewers,
): { readonly question: OpenQuestion; readonly isOpen: boolean }[] {
  // What was declared was decided, and nothing was seen of it.
  const all = [...candidate.rules.filter(({ review }) => review !== "intended"), ...candidate.notProposed];
  const ways = waysOf(all);
  const first = new Map(all.toReversed().map((one) => [formatEndpoint(one.endpoint), one] as const));
  return all
    .filter((one) => first.get(formatEndpoint(one.endpoint)) === one)
    .map((one) => {
      const seen = ways(one);
      const judgements = seen.map((way) => reviewers.judge(way, seen));
      const open = judgements.find(({ kind }) => kind !== "decided");
      const approved = approvedOf(seen);
      const question = {
        endpoint: formatEndpoint(one.endpoint),
        state: stateOf(open, one),
        was: open?.kind === "void" ? (open.decision.approved?.candidate ?? null) : null,
        reason: one.reason,
        seen,
        approved,
        lists: listsOf(seen, candidate.prefixes ?? []),
        digest: digestOf(approved),
      };
      return { question, isOpen: open !== undefined && one.endpoint.port !== null && !isNetworksOwn(one) };
    });
}

function stateOf(open: Judgement | undefined, one: CandidateRule | NotProposed): OpenState {
  if (open?.kind === "lapsed" || open?.kind === "void") return open.kind;
  return "review" in one && one.review === "within-envelope" ? "within-envelope" : "undecided";
}

/** Resolvers, time and the like are shown apart everywhere; they can be decided, and nobody is asked to. */
function isNetworksOwn({ flags }: Observed): boolean {
  return flags.includes("infrastructure");
}
