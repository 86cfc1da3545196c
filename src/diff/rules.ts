/** Policy x evidence, seen from the rule: what is over, what nobody uses, what has no reason. */
import type { Finding } from "../model/finding.ts";
import { DAY, formatSeconds, type Instant } from "../model/instant.ts";
import type { Layer, PolicyRule } from "../model/policy.ts";
import type { Hits } from "./breadth.ts";
import { confidenceOf, inWords, type Unused } from "./confidence.ts";
import { finding } from "./finding.ts";

/** How far ahead `expiring` looks. */
const EXPIRING_WITHIN: number = 14 * DAY;

export function judgeRules(layer: Layer, hits: Hits, runs: number, unused: Unused, now: Instant): Finding[] {
  return [
    ...layer.rules.flatMap((rule) => judge(layer, rule, hits.has(rule.place), runs, unused, now)),
    ...notModelled(layer),
  ];
}

export function notModelled(layer: Layer): Finding[] {
  return layer.notModelled.map(({ place, text }) =>
    finding({
      kind: "not-modelled",
      layer: layer.dialect,
      about: text,
      rule: place,
      statement: "cannot be reasoned about exactly; answers that depend on it are unknown",
    }),
  );
}

/** Whether the time of a rule is over, or nearly over. */
export function judgeTime(layer: Layer, rule: PolicyRule, now: Instant): Finding[] {
  const common = { layer: layer.dialect, about: rule.text, rule: rule.place, reason: rule.reason };
  if (rule.expires === null || rule.expires > now + EXPIRING_WITHIN) return [];
  if (rule.expires <= now) {
    return [finding({ ...common, kind: "expired", statement: `its time was over at ${formatSeconds(rule.expires)}` })];
  }
  if (!rule.opens || rule.effect !== "permit") return [];
  const days = Math.floor((rule.expires - now) / DAY);
  const when = `${formatSeconds(rule.expires)} (${days === 0 ? "within a day" : `${days} day${days === 1 ? "" : "s"} left`})`;
  return [finding({ ...common, kind: "expiring", statement: `its time is over at ${when}` })];
}

function judge(layer: Layer, rule: PolicyRule, isHit: boolean, runs: number, unused: Unused, now: Instant): Finding[] {
  const common = { layer: layer.dialect, about: rule.text, rule: rule.place, reason: rule.reason };
  const findings = judgeTime(layer, rule, now);
  const isOver = rule.expires !== null && rule.expires <= now;
  if (isOver || !rule.opens || rule.effect !== "permit") return findings;
  if (!isHit) {
    const evidence = { runs: 0, of: runs };
    const confidence = confidenceOf(rule.place, unused);
    const chance = confidence === null ? "" : inWords(confidence, rule.place, unused);
    const statement = `not used in any of ${runs} runs${chance}`;
    findings.push(finding({ ...common, kind: "stale", statement, evidence, ...(confidence && { confidence }) }));
  }
  if (rule.reason === null) {
    findings.push(finding({ ...common, kind: "missing-reason", statement: "no reason is written beside it" }));
  }
  return findings;
}
