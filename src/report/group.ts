/** Findings put together the way a reviewer thinks of them: one entry an endpoint or rule, with the layers it concerns. */
import type { PrintTarget } from "../model/candidate.ts";
import { type Drift, type Finding, FINDING_KINDS, type FindingKind } from "../model/finding.ts";

export interface Entry {
  /** The endpoint, or the rule's text. */
  readonly subject: string;
  /** What there is to say, without the subject. */
  readonly statement: string;
  readonly findings: readonly Finding[];
  readonly layers: readonly PrintTarget[];
}

export interface Group {
  readonly kind: FindingKind;
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** In the order in which the findings stand: by weight, or what newly opens most first. */
export function groups(drift: Drift): Group[] {
  const kinds = [...new Set(drift.findings.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const found = drift.findings.filter((f) => f.kind === kind);
    return { kind, title: FINDING_KINDS[kind].title, entries: entriesOf(found) };
  });
}

function entriesOf(findings: readonly Finding[]): Entry[] {
  const bySubject = new Map<string, Finding[]>();
  for (const f of findings) {
    const subject = f.endpoint ? f.subject : `${f.layer ?? ""} ${f.rule ?? ""} ${f.message}`;
    const entry = bySubject.get(subject);
    if (entry) entry.push(f);
    else bySubject.set(subject, [f]);
  }
  return [...bySubject.values()].map((found) => {
    const [first] = found;
    return {
      subject: first?.subject ?? "",
      statement: first?.message.slice(first.subject.length + 2) ?? "",
      findings: found,
      layers: [...new Set(found.flatMap((f) => f.layer ?? []))],
    };
  });
}

/** `2 new-endpoint, 1 expired`: what decided the verdict, most weighty first. */
export function tally(drift: Drift, kinds: ReadonlySet<FindingKind>): string {
  return groups(drift)
    .filter((group) => kinds.has(group.kind))
    .map((group) => `${group.entries.length} ${group.kind}`)
    .join(", ");
}
