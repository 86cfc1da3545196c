/** Lowers what the kernel would hold to a packet program. */
import type { Family } from "../../model/address.ts";
import { PolicySyntaxError } from "../contract.ts";
import type { Zone } from "../contract.ts";
import { checkJumps } from "../packet/jumps.ts";
import {
  type Action,
  type BaseChain,
  type Chain,
  type Condition,
  type PacketRule,
  type Program,
} from "../packet/program.ts";
import { baseOf } from "./base.ts";
import { branchesOf } from "./branches.ts";
import { countedOf } from "./counted.ts";
import { selectorOf } from "./datatype.ts";
import { commentOf, type Part, ruleOf } from "./lowered.ts";
import { conditionsOf, exactly, implied, type Reading } from "./match.ts";
import { eitherOf, type Merged, mergedOf } from "./merged.ts";
import { checkProtocols } from "./protocols.ts";
import type { SetState, State, TableState } from "./state.ts";
import { shown } from "./token.ts";
import type { Rule, Statement, Value, VerdictStatement } from "./tree.ts";
import { checkEnd, checkInPlace } from "./well-formed.ts";
import { printStatement, printValue } from "./write.ts";

const FAMILIES: ReadonlyMap<string, readonly Family[]> = new Map([
  ["ip", [4]],
  ["ip6", [6]],
  ["inet", [4, 6]],
]);

/** A rule over sets with expiring elements, or over interfaces beside addresses, becomes a few; what would become more is left untold. */
const MOST_ALTERNATIVES = 32;

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
  checkJumps(
    chains,
    bases.map(({ chain }) => chain),
  );
  return { families: new Set<Family>(state.speaks ? [4, 6] : []), bases, chains, opaque };
}

/** What a statement asks of a packet, as the alternatives of which one must hold, and what it does with it. */
interface Told {
  readonly either: Condition[][];
  readonly action: Action | null;
}

/** The chains of one table; a chain written in place becomes one named by where it stands. */
class Lowering {
  readonly #table: TableState;
  readonly #chains: Map<string, Chain>;
  readonly #reading: Reading;
  /** Of ports, protocols and states, which the rules of a policy share; addresses are seldom asked for twice. */
  readonly #known = new Map<string, Condition[][]>();

  constructor(table: TableState, chains: Map<string, Chain>, zone: Zone | null) {
    this.#table = table;
    this.#chains = chains;
    this.#reading = { sets: (name, value) => this.#set(name, value), zone };
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
    checkProtocols(rule, this.#table.family);
    checkEnd(rule);
    const merged = mergedOf(rule);
    for (const statement of rule.statements) {
      // A verdict ends its rule: what a jump returns to is the next one, and a map that holds nothing ends it too.
      if (statement.kind === "vmap") {
        const reading = { ...this.#reading, verdict: (each: VerdictStatement) => this.#verdict(each) };
        for (const parts of alternatives) lowered.push(...branchesOf(rule, statement, parts, reading));
        return lowered;
      }
      if (this.#isEmptyLayer(statement)) return lowered;
      const { either, action } = this.#inRule(statement, merged);
      const told = alternatives.length * either.length <= MOST_ALTERNATIVES ? either : [untold(statement)];
      alternatives = alternatives.flatMap((parts) => told.map((conditions) => [...parts, { conditions, statement }]));
      if (action === null) continue;
      for (const parts of alternatives) lowered.push(ruleOf(rule.at, parts, action, comment));
      if (action.kind !== "opaque" && action.kind !== "untrack") return lowered;
    }
    return lowered;
  }

  #inRule(statement: Exclude<Statement, { kind: "vmap" }>, merged: Merged | null): Told {
    if (statement === merged?.first) return { either: [[]], action: null };
    if (merged === null || statement !== merged.second) return this.#statement(statement);
    return { either: eitherOf(merged, (match) => this.#match(match)), action: null };
  }

  /** A rule of ours over a layer that nobody has filled yet says nothing, and there is nothing in it to review. */
  #isEmptyLayer(statement: Statement): boolean {
    if (statement.kind !== "match" || statement.right.kind !== "reference" || statement.operator === "!=") return false;
    const set = this.#set(statement.right.name, statement.right);
    return set.own && set.elements.length === 0;
  }

  #statement(statement: Exclude<Statement, { kind: "vmap" }>): Told {
    switch (statement.kind) {
      case "match":
        return { either: this.#match(statement), action: null };
      case "limit":
        return { either: [[...askedByKey(statement), ...this.#limit(statement)]], action: null };
      case "verdict":
      case "branch":
        return { either: [[]], action: this.#verdict(statement) };
      case "reject":
        return { either: [repliesWith(statement.words, this.#table.family)], action: { kind: "drop" } };
      case "opaque":
        return { either: [[]], action: opaqueAction(statement) };
      case "note":
        return { either: [askedByKey(statement)], action: null };
      case "comment":
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
    if (match.right.kind === "set") checkInPlace(match.right);
    if (match.right.kind !== "word" || selectorOf(match.left)?.type.kind !== "number")
      return conditionsOf(match, this.#reading);
    const key = printStatement(match);
    const known = this.#known.get(key) ?? conditionsOf(match, this.#reading);
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

  #set(name: string, value: Value): SetState {
    const set = this.#table.sets.get(name);
    if (set !== undefined) return set;
    const { file, line, column } = value.at;
    throw new PolicySyntaxError(file, line, column, `table ${this.#table.name} has no set ${shown(printValue(value))}`);
  }
}

/** A rule that fills a set, or counts by a key, goes on only with packets that have what the key reads: IPv4 for `ip saddr`. */
function askedByKey({ words, at }: Statement & { kind: "note" | "limit" }): Condition[] {
  const open = words.indexOf("{");
  if (open < 0) return [];
  const key =
    words
      .slice(open + 1)
      .join(" ")
      .split(/ (?:limit|quota|ct count|timeout|counter|:|\})/, 1)[0] ?? "";
  return key.split(" . ").flatMap((part) => {
    const selector = selectorOf({ kind: "selector", words: part.split(" ").slice(0, 2), at });
    return selector === null ? [] : implied(selector);
  });
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
  if (head === "notrack") return { kind: "untrack" };
  if (head === "masquerade" || head === "snat") return { kind: "translate" };
  return { kind: "opaque", text: printStatement(statement) };
}

/** Marks and the like are unknown anyway; a rewritten header is another packet. */
function mangleAction(statement: Statement & { kind: "mangle" }): Action | null {
  const head = statement.left.kind === "selector" ? statement.left.words[0] : null;
  if (head === "meta" || head === "ct" || printValue(statement.left) === "tcp option maxseg size") return null;
  return { kind: "opaque", text: printStatement(statement) };
}
