/** The rules a reviewer can point at: every rule with a verdict on the path, one line for each element of its set. */
import { at } from "../../model/error.ts";
import type { Instant } from "../../model/instant.ts";
import type { NotModelled, PolicyRule } from "../../model/policy.ts";
import { BoxSet } from "./box.ts";
import { lookup } from "./condition.ts";
import {
  addressesOf,
  type Beginning,
  endsInUnknownZone,
  expiryOf,
  opensDestination,
  TRACKED,
  UNTRACKED,
} from "./describe.ts";
import type { Packet } from "./packet.ts";
import type { BaseChain, Chain, Condition, PacketRule, Position, Program } from "./program.ts";
import { untracks } from "./tracking.ts";
import { refusesRest } from "./walk.ts";

/** Above this a set stays one rule: nobody reviews so many lines. */
const MOST_ELEMENTS = 10_000;

type ElementSet = Condition & { kind: "in" };

/** What a rule's chain says about it: how it is reached, whether it refuses the rest, whether it filters at all. */
interface Surroundings {
  readonly chain: string;
  readonly inherited: readonly Condition[];
  readonly guarding: boolean;
  readonly filtering: boolean;
  readonly beginning: Beginning;
}

/** What an entry of the list stands for. */
export interface Source {
  readonly rule: PacketRule;
  readonly chain: string;
  /** What must hold for it, where it is reached by one way only. */
  readonly conditions: readonly Condition[];
}

/** How a rule is listed: as one, or as one for each element of its set. */
type Listed = Entry | { readonly set: ElementSet; readonly entries: readonly Entry[] };

/** Where an entry comes from: a rule, or an element of its set. Rules of one chain share what is around them. */
interface Origin {
  readonly rule: PacketRule;
  readonly around: Surroundings;
  readonly set: ElementSet | null;
  readonly element: number;
}

/** Lists the rules of a program; a rule that decided is found again by its place, and places are unique. */
export class Listing {
  readonly rules: PolicyRule[] = [];
  readonly notModelled: NotModelled[];
  readonly #listed = new Map<PacketRule, Listed>();

  constructor(program: Program, bases: readonly BaseChain[]) {
    this.notModelled = [...program.opaque];
    const chains = reachable(program.chains, bases);
    const inherited = inheritance(chains, bases);
    const filters = bases.filter((base) => base.filters);
    const filtering = new Set(reachable(program.chains, filters).map(({ name }) => name));
    const places = new Places();
    const beginning = untracks(program) ? UNTRACKED : TRACKED;
    for (const chain of chains) {
      const isBase = bases.some((base) => base.chain === chain.name);
      const around: Surroundings = {
        chain: chain.name,
        inherited: inherited.get(chain.name) ?? [],
        guarding: !isBase && refusesRest(chain.rules),
        filtering: filtering.has(chain.name),
        beginning,
      };
      for (const rule of chain.rules) this.#add(rule, around, places);
    }
  }

  /** What stands in the list for a rule that took the packet; null for one that is not listed. */
  entryOf(rule: PacketRule, packet: Packet): PolicyRule | null {
    const listed = this.#listed.get(rule);
    if (listed === undefined) return null;
    if (listed instanceof Entry) return listed;
    const element = lookup(listed.set, packet).hit;
    return element === null ? null : (listed.entries[element] ?? null);
  }

  /** The rule that an entry stands for, where that judges new connections; null for what only keeps a host alive. */
  sourceOf(entry: PolicyRule): Source | null {
    const origin = entry instanceof Entry ? Entry.originOf(entry) : null;
    if (origin === null || !origin.around.filtering) return null;
    const conditions = conditionsOf(origin);
    const { rule, around } = origin;
    return opensDestination(conditions, around.beginning) ? { rule, chain: around.chain, conditions } : null;
  }

  #add(rule: PacketRule, around: Surroundings, places: Places): void {
    if (rule.action.kind === "next" || rule.action.kind === "translate") return;
    const opaque = rule.conditions.find((c) => c.kind === "opaque" || (c.kind === "in" && c.open));
    const place = at(rule.at.file, rule.at.line);
    if (rule.action.kind === "opaque") this.notModelled.push({ place, text: rule.action.text });
    else if (opaque !== undefined) this.notModelled.push({ place, text: opaque.text });
    const effect = effectOf(rule, around.guarding);
    if (effect === null) return;
    const set = pointable(rule);
    const list = (element: number): Entry => {
      const entry = new Entry({ rule, around, set, element }, effect, places);
      this.rules.push(entry);
      return entry;
    };
    if (set === null || set.elements === null) this.#listed.set(rule, list(0));
    else this.#listed.set(rule, { set, entries: set.elements.map((_, element) => list(element)) });
  }
}

/** A line of the list, which knows where it comes from: a table of that would take as much again. */
class Entry implements PolicyRule {
  readonly place: string;
  readonly effect: "permit" | "deny";
  readonly text: string;
  readonly expires: Instant | null;
  readonly endsInUnknownZone?: true;
  readonly reason: string | null;
  readonly opens: boolean;
  readonly #origin: Origin;

