/** Makes findings, with ids that are the same over runs and machines, and puts them in the reviewer's order. */
import { createHash } from "node:crypto";
import type { PrintTarget } from "../model/candidate.ts";
import { compareNumbers, compareText } from "../model/compare.ts";
import { type Finding, FINDING_KINDS, type FindingKind } from "../model/finding.ts";
import { type Signal, SIGNAL_KINDS, type SignalKind } from "../model/signal.ts";
import type { Subject } from "./subject.ts";

interface Parts {
  readonly kind: FindingKind;
  readonly layer: PrintTarget | null;
  /** The endpoint or rule, in words that do not change when files move or lines are added: part of the id. */
  readonly about: string;
  /** Told apart in the id where one subject can have several findings of a kind. */
  readonly aspect?: string;
  readonly subject?: Subject;
  readonly rule?: string | null;
  readonly witness?: Finding["witness"];
  /** What there is to say of it. */
  readonly statement: string;
  /** Those of the subject, unless they are given. */
  readonly signals?: readonly SignalKind[];
  readonly reason?: string | null;
  readonly evidence?: Finding["evidence"];
  readonly confidence?: Finding["confidence"];
}

export function finding(parts: Parts): Finding {
  const { kind, layer, about, subject, statement } = parts;
  const { signals = risksOf(subject?.signals ?? []) } = parts;
  return {
    id: createHash("sha256")
      .update(`${kind}|${layer ?? ""}|${about}|${parts.aspect ?? ""}`)
      .digest("hex")
      .slice(0, 16),
    kind,
    severity: FINDING_KINDS[kind].severity,
    layer,
    endpoint: subject?.endpoint ?? null,
    rule: parts.rule ?? null,
    witness: parts.witness ?? null,
    subject: about,
    message: `${about}: ${statement}`,
    reason: parts.reason ?? null,
    evidence: parts.evidence ?? (subject ? { runs: subject.evidence.runs, of: subject.evidence.of } : null),
    ...(signals.length > 0 && { signals }),
    ...(parts.confidence && { confidence: parts.confidence }),
  };
}

/** The kinds among these that make a destination risky, each once, most weighty first. */
export function risksOf(signals: readonly Signal[]): SignalKind[] {
  return [...WEIGHT.keys()].filter((risk) => signals.some(({ kind }) => kind === risk));
}

const WEIGHT: ReadonlyMap<SignalKind, number> = new Map(
  (Object.keys(SIGNAL_KINDS) as SignalKind[]).filter((kind) => SIGNAL_KINDS[kind].risky).map((kind, i) => [kind, i]),
);

function weightOf({ signals }: Finding): number {
  const [first] = signals ?? [];
  return (first && WEIGHT.get(first)) ?? WEIGHT.size;
}

const RANK: ReadonlyMap<string, number> = new Map(Object.keys(FINDING_KINDS).map((kind, rank) => [kind, rank]));

/** By weight of kind, then of what to look at, then what most runs saw, then endpoint, layer, place; the id decides among equals. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    (RANK.get(a.kind) ?? 0) - (RANK.get(b.kind) ?? 0) ||
    weightOf(a) - weightOf(b) ||
    (b.endpoint ? (b.evidence?.runs ?? 0) : 0) - (a.endpoint ? (a.evidence?.runs ?? 0) : 0) ||
    compareText(a.endpoint?.name ?? "~", b.endpoint?.name ?? "~") ||
    compareText(a.endpoint?.address ?? "", b.endpoint?.address ?? "") ||
    compareText(a.endpoint?.transport ?? "", b.endpoint?.transport ?? "") ||
    compareNumbers(a.endpoint?.port ?? null, b.endpoint?.port ?? null) ||
    compareText(a.layer ?? "", b.layer ?? "") ||
    comparePlaces(a.rule ?? "", b.rule ?? "") ||
    compareText(a.id, b.id)
  );
}

/** `rules.v4:9` before `rules.v4:10`. */
function comparePlaces(a: string, b: string): number {
  const [fileA, fileB] = [a.replace(/[:\d]*$/, ""), b.replace(/[:\d]*$/, "")];
  const numbers = (place: string, file: string): number[] => place.slice(file.length).split(":").map(Number);
  const [x, y] = [numbers(a, fileA), numbers(b, fileB)];
  return compareText(fileA, fileB) || (x[1] ?? 0) - (y[1] ?? 0) || (x[2] ?? 0) - (y[2] ?? 0);
}
