/** Policy x policy: what newly opens, what is shut, and what only reads differently. */
import { InputError } from "../model/error.ts";
import { type Drift, DRIFT_SCHEMA, type Finding, FINDING_KINDS, type FindingKind } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Difference, Layer, PolicyComparison } from "../model/policy.ts";
import { familyGaps } from "./breadth.ts";
import { Classifier } from "./classify.ts";
import { ends } from "./ends.ts";
import { finding } from "./finding.ts";
import { judgeTime, notModelled } from "./rules.ts";

/** The policy of one dialect as it is, and as it would be. */
export interface LayerPair {
  readonly before: Layer;
  readonly after: Layer;
}

export interface PolicyDriftInput {
  readonly pairs: readonly LayerPair[];
  readonly compare: (before: Layer, after: Layer, now: Instant) => PolicyComparison;
  readonly failOn: ReadonlySet<FindingKind>;
  readonly now: Instant;
}

/**
 * Layers of one dialect, then packet filters of two, then what is left over if it is one on each side.
 *
 * @throws InputError when a layer stands alone: nothing could be said of it.
 */
export function pairLayers(before: readonly Layer[], after: readonly Layer[]): LayerPair[] {
  const rest = { before: [...before], after: [...after] };
  const pairs: LayerPair[] = [];
  const pair = (one: Layer | undefined, other: Layer | undefined): void => {
    if (one === undefined || other === undefined) return;
    pairs.push({ before: one, after: other });
    rest.before.splice(rest.before.indexOf(one), 1);
    rest.after.splice(rest.after.indexOf(other), 1);
  };
  for (const layer of before)
    pair(
      layer,
      after.find(({ dialect }) => dialect === layer.dialect),
    );
  pair(rest.before.find(isPacketFilter), rest.after.find(isPacketFilter));
  if (rest.before.length === 1 && rest.after.length === 1) pair(rest.before[0], rest.after[0]);
  for (const [side, other, layers] of [
    ["--production", "--against", rest.before],
    ["--against", "--production", rest.after],
  ] as const) {
    const [alone] = layers;
    if (alone === undefined) continue;
    throw new InputError(`${alone.files.join(", ")}: ${alone.dialect} is in ${side} only; ${other} has no such policy`);
  }
  return pairs;
}

const isPacketFilter = ({ dialect }: Layer): boolean => dialect === "nftables" || dialect === "iptables";

/** Whether two layers ask the same of a connection, so that they can be compared over every destination there is. */
export function askAlike(before: Layer, after: Layer): boolean {
  return before.dialect === after.dialect || (isPacketFilter(before) && isPacketFilter(after));
}

export function policyDrift({ pairs, compare, failOn, now }: PolicyDriftInput): Drift {
  const compared = pairs.map((pair) => ({ ...pair, comparison: compare(pair.before, pair.after, now) }));
  const rank = Object.keys(FINDING_KINDS);
  // The sort is stable: within a kind the largest exposure stays first.
  const findings = compared
    .flatMap(({ before, after, comparison }) => judge(before, after, comparison, now))
    .sort((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind));
  return {
    _schema: DRIFT_SCHEMA,
    verdict: findings.some(({ kind }) => failOn.has(kind)) ? "review" : "within-policy",
    layers: compared.map(({ before, after, comparison }) => ({
      dialect: before.dialect,
      ...summary(before),
      against: {
        ...(after.dialect === before.dialect ? {} : { dialect: after.dialect }),
        ...summary(after),
        equivalent: isEquivalent(comparison),
      },
    })),
    findings: unique(findings),
  };
}

function summary({ files, rules, defaultEffect }: Layer): Pick<Drift["layers"][number], "files" | "rules" | "default"> {
  return { files, rules: rules.length, default: defaultEffect };
}

function isEquivalent({ differences, exact }: PolicyComparison): boolean | null {
  const verdicts = differences.map(({ before, after }) => [before.verdict, after.verdict]);
  if (verdicts.some(([was, is]) => was !== is && was !== "unknown" && is !== "unknown")) return false;
  return exact ? true : null;
}

function judge(before: Layer, after: Layer, comparison: PolicyComparison, now: Instant): Finding[] {
  const classifier = new Classifier(before, after, comparison, now);
  const layer = after.dialect;
  return [
    ...comparison.differences.toSorted(largestFirst).map((difference) => classifier.classify(difference)),
    ...ends(before, after, now),
    ...after.rules.flatMap((rule) => judgeTime(after, rule, now)),
    ...idle(before, after, comparison),
    ...newIn(familyGaps(before, now), familyGaps(after, now)),
    ...newIn(notModelled(before), notModelled(after)),
    ...comparison.notes.map((note) =>
      finding({ kind: "not-modelled", layer, about: "the comparison", aspect: note, statement: note }),
    ),
  ];
}

/** A defect that stood there before is no difference, and reordering alone is none either. */
function idle(before: Layer, after: Layer, { idle: rules, differences }: PolicyComparison): Finding[] {
  if (rules.after.length === 0) return [];
  const known = new Set(before.rules.map(({ text }) => text));
  const already = new Set(rules.before.map(({ rule }) => rule.text));
  return rules.after
    .filter(({ rule }) => !known.has(rule.text) || (differences.length > 0 && !already.has(rule.text)))
    .map(({ rule, kind, why }) =>
      finding({
        kind,
        layer: after.dialect,
        about: rule.text,
        rule: rule.place,
        statement: kind === "shadowed" ? why : `never matches: ${why}`,
        reason: rule.reason,
      }),
    );
}

function newIn(before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const known = new Set(before.map(({ id }) => id));
  return after.filter(({ id }) => !known.has(id));
}

function largestFirst(a: Difference, b: Difference): number {
  const size = (difference: Difference): bigint => difference.destinations ?? 0n;
  return size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : 0;
}

function unique(findings: readonly Finding[]): Finding[] {
  const byId = new Map<string, Finding>();
  for (const item of findings) if (!byId.has(item.id)) byId.set(item.id, item);
  return [...byId.values()];
}
