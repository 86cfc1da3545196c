/** Lowers what the kernel would hold to a packet program. */
import type { Family } from "../../model/address.ts";
import { PolicySyntaxError } from "../contract.ts";
import type { Zone } from "../contract.ts";
import { checkJumps } from "../packet/jumps.ts";
import { pointable } from "../packet/listing.ts";
import {
  type Action,
  always,
  type BaseChain,
  type Chain,
  type Condition,
  type Hook,
  type PacketRule,
  type Position,
  type Program,
} from "../packet/program.ts";
import { selectorOf } from "./datatype.ts";
import { conditionsOf, exactly, type Sets, untilAdded, untilExpiry } from "./match.ts";
import { shown } from "./token.ts";
import { countedOf } from "./counted.ts";
import { type ChainState, isOpen, isTimed, mayGrow, type State, type TableState } from "./state.ts";
import type { Element, Rule, Statement, Value, VerdictStatement } from "./tree.ts";
import { printStatement, printValue } from "./write.ts";

const FAMILIES: ReadonlyMap<string, readonly Family[]> = new Map([
  ["ip", [4]],
  ["ip6", [6]],
  ["inet", [4, 6]],
]);

const HOOKS: ReadonlySet<string> = new Set(["prerouting", "input", "forward", "output", "postrouting"]);

const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/** One rule over sets with expiring elements becomes a few; one over more of them than this is left untold. */
const MOST_ALTERNATIVES = 8;

export function lowerState(state: State, zone: Zone | null = null): Program {
  const bases: BaseChain[] = [];
  const chains = new Map<string, Chain>();
  const opaque = [...state.opaque, ...state.egressHooks()];
  for (const table of state.tables.values()) {
    const families = FAMILIES.get(table.family);
    if (families === undefined) continue;
    const lowering = new Lowering(table, chains, zone);
    for (const chain of table.chains.values()) {
      lowering.chain(lowering.key(chain.name), chain.rules);
      const base = baseOf(table, chain, families, lowering.key(chain.name));
      if (base !== null) bases.push(base);
    }
  }
  checkJumps(chains);
  return { families: new Set<Family>(state.speaks ? [4, 6] : []), bases, chains, opaque };
}

function baseOf(table: TableState, chain: ChainState, families: readonly Family[], key: string): BaseChain | null {
  const { base } = chain;
  // The kernel takes the chains of a dormant table off their hooks.
  if (base === null || table.dormant || !isHook(base.hook)) return null;
  return {
    chain: key,
    title: `chain ${chain.name} of table ${table.family} ${table.name}`,
    hook: base.hook,
    filters: base.type === "filter",
    translates: base.type === "nat",
    priority: priorityOf(base.priority),
    families,
    policy: chain.policy === "drop" ? "drop" : "accept",
  };
}

function isHook(text: string): text is Hook {
  return HOOKS.has(text);
}

/** `filter`, `-100`, `filter - 5`. */
function priorityOf(words: readonly string[]): number {
  let [sum, sign] = [0, 1];
  for (const word of words) {
    if (word === "-" || word === "+") sign = word === "-" ? -1 : 1;
    else sum += sign * (PRIORITIES[word] ?? (/^\d{1,9}$/.test(word) ? Number(word) : 0));
  }
  return sum;
}

/** The chains of one table; a chain written in place becomes one named by where it stands. */
class Lowering {
  readonly #table: TableState;
  readonly #chains: Map<string, Chain>;
  readonly #zone: Zone | null;
  /** Of ports, protocols and states, which the rules of a policy share; addresses are seldom asked for twice. */
  readonly #known = new Map<string, Condition[][]>();

  constructor(table: TableState, chains: Map<string, Chain>, zone: Zone | null) {
    this.#table = table;
    this.#chains = chains;
    this.#zone = zone;
  }

  key(name: string): string {
    return `${this.#table.family} ${this.#table.name} ${name}`;
  }

  chain(name: string, rules: readonly Rule[]): void {
    this.#chains.set(name, { name, rules: rules.flatMap((rule) => this.#rule(rule)) });
  }

