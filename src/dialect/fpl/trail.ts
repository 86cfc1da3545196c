/** The way of one request through the rules of an FPL policy: each that matches it, or may. */
import type { Instant } from "../../model/instant.ts";
import type { TrailStep } from "../../model/policy.ts";
import { canonicalRule } from "./canonical.ts";
import { type Asked, meet } from "./decide.ts";
import type { Scope } from "./expr/value.ts";
import { rulesFor } from "./host-index.ts";
import { placeOf, type Policy } from "./policy.ts";
import { networkParts } from "./request.ts";

export function trailOf(policy: Policy, asked: Asked, now: Instant): readonly TrailStep[] {
  const scope: Scope = { ...asked, vars: policy.vars, now };
  const parts = networkParts(asked.args);
  const steps: TrailStep[] = [{ kind: "chain", depth: 0, text: `rules for ${asked.tool}` }];
  for (const rule of rulesFor(policy, parts.host)) {
    const meeting = meet(rule, scope, parts);
    if (meeting.kind === "no") continue;
    const unsure = meeting.kind === "unsure";
    steps.push({
      kind: "rule",
      depth: 1,
      place: placeOf(rule),
      text: canonicalRule(rule),
      action: meeting.kind === "failure" ? `deny, since its condition fails: ${meeting.problem}` : rule.effect,
      doubt: unsure ? `the request's ${meeting.parts.join(", ")}` : null,
    });
    if (!unsure) return steps;
  }
  const sure = steps.length === 1;
  return [...steps, { kind: "policy", depth: 1, text: `default ${policy.defaultEffect}`, sure }];
}
