/** Rules that say the same in both policies and end at another time. */
import type { Finding, FindingKind } from "../model/finding.ts";
import { formatSeconds, type Instant } from "../model/instant.ts";
import type { Layer, PolicyRule } from "../model/policy.ts";
import { finding } from "./finding.ts";

export function ends(before: Layer, after: Layer, now: Instant): Finding[] {
  if (![before, after].some(({ rules }) => rules.some(({ expires }) => expires !== null))) return [];
  const old = lastOf(before);
  return [...lastOf(after).values()].flatMap((rule) => {
    const twin = old.get(rule.text);
    // What is over already, on either side, shows in what is allowed.
    if (twin === undefined || twin.expires === rule.expires) return [];
    // Written in a zone that nobody told: neither later nor earlier can be claimed.
    if (twin.endsInUnknownZone || rule.endsInUnknownZone) return [];
    if (overAt(twin, now) !== null || overAt(rule, now) !== null) return [];
    const [kind, statement] = change(rule.effect, twin.expires, rule.expires);
    return finding({
      kind,
      layer: after.dialect,
      about: rule.text,
      aspect: "end",
      rule: rule.place,
      statement,
      reason: rule.reason,
    });
  });
}

/** Of rules that say the same, the one that ends last: it is the one that counts in the end. */
function lastOf({ rules }: Layer): Map<string, PolicyRule> {
  const last = new Map<string, PolicyRule>();
  for (const rule of rules.filter(isJudged)) {
    const other = last.get(rule.text);
    if (other === undefined || (rule.expires ?? Infinity) > (other.expires ?? Infinity)) last.set(rule.text, rule);
  }
  return last;
}

/** What ends later allows for longer, or for longer denies what may be allowed behind it. */
function change(effect: PolicyRule["effect"], before: Instant | null, after: Instant | null): [FindingKind, string] {
  const [was, is] = [before, after].map((at) => (at === null ? "never" : `at ${formatSeconds(at)}`));
  const statement = `ends ${is}, before ${was}`;
  const isLater = after === null || (before !== null && after > before);
  if (effect !== "permit") return [isLater ? "narrowed" : "widened", statement];
  return [isLater ? (after === null ? "widened" : "renewed") : "narrowed", statement];
}

function isJudged({ effect, opens }: PolicyRule): boolean {
  return opens || effect !== "permit";
}

/** When a rule's time was over; null where it is not, or there is no rule. */
export function overAt(rule: PolicyRule | null, now: Instant): Instant | null {
  return rule !== null && rule.expires !== null && rule.expires <= now ? rule.expires : null;
}
