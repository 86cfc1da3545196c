/** Several teams' allowlists: each workload is judged by its own, and one that has none is judged by nobody. */
import type { Candidate, Observed } from "../model/candidate.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { InputError } from "../model/error.ts";
import type { Allowlist } from "./allowlist/decided.ts";
import type { Ways } from "./approval.ts";
import { Decisions, formatDecided, type JudgeOptions, type Judgement, type Reviewers } from "./decisions.ts";

export class Tenants implements Reviewers {
  readonly #byWorkload: ReadonlyMap<string, Decisions>;
  readonly #fallback: Decisions | null;

  /** The name of a file without its ending is the workload's id. @throws InputError when that is not clear. */
  constructor(allowlists: readonly Allowlist[], options: JudgeOptions) {
    const byId = new Map<string, Allowlist>();
    for (const allowlist of allowlists) {
      const id = allowlist.file.replace(/^.*\/|\.(ya?ml|toml)$/g, "");
      const other = byId.get(id);
      if (other) throw new InputError(`${allowlist.file}: ${other.file} is for ${id} already`);
      byId.set(id, allowlist);
    }
    const [first, second] = allowlists.filter(({ isDefault }) => isDefault);
    if (first && second) throw new InputError(`${second.file}: ${first.file} is the default already`);
    const judges = new Map([...byId].map(([id, allowlist]) => [id, new Decisions(allowlist, options)] as const));
    this.#byWorkload = judges;
    this.#fallback = [...byId].flatMap(([id, { isDefault }]) => (isDefault ? (judges.get(id) ?? []) : []))[0] ?? null;
  }

  /** What several workloads use is allowed when all of them are, because one policy is printed for all. */
  judge(seen: Observed, ways: Ways = [seen]): Judgement {
    const ids = seen.workloads ?? [];
    const judged = (ids.length === 0 ? [null] : ids).map((id) => this.#judgeFor(id, seen, ways, ids.length));
    return judged.sort((a, b) => weightOf(b) - weightOf(a) || endOf(a) - endOf(b))[0] ?? UNKNOWN;
  }

  lapsed(): Candidate["lapsed"] {
    return [...this.#byWorkload.values()].flatMap((decisions) => decisions.lapsed());
  }

  declared(): ReturnType<Reviewers["declared"]> {
    const all = [...this.#byWorkload.values()].flatMap((decisions) => decisions.declared());
    return [...new Map(all.map((declared) => [formatDecided(declared.decision), declared])).values()];
  }

  allowed(): Fqdn[] {
    return [...this.#byWorkload.values()].flatMap((decisions) => decisions.allowed());
  }

  unknown(workloads: readonly string[]): string[] {
    return this.#fallback === null ? workloads.filter((id) => !this.#byWorkload.has(id)) : [];
  }

  notices(): string[] {
    return [...this.#byWorkload.values()].flatMap((decisions) => decisions.notices());
  }

  #judgeFor(id: string | null, seen: Observed, ways: Ways, workloads: number): Judgement {
    const decisions = (id === null ? undefined : this.#byWorkload.get(id)) ?? this.#fallback;
    if (decisions === null) {
      const because = id === null ? "which workload used it is not known" : `there is no allowlist for workload ${id}`;
      return { kind: "undecided", because, envelope: null };
    }
    const judgement = decisions.judge(seen, ways);
    // An envelope counts what is new for its own team; it is no agreement with the others.
    return workloads > 1 && judgement.kind === "undecided" ? { ...judgement, envelope: null } : judgement;
  }
}

const UNKNOWN: Judgement = { kind: "undecided", because: null, envelope: null };

/** The judgement that lets least through counts. */
function weightOf(judgement: Judgement): number {
  switch (judgement.kind) {
    case "decided":
      return { deny: 5, watch: 1, allow: 0 }[judgement.decision.decision];
    case "void":
      return 4;
    case "lapsed":
      return 3;
    case "undecided":
      return 2;
  }
}

function endOf(judgement: Judgement): number {
  return judgement.kind === "decided" ? (judgement.ends ?? Number.MAX_SAFE_INTEGER) : 0;
}
