/** diff: production layers x evidence or candidate -> the drift report. */
import { parseAddress } from "../model/address.ts";
import type { Candidate } from "../model/candidate.ts";
import { sortedUnique } from "../model/compare.ts";
import { formatEndpoint } from "../model/evidence.ts";
import { type Drift, DRIFT_SCHEMA, type Finding, FINDING_KINDS, type FindingKind } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Layer } from "../model/policy.ts";
import { type Signal, SIGNAL_KINDS, type SignalKind } from "../model/signal.ts";
import { compareWithEvidence } from "./endpoints.ts";
import { judgeBreadth } from "./breadth.ts";
import { unusedIn } from "./confidence.ts";
import { compareFindings, finding, risksOf } from "./finding.ts";
import { type Approved, movedPrefixes } from "./moved.ts";
import { movedSinceApproval } from "./moved-approval.ts";
import { judgeRules } from "./rules.ts";
import { judgeEvidence, judgeRates } from "./sufficiency.ts";
import { type Subject, subjectsOf } from "./subject.ts";
import { judgePatterns, type SpansTenants } from "./tenants.ts";

export interface DriftInput {
  readonly layers: readonly Layer[];
  readonly candidate: Candidate;
  /** What was approved earlier, and the lists that it is to be held against; left out where neither is known. */
  readonly approved?: Approved | undefined;
  readonly failOn: ReadonlySet<FindingKind>;
  readonly now: Instant;
  /** Left out where nobody can tell. */
  readonly spansTenants?: SpansTenants;
  /** The least sample coverage that evidence must have; null or left out where none is asked for. */
  readonly minCoverage?: number | null;
  /** What earlier runs led to, for rules that these runs did not use. */
  readonly earlier?: Candidate | null;
}

export function drift(input: DriftInput): Drift {
  const { layers, candidate, approved, failOn, now, spansTenants = () => null } = input;
  const { minCoverage = null, earlier = null } = input;
  const subjects = subjectsOf(candidate);
  const found = layers.flatMap((layer) => {
    const seen = compareWithEvidence(layer, subjects, candidate.reviewed, now);
    return [
      ...seen.findings,
      ...judgeRules(layer, seen.hits, candidate.runs, unusedIn(layer, candidate, earlier, now), now),
      ...judgeBreadth(layer, seen.hits, now),
      ...judgePatterns(layer, spansTenants),
    ];
  });
  const held = approved === undefined ? [] : movedPrefixes(approved);
  // What was approved as a whole candidate is told address by address: that says more of the same rule.
  const known = new Set(held.map(({ id }) => id));
  const moved = [...held, ...movedSinceApproval(candidate).filter(({ id }) => !known.has(id))];
  const { completeness, blindSpots } = candidate;
  const sufficiency = completeness && minCoverage !== null ? judgeEvidence(completeness, minCoverage) : [];
  const findings = unique([
    ...found,
    ...moved,
    ...aboutSubjects(subjects),
    ...aboutPatterns(candidate),
    ...notExpressed(candidate),
    ...lapsed(candidate),
    ...voided(candidate),
    ...sufficiency,
    ...judgeRates(candidate.rules),
  ]);
  return {
    _schema: DRIFT_SCHEMA,
    verdict: findings.some((f) => failOn.has(f.kind)) ? "review" : "within-policy",
    layers: layers.map((layer) => ({
      dialect: layer.dialect,
      files: layer.files,
      rules: layer.rules.length,
      default: layer.defaultEffect,
    })),
    ...(blindSpots === undefined ? {} : { blindSpots }),
    findings,
  };
}

/** The kinds that make exit 1 unless the user names others. */
export function defaultFailOn(): Set<FindingKind> {
  const kinds = Object.keys(FINDING_KINDS) as FindingKind[];
  return new Set(kinds.filter((kind) => FINDING_KINDS[kind].failsByDefault));
}

function aboutSubjects(subjects: readonly Subject[]): Finding[] {
  const ambiguous = subjects.flatMap((subject) => {
    if (!subject.flags.includes("ambiguous")) return [];
    // An address that a client wrote is no name that could stand for this one.
    const others = subject.otherNames.filter((other) => parseAddress(other) === null);
    const statement = `the name rests on DNS alone, and ${others.slice(0, 5).join(", ") || "another name"} would fit as well`;
    return [
      finding({ kind: "ambiguous-name", layer: null, about: formatEndpoint(subject.endpoint), subject, statement }),
    ];
  });
  return [...ambiguous, ...risky(subjects)];
}

/** One finding an endpoint: what shows only on the way through a proxy stands beside what shows on the direct one. */
function risky(subjects: readonly Subject[]): Finding[] {
  const ways = new Map<string, Subject[]>();
  for (const subject of subjects) {
    if (risksOf(subject.signals).length === 0) continue;
    const about = formatEndpoint(subject.endpoint);
    const known = ways.get(about);
    if (known) known.push(subject);
    else ways.set(about, [subject]);
  }
  return [...ways].flatMap(([about, seen]) => {
    const [subject] = seen;
    if (subject === undefined) return [];
    const all = seen.flatMap((way) => way.signals);
    const signals = risksOf(all);
    const statement = signals.map((kind) => risk(kind, all)).join("; ");
    return [finding({ kind: "risky-destination", layer: null, about, subject, signals, statement })];
  });
}

/** Each reason once, with all that says so. */
function risk(kind: SignalKind, signals: readonly Signal[]): string {
  const found = signals.filter((signal) => signal.kind === kind);
  const reasons = sortedUnique(found.map(({ reason }) => reason)).join("; ");
  const evidence = sortedUnique(found.map((signal) => signal.evidence)).join("; ");
  return `${SIGNAL_KINDS[kind].title}: ${reasons} (${evidence})`;
}

/** Names seen that have nothing in common but a suffix that other tenants share: no pattern stands for them. */
function aboutPatterns({ patterns }: Candidate): Finding[] {
  return patterns.flatMap(({ pattern, transport, port, names, refused }) => {
    if (refused === null) return [];
    const pinned = names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
    const about = formatEndpoint({ name: pattern, address: null, transport, port });
    const statement = `not proposed, as ${refused}; pinned instead: ${pinned}`;
    return [finding({ kind: "shared-suffix", layer: null, about, statement })];
  });
}

function notExpressed(candidate: Candidate): Finding[] {
  return candidate.notExpressed.map(({ target, endpoint, reason }) =>
    finding({
      kind: "not-expressed",
      layer: target,
      about: formatEndpoint(endpoint),
      aspect: reason,
      statement: `not in the ${target} candidate: ${reason}`,
    }),
  );
}

function lapsed(candidate: Candidate): Finding[] {
  return candidate.lapsed.map(({ place, endpoint, expired }) =>
    finding({
      kind: "expired",
      layer: null,
      about: endpoint,
      rule: place,
      statement: `the reviewers' decision was over at ${expired}`,
    }),
  );
}

function voided(candidate: Candidate): Finding[] {
  return (candidate.voided ?? []).map(({ place, endpoint, now }) =>
    finding({
      kind: "approval-void",
      layer: null,
      about: endpoint,
      rule: place,
      statement: `what was approved is not what is asked for now: ${now}`,
    }),
  );
}

/** Two rules with one canonical text are one finding: the reviewer mends them together. */
function unique(findings: readonly Finding[]): Finding[] {
  const byId = new Map<string, Finding>();
  for (const item of findings.toSorted(compareFindings)) if (!byId.has(item.id)) byId.set(item.id, item);
  return [...byId.values()].sort(compareFindings);
}
