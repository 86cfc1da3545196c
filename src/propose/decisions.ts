/** Finds the reviewers' decision on an endpoint; a decision whose time is over, or that was on something else, counts no more. */
import type { Candidate, Observed } from "../model/candidate.ts";
import { compareText } from "../model/compare.ts";
import { InputError } from "../model/error.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { DAY, formatSeconds, type Instant } from "../model/instant.ts";
import type { Allowlist, Decided, Digest, Envelope } from "./allowlist/decided.ts";
import { formatPattern, patternTakes } from "./allowlist/endpoint.ts";
import { approvedOf, covers, digestOf, type Ways } from "./approval.ts";
import { takes } from "./envelope.ts";

export type Judgement =
  | { readonly kind: "decided"; readonly decision: Decided; readonly ends: Instant | null }
  /** Somebody approved another rule than the one that is asked for now. */
  | { readonly kind: "void"; readonly decision: Decided; readonly is: Digest }
  | { readonly kind: "lapsed"; readonly decision: Decided }
  | { readonly kind: "undecided"; readonly because: string | null; readonly envelope: Envelope | null };

/** What the reviewers say, be it in one file or in a folder of them. */
export interface Reviewers {
  /** `ways` is everything seen of the endpoint, where it was reached in several ways. */
  judge(seen: Observed, ways?: Ways): Judgement;
  /** Decisions whose time is over, in the order of the files. */
  lapsed(): Candidate["lapsed"];
  /** What was declared and holds now. */
  declared(): { readonly decision: Decided; readonly ends: Instant | null }[];
  /** The names that somebody allowed, at any time. */
  allowed(): Fqdn[];
  /** Those of these workloads that nobody decides for. */
  unknown(workloads: readonly string[]): string[];
  /** What in the files does not count as it is written, a line each. */
  notices(): string[];
}

export interface JudgeOptions {
  readonly now: Instant;
  /** No decision holds for longer; from its approval where that is dated, else from now. */
  readonly maxTtl?: number;
  readonly environment?: string | null;
}

export const DEFAULT_MAX_TTL: number = 365 * DAY;

export class Decisions implements Reviewers {
  readonly #now: Instant;
  readonly #maxTtl: number;
  readonly #file: string;
  readonly #environment: string | null;
  readonly #environments: ReadonlySet<string>;
  /** In the order of the file, without those of other environments. */
  readonly #exact = new Map<string, Decided>();
  readonly #patterns: readonly Decided[];
  readonly #envelope: readonly Envelope[];

  /** @throws InputError when two entries decide one endpoint: nobody could say which holds. */
  constructor(
    { file, decisions, envelope }: Allowlist,
    { now, maxTtl = DEFAULT_MAX_TTL, environment = null }: JudgeOptions,
  ) {
    this.#now = now;
    this.#maxTtl = maxTtl;
    this.#file = file;
    this.#environment = environment;
    this.#environments = new Set(decisions.flatMap(({ environments }) => environments ?? []));
    this.#envelope = envelope;
    refuseTwice(decisions);
    const here = decisions.filter((d) => d.environments === null || holdsIn(d, environment));
    for (const decision of here) if (decision.pattern === null) this.#exact.set(formatDecided(decision), decision);
    this.#patterns = here.filter(({ pattern }) => pattern !== null).sort(byNarrowness);
  }

  allowed(): Fqdn[] {
    return [...this.#exact.values()].flatMap(({ decision, name }) => (decision === "allow" ? (name ?? []) : []));
  }

  judge(seen: Observed, ways: Ways = [seen]): Judgement {
    let lapsed: Decided | null = null;
    let because: string | null = null;
    for (const decision of this.#on(seen.endpoint)) {
      const ends = this.#endOf(decision);
      if (ends !== null && ends <= this.#now) {
        lapsed ??= decision;
        continue;
      }
      const unfit = whyNotFor(decision, seen.tools ?? []);
      if (unfit !== null) {
        because ??= unfit;
        continue;
      }
      const asked = approvedOf(ways);
      if (decision.approved !== null && !covers(decision.approved.candidate, asked)) {
        return { kind: "void", decision, is: digestOf(asked) };
      }
      return { kind: "decided", decision, ends };
    }
    if (lapsed !== null) return { kind: "lapsed", decision: lapsed };
    // Agreed on was what nobody had looked at: not what somebody decided for others, or for a time.
    const envelope = because === null ? this.#envelope.find((bounds) => takes(bounds, seen, this.#now)) : undefined;
    return { kind: "undecided", because, envelope: envelope ?? null };
  }

  lapsed(): Candidate["lapsed"] {
    return [...this.#exact.values(), ...this.#patterns].flatMap((decision) => {
      const ends = this.#endOf(decision);
      return ends !== null && ends <= this.#now
        ? [{ place: decision.place, endpoint: formatDecided(decision), expired: formatSeconds(ends) }]
        : [];
    });
  }

