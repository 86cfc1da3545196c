/** What a policy answers: the first rule that matches, else the default, and honest about what is not known. */
import type { Instant } from "../../model/instant.ts";
import type { Decision, Verdict } from "../../model/policy.ts";
import { evaluate } from "./expr/evaluate.ts";
import type { Scope, Value } from "./expr/value.ts";
import { rulesFor } from "./host-index.ts";
import { type Effect, placeOf, type Policy, type Rule } from "./policy.ts";
import { networkParts } from "./request.ts";
import { select } from "./select.ts";

export interface FplDecision extends Decision {
  /** The engine's number of the deciding rule. */
  readonly index: number | null;
  /** The engine's reason code, `UNKNOWN` where the answer is not known. */
  readonly code: string;
  /** The numbers of the rules that may match before it. */
  readonly open: readonly number[];
}

export interface Asked {
  readonly tool: string;
  readonly args: ReadonlyMap<string, Value>;
}

type Known = Exclude<Verdict, "unknown">;

/** How a rule meets a request: not at all, surely, with a failing condition, or as the request will tell. */
export type Meeting =
  | { readonly kind: "no" }
  | { readonly kind: "sure" }
  | { readonly kind: "failure"; readonly problem: string }
  | { readonly kind: "unsure"; readonly parts: readonly string[]; readonly verdicts: readonly Known[] };

/** Rules that may match, before the one that surely does. */
interface Open {
  readonly rule: Rule;
  readonly parts: readonly string[];
}

const VERDICTS: Readonly<Record<Effect | "halt", Known>> = {
  permit: "permit",
  shadow: "permit",
  deny: "deny",
  halt: "deny",
  defer: "defer",
};

export function decide(policy: Policy, asked: Asked, now: Instant): FplDecision {
  const scope: Scope = { ...asked, vars: policy.vars, now };
  const parts = networkParts(asked.args);
  const open: Open[] = [];
  const possible = new Set<Known>();
  for (const rule of rulesFor(policy, parts.host)) {
    const meeting = meet(rule, scope, parts);
    if (meeting.kind === "no") continue;
    if (meeting.kind === "unsure") {
      open.push({ rule, parts: meeting.parts });
      for (const verdict of meeting.verdicts) possible.add(verdict);
    } else {
      const settled = meeting.kind === "sure" ? matched(rule) : failed(rule, meeting.problem);
      return { ...settle(settled, open, possible), open: open.map((each) => each.rule.index) };
    }
  }
  return { ...settle(unmatched(policy), open, possible), open: open.map((each) => each.rule.index) };
}

export function meet(rule: Rule, scope: Scope, parts: ReturnType<typeof networkParts>): Meeting {
  const selected = select(rule, scope.tool, parts);
  if (selected.kind === "no") return selected;
  const { unsure } = selected;
  const verdict = VERDICTS[rule.effect];
  const answer = rule.condition ? evaluate(rule.condition, scope) : { kind: "yes" as const };
  switch (answer.kind) {
    case "no":
      return { kind: "no" };
    case "yes":
      return unsure.length === 0 ? { kind: "sure" } : { kind: "unsure", parts: unsure, verdicts: [verdict] };
    case "failure":
      return unsure.length === 0 ? answer : { kind: "unsure", parts: unsure, verdicts: ["deny"] };
    case "unknown":
    default: {
      const verdicts: Known[] = answer.mayFail ? [verdict, "deny"] : [verdict];
      return { kind: "unsure", parts: [...unsure, "when"], verdicts };
    }
  }
}

type Answer = Omit<FplDecision, "open">;
type Settled = Answer & { readonly verdict: Known };

function matched(rule: Rule): Settled {
  const verdict = VERDICTS[rule.effect];
  const isShadow = rule.effect === "shadow";
  const code = isShadow ? "SHADOW_DENY" : rule.strict ? "FPL_STRICT_DENY" : `RULE_${rule.effect.toUpperCase()}`;
  const reason = rule.reason || (isShadow ? "shadow: recorded and let through" : rule.effect);
  return { verdict, rule: placeOf(rule), index: rule.index, code, reason };
}

function failed(rule: Rule, problem: string): Settled {
  const reason = `EXPR_RUNTIME_ERROR: the condition fails (${problem}), which denies`;
  return { verdict: "deny", rule: placeOf(rule), index: rule.index, code: "EXPR_RUNTIME_ERROR", reason };
}

function unmatched({ defaultEffect }: Policy): Settled {
  const code = `UNMATCHED_${(defaultEffect === "halt" ? "deny" : defaultEffect).toUpperCase()}`;
  const reason = `no rule matches; the default is ${defaultEffect}`;
  return { verdict: VERDICTS[defaultEffect], rule: null, index: null, code, reason };
}

/** What would be said without the open rules stands if they could only say the same. */
function settle(settled: Settled, open: readonly Open[], possible: ReadonlySet<Known>): Answer {
  if ([...possible].every((verdict) => verdict === settled.verdict)) return settled;
  const [first] = open;
  if (!first) return settled;
  const others = open.length > 1 ? ` and ${open.length - 1} more` : "";
  const what = `${placeOf(first.rule)} (${first.rule.effect})${others}`;
  const reason = `depends on the request's ${first.parts.join(", ")}: ${what} may match, else ${settled.verdict}`;
  return { verdict: "unknown", rule: null, index: null, code: "UNKNOWN", reason };
}