  /** One rule, or one for each element of its verdict map, for each alternative of its matches. */
  #rule(rule: Rule): PacketRule[] {
    let alternatives: readonly (readonly Part[])[] = [[]];
    const comment = commentOf(rule);
    const lowered: PacketRule[] = [];
    for (const statement of rule.statements) {
      // A verdict ends its rule: what a jump returns to is the next one, and a map that holds nothing ends it too.
      if (statement.kind === "vmap") {
        for (const parts of alternatives) lowered.push(...this.#branches(rule, statement, parts, comment));
        return lowered;
      }
      if (this.#isEmptyLayer(statement)) return lowered;
      const { either, action } = this.#statement(statement);
      const told = alternatives.length * either.length <= MOST_ALTERNATIVES ? either : [untold(statement)];
      alternatives = alternatives.flatMap((parts) => told.map((conditions) => [...parts, { conditions, statement }]));
      if (action === null) continue;
      for (const parts of alternatives) lowered.push(ruleOf(rule.at, parts, action, comment));
      if (action.kind !== "opaque") return lowered;
    }
    return lowered;
  }

  /** A rule of ours over a layer that nobody has filled yet says nothing, and there is nothing in it to review. */
  #isEmptyLayer(statement: Statement): boolean {
    if (statement.kind !== "match" || statement.right.kind !== "reference" || statement.operator === "!=") return false;
    const set = this.#sets(statement.right.name, statement.right);
    return set.own && set.elements.length === 0;
  }