  constructor(origin: Origin, effect: "permit" | "deny", places: Places) {
    const { rule, around, set, element } = origin;
    const note = set?.elements?.[element] ?? null;
    const conditions = conditionsOf(origin);
    this.place = places.take(note?.at ?? rule.at, note !== null, rule.at);
    this.effect = effect;
    this.text = rule.text(note?.key ?? null);
    this.expires = expiryOf(conditions);
    if (endsInUnknownZone(conditions)) this.endsInUnknownZone = true;
    this.reason = reasonOf(rule, set, note?.comment ?? null);
    this.opens = effect === "permit" && around.filtering && opensDestination(conditions, around.beginning);
    this.#origin = origin;
  }

  /** Counted when asked for: to count a large set means to sort it. */
  get addresses(): bigint | "any" | null {
    return this.opens ? addressesOf(conditionsOf(this.#origin)) : null;
  }

  static originOf(entry: Entry): Origin {
    return entry.#origin;
  }
}

/** Names for where entries stand, each given once. */
class Places {
  readonly #taken = new Set<string>();

  /** `file:line`, with the column for an element or a second rule on the line, with the rule's line for a shared set. */
  take(position: Position, element: boolean, rule: Position): string {
    const line = at(position.file, position.line);
    if (!element && !this.#taken.has(line)) {
      this.#taken.add(line);
      return line;
    }
    const column = at(position.file, position.line, position.column);
    let place = [column, `${column}@${rule.line}`].find((choice) => !this.#taken.has(choice));
    for (let n = 2; place === undefined; n++) {
      const numbered = `${column}@${rule.line}#${n}`;
      if (!this.#taken.has(numbered)) place = numbered;
    }
    this.#taken.add(place);
    return place;
  }
}

/** Base chains first, in the order a packet meets them, then what they jump to, each chain once. */
function reachable(chains: ReadonlyMap<string, Chain>, bases: readonly BaseChain[]): Chain[] {
  const names = new Set(bases.map((base) => base.chain));
  // A Set iterates over what is added while it is walked.
  for (const name of names) {
    for (const { action } of chains.get(name)?.rules ?? []) {
      if (action.kind === "jump" || action.kind === "goto") names.add(action.chain);
    }
  }
  return [...names].flatMap((name) => chains.get(name) ?? []);
}

/** What also holds wherever a chain's rules are reached: the conditions of the one jump that leads there, if it is one. */
function inheritance(chains: readonly Chain[], bases: readonly BaseChain[]): Map<string, readonly Condition[]> {
  const callers = new Map<string, { readonly chain: string; readonly rule: PacketRule }[]>();
  for (const chain of chains) {
    for (const rule of chain.rules) {
      if (rule.action.kind !== "jump" && rule.action.kind !== "goto") continue;
      const known = callers.get(rule.action.chain);
      if (known === undefined) callers.set(rule.action.chain, [{ chain: chain.name, rule }]);
      else known.push({ chain: chain.name, rule });
    }
  }
  const inherited = new Map<string, readonly Condition[]>(bases.map((base) => [base.chain, []]));
  const of = (name: string): readonly Condition[] => {
    const known = inherited.get(name);
    if (known !== undefined) return known;
    const [caller, another] = callers.get(name) ?? [];
    const conditions = caller === undefined || another ? [] : [...of(caller.chain), ...caller.rule.conditions];
    inherited.set(name, conditions);
    return conditions;
  };
  for (const { name } of chains) of(name);
  return inherited;
}

/** What must hold for an entry: a rule's own conditions, with one element in place of its set, and those on the way to it. */
function conditionsOf({ rule, around, set, element }: Origin): readonly Condition[] {
  const own = set === null ? rule.conditions : narrowed(rule, set, element);
  return around.inherited.length === 0 ? own : [...around.inherited, ...own];
}

/** The rule's conditions with one element in place of its set. */
function narrowed(rule: PacketRule, set: ElementSet, element: number): Condition[] {
  const box = set.set.boxes[element];
  const one: ElementSet = { ...set, set: new BoxSet(box === undefined ? [] : [box]), elements: null };
  return rule.conditions.map((condition) => (condition === set ? one : condition));
}

function effectOf(rule: PacketRule, guarding: boolean): "permit" | "deny" | null {
  if (rule.action.kind === "accept") return "permit";
  if (rule.action.kind === "drop") return "deny";
  return rule.action.kind === "return" && guarding ? "permit" : null;
}

/** The set whose elements are rules of their own: the first that names destinations, or whose elements carry comments. */
export function pointable(rule: PacketRule): ElementSet | null {
  for (const condition of rule.conditions) {
    if (condition.kind !== "in" || condition.negated || condition.elements === null) continue;
    const { elements, fields } = condition;
    if (elements.length === 0 || elements.length > MOST_ELEMENTS) continue;
    if (fields.includes("daddr") || elements.some(({ comment }) => comment !== null)) return condition;
  }
  return null;
}

/** Where elements carry reasons, an element without one has none; the rule's comment speaks for sets without any. */
function reasonOf(rule: PacketRule, set: ElementSet | null, comment: string | null): string | null {
  const spoken = set?.elements?.some((element) => element.comment !== null) === true;
  return spoken ? comment : rule.comment;
}
