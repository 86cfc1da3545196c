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
  const findings = compared
    .flatMap(({ before, after, comparison }) => judge(before, after, comparison, now))
    .sort(openedFirst)
    .map((judged) => judged.finding);
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

/** A finding, and how much it is about; `opens` where what was not allowed surely is. */
interface Judged {
  readonly finding: Finding;
  readonly opens: boolean;
  readonly size: bigint;
}

function judge(before: Layer, after: Layer, comparison: PolicyComparison, now: Instant): Judged[] {
  const classifier = new Classifier(before, after, comparison, now);
  const layer = after.dialect;
  const other = [
    ...ends(before, after, now),
    ...after.rules.flatMap((rule) => judgeTime(after, rule, now)),
    ...idle(before, after, comparison),
    ...newIn(familyGaps(before, now), familyGaps(after, now)),
    ...newIn(notModelled(before), notModelled(after)),
    ...comparison.notes.map((note) =>
      finding({ kind: "not-modelled", layer, about: "the comparison", aspect: note, statement: note }),
    ),
  ];
  return [
    ...comparison.differences.map((difference) => ({
      finding: classifier.classify(difference),
      opens: opens(difference),
      size: difference.destinations ?? 0n,
    })),
    ...other.map((each) => ({ finding: each, opens: false, size: 0n })),
  ];
}

const opens = ({ before, after }: Difference): boolean =>
  after.verdict === "permit" && (before.verdict === "deny" || before.verdict === "defer");

const RANK = Object.keys(FINDING_KINDS);

/** What newly opens, whatever it is called, then the other kinds by their weight; of each the largest exposure first. */
function openedFirst(a: Judged, b: Judged): number {
  const bySize = a.size < b.size ? 1 : a.size > b.size ? -1 : 0;
  if (a.opens !== b.opens) return a.opens ? -1 : 1;
  return (a.opens ? bySize : 0) || RANK.indexOf(a.finding.kind) - RANK.indexOf(b.finding.kind) || bySize;
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

function unique(findings: readonly Finding[]): Finding[] {
  const byId = new Map<string, Finding>();
  for (const item of findings) if (!byId.has(item.id)) byId.set(item.id, item);
  return [...byId.values()];
}