  /** What it asks of a packet, as the alternatives of which one must hold, and what it does with it. */
  #statement(statement: Exclude<Statement, { kind: "vmap" }>): { either: Condition[][]; action: Action | null } {
    switch (statement.kind) {
      case "match":
        return { either: this.#match(statement), action: null };
      case "limit":
        return { either: [this.#limit(statement)], action: null };
      case "verdict":
      case "branch":
        return { either: [[]], action: this.#verdict(statement) };
      case "reject":
        return { either: [repliesWith(statement.words, this.#table.family)], action: { kind: "drop" } };
      case "opaque":
        return { either: [[]], action: opaqueAction(statement) };
      case "comment":
      case "note":
      case "mangle":
        return { either: [[]], action: statement.kind === "mangle" ? mangleAction(statement) : null };
      default:
        return statement satisfies never;
    }
  }

  #limit(statement: Statement & { kind: "limit" }): Condition[] {
    const { objects } = this.#table;
    const counted = countedOf(statement.words, (kind, name) => objects.get(`${kind} ${name}`) ?? null);
    return counted === null ? untold(statement) : [counted];
  }

  #match(match: Statement & { kind: "match" }): Condition[][] {
    const reading = { sets: this.#sets, zone: this.#zone };
    if (match.right.kind !== "word" || selectorOf(match.left)?.type.kind !== "number")
      return conditionsOf(match, reading);
    const key = printStatement(match);
    const known = this.#known.get(key) ?? conditionsOf(match, reading);
    this.#known.set(key, known);
    return known;
  }

  #verdict(statement: VerdictStatement): Action {
    if (statement.kind === "verdict") {
      return { kind: statement.verdict === "continue" ? "next" : statement.verdict };
    }
    const { at, target } = statement;
    if (target.kind === "inline") {
      const name = this.key(`{${at.file}:${at.line}:${at.column}}`);
      this.chain(name, target.rules);
      return { kind: statement.verdict, chain: name };
    }
    if (!this.#table.chains.has(target.name)) {
      const where = `table ${this.#table.family} ${this.#table.name}`;
      throw new PolicySyntaxError(at.file, at.line, at.column, `${where} has no chain ${shown(target.name)}`);
    }
    return { kind: statement.verdict, chain: this.key(target.name) };
  }

  /** The catch-all element of a map stands after all others, wherever it is written. */
  #branches(
    rule: Rule,
    vmap: Statement & { kind: "vmap" },
    before: readonly Part[],
    comment: string | null,
  ): PacketRule[] {
    const map = vmap.map.kind === "reference" ? this.#sets(vmap.map.name, vmap.map) : null;
    const elements = map?.elements ?? (vmap.map.kind === "set" ? vmap.map.elements : []);
    const [catchAll, named] = [elements.filter(isCatchAll), elements.filter((element) => !isCatchAll(element))];
    const expires = (element: Element): boolean => map !== null && isTimed(map, element);
    const lasting = named.filter((element) => !expires(element));
    const lower = (element: Element): PacketRule[] => {
      const { key, data, comment: own } = element;
      if (data === null || (data.kind !== "verdict" && data.kind !== "branch")) return [];
      const match = { kind: "match", left: vmap.key, operator: "implicit", right: key, at: key.at } as const;
      // The catch-all too holds only for packets that have the key (TCP for a port, IPv4 for its addresses), and for none
      // that another element sent on: what that jumps to may come back.
      const others = { ...match, operator: "!=", right: { kind: "set", elements: lasting, at: key.at } } as const;
      const parts = [
        ...before,
        ...conditionsOf(isCatchAll(element) ? others : match, { sets: this.#sets, zone: this.#zone }).map((each) => ({
          conditions: map !== null && expires(element) ? [...each, untilExpiry(map, [element], true)] : each,
          statement: match,
        })),
      ];
      const at = vmap.map.kind === "set" ? key.at : rule.at;
      const action = this.#verdict(data);
      // `continue` goes on with the rest of the rule, which no real map does and nothing here follows.
      const unclear = action.kind === "next" && rule.statements.at(-1) !== vmap;
      const taken: Action = unclear ? { kind: "opaque", text: printStatement(vmap) } : action;
      return [ruleOf(at, [...parts, { conditions: [], statement: data }], taken, own ?? comment)];
    };
    // What is added at run time comes before the catch-all too.
    const open = map !== null && (isOpen(map) || mayGrow(map));
    const unlikely = map !== null && mayGrow(map) ? [untilAdded(map, false)] : [];
    const filled = open
      ? [
          ruleOf(
            rule.at,
            [...before, { conditions: unlikely, statement: vmap }],
            { kind: "opaque", text: printStatement(vmap) },
            comment,
          ),
        ]
      : [];
    return [...named.flatMap(lower), ...filled, ...catchAll.flatMap(lower)];
  }

  readonly #sets: Sets = (name: string, value: Value) => {
    const set = this.#table.sets.get(name);
    if (set !== undefined) return set;
    const { file, line, column } = value.at;
    throw new PolicySyntaxError(file, line, column, `table ${this.#table.name} has no set ${shown(printValue(value))}`);
  };
}

function isCatchAll({ key }: Element): boolean {
  return key.kind === "any";
}

/** A statement of a rule and what it asks of a packet. */
interface Part {
  readonly conditions: readonly Condition[];
  readonly statement: Statement;
}

function ruleOf(at: Position, parts: readonly Part[], action: Action, comment: string | null): PacketRule {
  // Copied, since what is gathered has room for more than it holds.
  const conditions = parts.flatMap((part) => part.conditions).slice();
  const text = textOf(parts, null, null);
  // Without a set a rule has one text; the statements it was made of are not kept.
  if (!conditions.some((condition) => condition.kind === "in" && condition.elements !== null))
    return { at, conditions, action, comment, text: always(text) };
  const shownParts = [...parts];
  const rule: PacketRule = {
    at,
    conditions,
    action,
    comment,
    text: (key) => (key === null ? text : textOf(shownParts, key, pointable(rule))),
  };
  return rule;
}

/** Notes and the end of a rule's time are left out: neither says what it allows. */
function textOf(parts: readonly Part[], key: string | null, set: Condition | null): string {
  return parts
    .flatMap(({ statement, conditions }) => {
      if (statement.kind === "note" || statement.kind === "comment") return [];
      if (conditions.some((c) => c.kind === "time" && c.from === 0n)) return [];
      if (key === null || set === null || statement.kind !== "match" || !conditions.includes(set)) {
        return printStatement(statement);
      }
      return paired(printValue(statement.left), key);
    })
    .join(" ")
    .replaceAll(/\s*\n\s*/g, "; ")
    .replaceAll("{; ", "{ ");
}

/** `ip daddr . tcp dport` and `192.0.2.1 . 443` as the two matches they are, so that both ways of writing them read alike. */
function paired(left: string, key: string): string {
  const [fields, values] = [left.split(" . "), key.split(" . ")];
  if (fields.length !== values.length) return `${left} ${key}`;
  return fields.map((field, i) => `${field} ${values[i]}`).join(" ");
}

function commentOf(rule: Rule): string | null {
  return rule.statements.find((statement) => statement.kind === "comment")?.text ?? null;
}

/** Nothing here tells whether it holds. */
function untold(statement: Statement): Condition[] {
  return [{ kind: "opaque", text: printStatement(statement) }];
}

/** nft adds what an answer needs: a TCP reset answers TCP alone, and in a table for both families ICMP answers its own. */
function repliesWith([, , answer = ""]: readonly string[], table: string): Condition[] {
  if (answer === "tcp") return [exactly("protocol", 6n)];
  if (table !== "inet") return [];
  return answer === "icmp" ? [exactly("family", 4n)] : answer === "icmpv6" ? [exactly("family", 6n)] : [];
}

/** Source translation changes nothing that is asked here and ends its chain; the rest may change the destination. */
function opaqueAction(statement: Statement & { kind: "opaque" }): Action {
  const [head] = statement.words;
  if (head === "masquerade" || head === "snat") return { kind: "translate" };
  return { kind: "opaque", text: printStatement(statement) };
}

/** Marks and the like are unknown anyway; a rewritten header is another packet. */
function mangleAction(statement: Statement & { kind: "mangle" }): Action | null {
  const head = statement.left.kind === "selector" ? statement.left.words[0] : null;
  if (head === "meta" || head === "ct" || printValue(statement.left) === "tcp option maxseg size") return null;
  return { kind: "opaque", text: printStatement(statement) };
}
