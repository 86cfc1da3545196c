/** Lowers what the kernel would hold to a packet program. */
import type { Family } from "../../model/address.ts";
import { PolicySyntaxError } from "../contract.ts";
import { checkJumps } from "../packet/jumps.ts";
import { pointable } from "../packet/listing.ts";
import type { Action, BaseChain, Chain, Condition, Hook, PacketRule, Position, Program } from "../packet/program.ts";
import { conditionsOf, type Sets } from "./match.ts";
import { shown } from "./token.ts";
import type { ChainState, State, TableState } from "./state.ts";
import type { Rule, Statement, Value, VerdictStatement } from "./tree.ts";
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

export function lowerState(state: State): Program {
  const bases: BaseChain[] = [];
  const chains = new Map<string, Chain>();
  const opaque = [...state.opaque, ...state.egressHooks()];
  for (const table of state.tables.values()) {
    const families = FAMILIES.get(table.family);
    if (families === undefined) continue;
    const lowering = new Lowering(table, chains);
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

  constructor(table: TableState, chains: Map<string, Chain>) {
    this.#table = table;
    this.#chains = chains;
  }

  key(name: string): string {
    return `${this.#table.family} ${this.#table.name} ${name}`;
  }

  chain(name: string, rules: readonly Rule[]): void {
    this.#chains.set(name, { name, rules: rules.flatMap((rule) => this.#rule(rule)) });
  }

  /** One rule, or one for each element of its verdict map. */
  #rule(rule: Rule): PacketRule[] {
    const parts: Part[] = [];
    const comment = commentOf(rule);
    const lowered: PacketRule[] = [];
    for (const statement of rule.statements) {
      // A verdict ends its rule: what a jump returns to is the next one, and a map that holds nothing ends it too.
      if (statement.kind === "vmap") return [...lowered, ...this.#branches(rule, statement, parts, comment)];
      const { conditions, action } = this.#statement(statement);
      parts.push({ conditions, statement });
      if (action !== null) lowered.push(ruleOf(rule.at, parts, action, comment));
      if (action !== null && action.kind !== "opaque") return lowered;
    }
    return lowered;
  }

  #statement(statement: Exclude<Statement, { kind: "vmap" }>): { conditions: Condition[]; action: Action | null } {
    switch (statement.kind) {
      case "match":
        return { conditions: conditionsOf(statement, this.#sets), action: null };
      case "limit":
        return { conditions: [{ kind: "opaque", text: printStatement(statement) }], action: null };
      case "verdict":
      case "branch":
        return { conditions: [], action: this.#verdict(statement) };
      case "reject":
        return { conditions: [], action: { kind: "drop" } };
      case "opaque":
        return { conditions: [], action: opaqueAction(statement) };
      case "comment":
      case "note":
      case "mangle":
        return { conditions: [], action: statement.kind === "mangle" ? mangleAction(statement) : null };
      default:
        return statement satisfies never;
    }
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
    const lowered: PacketRule[] = [];
    const ordered = [...elements].sort((a, b) => Number(a.key.kind === "any") - Number(b.key.kind === "any"));
    const others = ordered.filter(({ key }) => key.kind !== "any");
    for (const { key, data, comment: own } of ordered) {
      if (data === null || (data.kind !== "verdict" && data.kind !== "branch")) continue;
      const match = { kind: "match", left: vmap.key, operator: "implicit", right: key, at: key.at } as const;
      // The catch-all too holds only for packets that have the key (TCP for a port, IPv4 for its addresses), and for none
      // that another element sent on: what that jumps to may come back.
      const apart = { ...match, operator: "!=", right: { kind: "set", elements: others, at: key.at } } as const;
      const conditions = conditionsOf(key.kind === "any" && others.length > 0 ? apart : match, this.#sets);
      const parts = [...before, { conditions, statement: match }];
      const at = vmap.map.kind === "set" ? key.at : rule.at;
      const action = this.#verdict(data);
      // `continue` goes on with the rest of the rule, which no real map does and nothing here follows.
      const unclear = action.kind === "next" && rule.statements.at(-1) !== vmap;
      const taken: Action = unclear ? { kind: "opaque", text: printStatement(vmap) } : action;
      lowered.push(ruleOf(at, [...parts, { conditions: [], statement: data }], taken, own ?? comment));
    }
    if (map?.flags.has("dynamic") === true) {
      lowered.push(ruleOf(rule.at, before, { kind: "opaque", text: printStatement(vmap) }, comment));
    }
    return lowered;
  }

  readonly #sets: Sets = (name: string, value: Value) => {
    const set = this.#table.sets.get(name);
    if (set !== undefined) return set;
    const { file, line, column } = value.at;
    throw new PolicySyntaxError(file, line, column, `table ${this.#table.name} has no set ${shown(printValue(value))}`);
  };
}

/** A statement of a rule and what it asks of a packet. */
interface Part {
  readonly conditions: readonly Condition[];
  readonly statement: Statement;
}

function ruleOf(at: Position, parts: readonly Part[], action: Action, comment: string | null): PacketRule {
  const shownParts = [...parts];
  const rule: PacketRule = {
    at,
    conditions: parts.flatMap(({ conditions }) => conditions),
    action,
    comment,
    text: (key) => textOf(shownParts, key, key === null ? null : pointable(rule)),
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
