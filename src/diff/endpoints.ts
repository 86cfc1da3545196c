/** Policy x evidence, seen from the endpoint: what was observed, and what production says of it. */
import type { Address } from "../model/address.ts";
import { ownersOf } from "../model/annotation.ts";
import { compareText } from "../model/compare.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Layer } from "../model/policy.ts";
import { type Answers, ask } from "./ask.ts";
import type { Hit, Hits } from "./breadth.ts";
import { finding } from "./finding.ts";
import type { Subject } from "./subject.ts";

export interface EndpointReport {
  readonly findings: readonly Finding[];
  /** What was observed, by the place of the rule that decided it. */
  readonly hits: Hits;
}

export function compareWithEvidence(
  layer: Layer,
  subjects: readonly Subject[],
  reviewed: boolean,
  now: Instant,
): EndpointReport {
  const hits = new Map<string, Hit[]>();
  const findings: Finding[] = [];
  for (const subject of subjects) {
    const answers = ask(layer, subject, now);
    for (const { question, decision } of answers.all) {
      if (decision.rule === null) continue;
      const known = hits.get(decision.rule);
      if (known) known.push(question);
      else hits.set(decision.rule, [question]);
    }
    if (isForReview(subject)) findings.push(...judge(layer, subject, answers, reviewed));
  }
  return { findings, hits };
}

/** The network's own traffic is shown apart, but the runs' resolver is needed by every name. */
function isForReview(subject: Subject): boolean {
  return !subject.flags.includes("infrastructure") || subject.flags.includes("resolver");
}

function judge(layer: Layer, subject: Subject, answers: Answers, reviewed: boolean): Finding[] {
  const decided = subject.decision;
  // Declared, and asked about only so that the rule that waits for it is not taken for stale.
  if (subject.review === "intended") return [];
  const [refused] = answers.refused;
  if (refused) {
    // The reviewers said no or not yet, and production agrees everywhere: nothing to ask them again.
    const agreed = answers.refused.length === answers.all.length;
    if ((decided === "deny" || decided === "watch") && agreed) return [];
    if (subject.review === "within-envelope") return [withinEnvelope(layer, subject, "production denies it")];
    if (decided !== "deny") return [newEndpoint(layer, subject, answers)];
  }
  const [unknown] = answers.unknown;
  const about = formatEndpoint(subject.endpoint);
  if (unknown) {
    const statement = `cannot tell whether production allows it: ${unknown.decision.reason}`;
    return [
      finding({ kind: "not-modelled", layer: layer.dialect, about, subject, statement, rule: unknown.decision.rule }),
    ];
  }
  if (answers.all.length === 0 || !reviewed || decided === "allow") return [];
  const rule = answers.all.find(({ decision }) => decision.verdict === "permit")?.decision.rule ?? null;
  if (decided === "deny") {
    const statement = `production allows it, and the reviewers decided against it`;
    return [finding({ kind: "effect-changed", layer: layer.dialect, about, subject, rule, statement })];
  }
  if (subject.flags.includes("resolver")) return [];
  if (subject.review === "within-envelope") return [withinEnvelope(layer, subject, "production allows it")];
  const undecided = subject.wasDecided ? "what was decided on it no longer holds" : "nobody has decided it";
  const but = decided === "watch" ? "the reviewers are still watching it" : undecided;
  const statement = `allowed in production and used, and ${but}`;
  return [finding({ kind: "unreviewed", layer: layer.dialect, about, subject, rule, statement })];
}

/** New, and agreed on beforehand: told, and nobody has to look. */
function withinEnvelope(layer: Layer, subject: Subject, production: string): Finding {
  const about = formatEndpoint(subject.endpoint);
  const statement = `${production}; ${subject.reason}`;
  return finding({ kind: "within-envelope", layer: layer.dialect, about, subject, statement });
}

function newEndpoint(layer: Layer, subject: Subject, answers: Answers): Finding {
  const [first] = answers.refused;
  const about = formatEndpoint(subject.endpoint);
  const refusedAt = answers.refused.flatMap(({ question }) => question.address ?? []);
  const partly =
    layer.dialect !== "fpl" && answers.refused.length < answers.all.length
      ? ` at ${answers.refused.length} of its ${answers.all.length} addresses (${list(refusedAt)})`
      : "";
  const deferred = first?.decision.verdict === "defer" ? ", production defers it" : ", production denies it";
  const blocked = subject.evidence.deniedOnly ? " (every attempt was blocked where it was seen)" : "";
  const owners = ownersOf(subject.tags);
  const whose = owners.length === 0 ? "" : ` at ${list(owners)}`;
  const { runs, of } = subject.evidence;
  return finding({
    kind: "new-endpoint",
    layer: layer.dialect,
    about,
    subject,
    rule: first?.decision.rule ?? null,
    witness: witnessOf(subject, first?.question.address ?? null),
    statement: `seen in ${runs} of ${of} runs${whose}${deferred}${partly}${blocked}`,
    reason: first?.decision.reason ?? null,
  });
}

function witnessOf(subject: Subject, address: Address | null): Finding["witness"] {
  const { transport, port } = subject.endpoint;
  return { transport, address: address ?? subject.endpoint.address, port };
}

function list(items: readonly string[]): string {
  const shown = items.toSorted(compareText).slice(0, 3).join(", ");
  return items.length > 3 ? `${shown} and ${items.length - 3} more` : shown;
}
