/** Where two FPL policies answer differently, over every name and port, method and path there is. */
import type { Instant } from "../../model/instant.ts";
import type { Decision, Difference, PolicyComparison, Question } from "../../model/policy.ts";
import { askedOf } from "./ask.ts";
import { decide, type FplDecision } from "./decide.ts";
import { idleRules } from "./idle.ts";
import type { FplLayer } from "./layer.ts";
import { pending } from "./pending.ts";
import { atomsOf } from "./names/atoms.ts";
import { hostsOf } from "./names/hosts.ts";
import { Requests } from "./names/requests.ts";
import type { Rule } from "./policy.ts";
import { Successions } from "../successions.ts";
import { quoted } from "./token.ts";

const MAX_QUESTIONS = 4_000_000;

/** Beyond these no rule is called idle: why it is would be looked up among them. */
const MOST_KEPT = 1_000_000;

/**
 * A decision is a function of what the rules ask of host and port, and for plain HTTP of method and path: one question for each class
 * of those is enough. What a rule asks beyond (query, headers, session) leaves the answer unknown on its side, and is told as such.
 */
export function fplDifferences(before: FplLayer, after: FplLayer, now: Instant): PolicyComparison {
  if (says(before) === says(after)) return { ...EMPTY, differences: [], exact: true, notes: [] };
  const comparison = new Comparison(before, after, now);
  comparison.run();
  const notes = [...comparison.notes];
  const complete = notes.length === 0 && comparison.asked.length === comparison.questions;
  if (comparison.untold > 0)
    notes.push(`${comparison.untold} classes of requests have an answer in neither: it depends on the request`);
  notes.push(...pending(after, before), ...pending(before, after));
  const differences = [...comparison.groups.values()].map(differenceOf);
  const unsure = differences.some((d) => d.before.verdict === "unknown" || d.after.verdict === "unknown");
  const idle = (layer: FplLayer, met: ReadonlySet<Rule>) =>
    // What was not asked met nothing, which says nothing.
    complete ? idleRules(layer, met, comparison.asked, now) : [];
  return {
    ...EMPTY,
    differences,
    successions: comparison.successions.between(before, after),
    idle: { before: idle(before, comparison.met.before), after: idle(after, comparison.met.after) },
    exact: notes.length === 0 && !unsure,
    notes,
  };
}

const EMPTY = { successions: [], idle: { before: [], after: [] } } as const;

/** All that a decision rests on, however it is written. A condition that fails ends the evaluation, so order counts. */
const says = ({ rules, policy: { defaultEffect, vars } }: FplLayer): string =>
  JSON.stringify([rules.map(({ effect, text }) => [effect, text]), defaultEffect, [...vars]]);

interface Group {
  readonly was: Decision;
  readonly is: Decision;
  readonly witness: Question;
  readonly extents: string[];
  more: number;
}

class Comparison {
  readonly notes = new Set<string>();
  readonly groups = new Map<string, Group>();
  readonly met = { before: new Set<Rule>(), after: new Set<Rule>() };
  readonly successions: Successions = new Successions();
  /** A question for every class there is; rules that decide none of them are looked up among these. */
  readonly asked: Question[] = [];
  questions = 0;
  untold = 0;
  readonly #before: FplLayer;
  readonly #after: FplLayer;
  readonly #now: Instant;

  constructor(before: FplLayer, after: FplLayer, now: Instant) {
    this.#before = before;
    this.#after = after;
    this.#now = now;
  }

  run(): void {
    const policies = [this.#before.policy, this.#after.policy];
    const atoms = atomsOf(policies.flatMap(({ rules }) => rules));
    for (const when of atoms.opaque)
      this.notes.add(`a condition looks at host, port, method or path in a way not compared: ${quoted(when)}`);
    const notes: string[] = [];
    const hosts = hostsOf(atoms, notes);
    for (const note of notes) this.notes.add(note);
    const requests = new Requests(policies, this.notes);
    const ports = [...atoms.ports].sort((a, b) => a - b);
    for (const access of ["connect", "http"] as const) {
      for (const { text, address, name } of hosts) {
        for (const [i, port] of ports.entries()) {
          if (this.questions > MAX_QUESTIONS) {
            this.notes.add(`too many hosts and ports: compared up to ${text}`);
            return;
          }
          const question: Question = { transport: "tcp", address, name, port, access };
          const extent = extentOf(text, port, (ports[i + 1] ?? 65_536) - 1, access);
          this.#ask(question, extent, access === "http" ? requests : null);
        }
      }
    }
  }

  /** Where the answer depends on method or path, it is asked for each of their classes. */
  #ask(question: Question, extent: string, requests: Requests | null): void {
    const [was, is] = [this.#decide(this.#before, question), this.#decide(this.#after, question)];
    if (requests !== null && [was, is].some((each) => each.open.length > 0)) {
      const classes = requests.of(question.name ?? question.address ?? "");
      for (const { request, text } of classes) this.#ask({ ...question, request }, `${extent}, ${text}`, null);
      if (classes.length > 0) return;
    }
    this.questions++;
    if (this.asked.length < MOST_KEPT) this.asked.push(question);
    meet(this.met.before, this.#before, was);
    meet(this.met.after, this.#after, is);
    if (was.verdict === "unknown" && is.verdict === "unknown") this.untold++;
    this.successions.add(was, is);
    if (was.verdict !== is.verdict) this.#add(was, is, question, extent);
  }

  #decide({ policy }: FplLayer, question: Question): FplDecision {
    return decide(policy, askedOf(question), this.#now);
  }

  #add(was: FplDecision, is: FplDecision, witness: Question, extent: string): void {
    const key = [was.verdict, was.rule, is.verdict, is.rule, witness.access].join(" ");
    const group = this.groups.get(key);
    if (group === undefined)
      this.groups.set(key, { was: answer(was), is: answer(is), witness, extents: [extent], more: 0 });
    else if (group.extents.length < SHOWN) group.extents.push(extent);
    else group.more++;
  }
}

const answer = ({ verdict, rule, reason }: FplDecision): Decision => ({ verdict, rule, reason });

function meet(met: Set<Rule>, { policy }: FplLayer, { index, open }: FplDecision): void {
  for (const each of index === null ? open : [...open, index]) {
    const rule = policy.rules[each];
    if (rule !== undefined) met.add(rule);
  }
}

const SHOWN = 3;

function differenceOf({ was, is, witness, extents, more }: Group): Difference {
  const extent = `${extents.join(", ")}${more > 0 ? ` (+${more} more)` : ""}`;
  return { before: was, after: is, extent, addresses: null, destinations: null, witness };
}

function extentOf(host: string, low: number, high: number, access: string): string {
  const ports = low === high ? `port ${low}` : `ports ${low}-${high}`;
  return `${host} ${ports}${access === "http" ? " by plain HTTP" : ""}`;
}
