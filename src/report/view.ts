/** What every prose report says, worked out once: the headline, the facts of an endpoint, what becomes of a group. */
import type { Candidate, CandidateRule, Observed } from "../model/candidate.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Drift, FindingKind, LayerSummary } from "../model/finding.ts";
import { SIGNAL_KINDS, type SignalKind } from "../model/signal.ts";
import { agedLists, agedStatement } from "./aged.ts";
import { type Group, groups, tally } from "./group.ts";

export interface ReportInput {
  readonly drift: Drift;
  /** What production was held against; null where that was another version of the policy. */
  readonly candidate: Candidate | null;
  /** The kinds that need review here. */
  readonly failOn: ReadonlySet<FindingKind>;
}

export interface View {
  readonly verdict: "within policy" | "review needed";
  /** What decided the verdict, or that nothing did. */
  readonly headline: string;
  readonly scope: string;
  /** Groups that decided the verdict, then those that are only told. */
  readonly deciding: readonly Group[];
  readonly told: readonly Group[];
  /** Every way that an endpoint was reached: directly, through a proxy. */
  readonly observed: ReadonlyMap<string, readonly Observed[]>;
  /** The network's own traffic, which is compared with nothing: `192.0.2.123:123/udp (ntp)`. */
  readonly apart: readonly string[];
  /** That owners may be out of date, null where they are not. */
  readonly aged: string | null;
  /** Declared by the reviewers and used by no run: `api.example.com:443/tcp (until 2027-02-01)`. */
  readonly declared: readonly string[];
  /** Workloads that no allowlist is for, so that nothing they used is approved. */
  readonly unknown: readonly string[];
  readonly candidate: Candidate | null;
}

export function view({ drift, candidate, failOn }: ReportInput): View {
  const review = drift.verdict === "review";
  const all = groups(drift);
  const observed = candidate === null ? [] : [...candidate.rules.filter(isObserved), ...candidate.notProposed];
  return {
    verdict: review ? "review needed" : "within policy",
    headline: review ? tally(drift, failOn) : calm(drift),
    scope: candidate === null ? drift.layers.map(versions).join("; ") : inForce(drift, candidate.runs, observed.length),
    deciding: all.filter((group) => failOn.has(group.kind)),
    told: all.filter((group) => !failOn.has(group.kind)),
    aged: candidate === null ? null : agedStatement(agedLists(candidate)),
    apart: observed.filter(({ flags }) => flags.includes("infrastructure")).map(apart),
    declared: candidate === null ? [] : candidate.rules.filter((rule) => !isObserved(rule)).map(untilWhen),
    unknown: candidate?.unknownWorkloads ?? [],
    observed: byEndpoint(observed),
    candidate,
  };
}

function inForce({ layers }: Drift, runs: number, observed: number): string {
  const told = layers.map((l) => `${l.dialect} (${plural(l.rules, "rule")}, default ${l.default})`);
  return `${plural(runs, "run")}, ${plural(observed, "endpoint")} observed; production: ${told.join(", ")}`;
}

/** `nftables: equivalent: 27 rules before, 28 after, same destinations`. */
function versions({ dialect, rules, against }: LayerSummary): string {
  if (against === undefined) return dialect;
  const counts = `${plural(rules, "rule")} before, ${against.rules} after`;
  const what = against.dialect === undefined ? dialect : `${dialect} and ${against.dialect}`;
  if (against.equivalent === true) return `${what}: equivalent: ${counts}, same destinations`;
  return `${what}: ${counts}, ${against.equivalent === false ? "other destinations" : "cannot tell whether the same destinations"}`;
}

/** Within policy is not the same as nothing to see. */
function calm(drift: Drift): string {
  const warnings = new Set(drift.findings.filter((f) => f.severity !== "note").map((f) => f.kind));
  if (warnings.size > 0) return `nothing that fails the check; worth a look: ${tally(drift, warnings)}`;
  // An interval may open something: that is no verdict, and no clean bill either.
  const untold = drift.layers.some(({ against }) => against?.equivalent === null);
  return untold ? "nothing that is certain; what cannot be told is below" : "nothing to review";
}

/** `6 of 12 runs (all 6 since 2026-11-07, none of the 6 before)`: what came with a change shows at once. */
export function inRuns({ evidence: e }: Observed): string {
  const since = e.of - e.runsBefore;
  const share = `${e.runs} of ${plural(e.of, "run")}`;
  // One or two runs come and go; a change shows in every run after it and in none before.
  if (e.runsBefore < 2 || since < 2 || e.runs < since || e.firstSeen === null) return share;
  return `${share} (all ${since} since ${e.firstSeen.slice(0, 10)}, none of the ${e.runsBefore} before)`;
}

function byEndpoint(observed: readonly Observed[]): Map<string, readonly Observed[]> {
  const ways = new Map<string, Observed[]>();
  for (const one of observed) {
    const endpoint = formatEndpoint(one.endpoint);
    const known = ways.get(endpoint);
    if (known) known.push(one);
    else ways.set(endpoint, [one]);
  }
  return ways;
}

/** `directly`, `through http-connect 10.0.0.9`. */
export function wayOf({ via }: Observed): string {
  return via === null ? "directly" : `through ${via.kind} ${via.address ?? "a proxy"}`;
}

/** The way is told where it is not the direct one alone. */
export function seenIn(one: Observed, ways: readonly Observed[]): string {
  return ways.length === 1 && one.via === null ? `in ${inRuns(one)}` : `${wayOf(one)} in ${inRuns(one)}`;
}

/** The signals on any of the ways, in the order of weight. */
export function lookAt(ways: readonly Observed[]): SignalKind[] {
  const kinds = new Set(ways.flatMap(({ signals }) => signals).map(({ kind }) => kind));
  return (Object.keys(SIGNAL_KINDS) as SignalKind[]).filter((kind) => kinds.has(kind));
}

function isObserved(rule: CandidateRule): boolean {
  return rule.review !== "intended";
}

function untilWhen({ endpoint, expires }: CandidateRule): string {
  return `${formatEndpoint(endpoint)} (until ${expires.slice(0, 10)})`;
}

function apart({ endpoint, flags }: Observed): string {
  const why = flags.filter((flag) => flag !== "infrastructure");
  return `${formatEndpoint(endpoint)} (${why.join(", ")})`;
}

/** `name from tls-sni, 6 of 6 connections established, 2026-11-07 to 2026-11-12`. */
export function howSeen({ evidence: e }: Observed): string {
  const times = e.firstSeen && e.lastSeen ? `, ${span(e.firstSeen.slice(0, 10), e.lastSeen.slice(0, 10))}` : "";
  const source = e.nameSource === null ? "no name known" : `name from ${e.nameSource}`;
  return `${source}, ${e.established} of ${plural(e.connections, "connection")} established${times}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function span(first: string, last: string): string {
  return first === last ? `on ${first}` : `${first} to ${last}`;
}
