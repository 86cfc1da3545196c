/** Rules of an FPL policy that decide no request the proxy can make: because others stand before them, or nothing fits. */
import type { Instant } from "../../model/instant.ts";
import type { IdleRule, PolicyRule, Question } from "../../model/policy.ts";
import { askedOf } from "./ask.ts";
import { decide, meet } from "./decide.ts";
import { type FplLayer, isProxied } from "./layer.ts";
import { isTimed } from "./pending.ts";
import { networkParts } from "./request.ts";
import { placeOf, type Rule } from "./policy.ts";

/** To say why a rule is idle is to ask all questions again: of so many, more explanations help nobody. */
const MOST_EXPLAINED = 50;

/** `asked`: a request of every class; `met`: the rules that one of them got to. */
export function idleRules(
  layer: FplLayer,
  met: ReadonlySet<Rule>,
  asked: readonly Question[],
  now: Instant,
): IdleRule[] {
  return layer.policy.rules
    .flatMap((rule, i) => {
      const listed = layer.rules[i];
      return listed === undefined || met.has(rule) || !isProxied(rule) || isTimed(rule.condition)
        ? []
        : [[rule, listed] as const];
    })
    .slice(0, MOST_EXPLAINED)
    .map(([rule, listed]) => explain(layer, rule, listed, asked, now));
}

function explain(
  { policy }: FplLayer,
  rule: Rule,
  listed: PolicyRule,
  asked: readonly Question[],
  now: Instant,
): IdleRule {
  for (const question of asked) {
    const { tool, args } = askedOf(question);
    if (meet(rule, { tool, args, vars: policy.vars, now }, networkParts(args)).kind === "no") continue;
    const { index } = decide(policy, { tool, args }, now);
    const first = index === null ? undefined : policy.rules[index];
    const why =
      first === undefined ? "another rule takes it first" : `${placeOf(first)} (${first.effect}) takes it first`;
    return { rule: listed, kind: "shadowed", why };
  }
  return { rule: listed, kind: "dead-rule", why: "no request has what it asks for" };
}