  declared(): { readonly decision: Decided; readonly ends: Instant | null }[] {
    return [...this.#exact.values()]
      .filter(({ intent }) => intent)
      .map((decision) => ({ decision, ends: this.#endOf(decision) }))
      .filter(({ ends }) => ends === null || ends > this.#now);
  }

  /** One file speaks for all. */
  unknown(): string[] {
    return [];
  }

  notices(): string[] {
    return [...this.#unnamed(), ...this.#cut()];
  }

  #cut(): string[] {
    return [...this.#exact.values(), ...this.#patterns].flatMap((decision) => {
      const { expires, place } = decision;
      const latest = this.#latest(decision);
      if (expires === null || expires <= latest) return [];
      return [
        `${place}: decided until ${formatSeconds(expires)}, and counts until ${formatSeconds(latest)} (--max-ttl)`,
      ];
    });
  }

  /** A misspelt environment would leave decisions out without a word. */
  #unnamed(): string[] {
    if (this.#environment === null || this.#environments.size === 0) return [];
    const known = [...this.#environments].sort(compareText).join(", ");
    return this.#environments.has(this.#environment)
      ? []
      : [`${this.#file}: no decision is for the environment ${this.#environment}; there are some for ${known}`];
  }

  /** The exact decision first, then the patterns, the narrowest first. */
  *#on(endpoint: Observed["endpoint"]): Generator<Decided, undefined> {
    const exact = this.#exact.get(formatEndpoint(endpoint));
    if (exact) yield exact;
    const { name, transport, port } = endpoint;
    if (name === null) return;
    for (const decision of this.#patterns) {
      if (decision.transport !== transport || decision.port !== port) continue;
      if (decision.pattern !== null && patternTakes(decision.pattern, name)) yield decision;
    }
  }

  /** Null where nothing says when: such a decision is as good as new at every proposal. */
  #endOf(decided: Decided): Instant | null {
    const { expires, approved, decision } = decided;
    if (decision !== "allow") return expires;
    const latest = this.#latest(decided);
    if (expires === null) return approved === null ? null : latest;
    return Math.min(expires, latest);
  }

  /** An approval of a day to come would make what it approves last longer than any that was given. */
  #latest({ approved }: Decided): Instant {
    return Math.min(approved?.at ?? this.#now, this.#now) + this.#maxTtl;
  }
}

/** `api.example.com:443/tcp`, `*.example.com:443/tcp`. */
export function formatDecided({ name, address, pattern, transport, port }: Decided): string {
  return formatEndpoint({ name: pattern === null ? name : formatPattern(pattern), address, transport, port });
}

function holdsIn({ environments }: Decided, environment: string | null): boolean {
  return environment !== null && environments !== null && environments.includes(environment);
}

function refuseTwice(decisions: readonly Decided[]): void {
  const known = new Map<string, Decided[]>();
  for (const decision of decisions) {
    const endpoint = formatDecided(decision);
    const others = known.get(endpoint) ?? [];
    const other = others.find((o) => overlap(o.environments, decision.environments));
    if (other) throw new InputError(`${decision.place}: ${endpoint} is decided already at ${other.place}`);
    known.set(endpoint, [...others, decision]);
  }
}

function overlap(a: readonly string[] | null, b: readonly string[] | null): boolean {
  return a === null || b === null || a.some((name) => b.includes(name));
}

/** An allow for some tools is none for others, nor for one that nobody can name; a refusal stands unless it is known not to. */
function whyNotFor({ decision, tools, place }: Decided, used: readonly string[]): string | null {
  if (tools === null) return null;
  if (decision !== "allow") {
    const concerns = used.length === 0 || used.some((tool) => tools.includes(tool));
    return concerns ? null : `the decision (${place}) is for other tools`;
  }
  if (used.length === 0) return `the decision (${place}) is for some tools, and which one asked is not known`;
  const other = used.find((tool) => !tools.includes(tool));
  return other === undefined ? null : `the decision (${place}) is not for ${other}`;
}

/** One label before any depth, then the longer suffix. */
function byNarrowness(a: Decided, b: Decided): number {
  const depth = Number(a.pattern?.depth === "any") - Number(b.pattern?.depth === "any");
  return depth || (b.pattern?.suffix.length ?? 0) - (a.pattern?.suffix.length ?? 0);
}
