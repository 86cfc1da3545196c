/** What the kernel would hold after the commands of the files, one after another. */
import { at } from "../../model/error.ts";
import type { NotModelled } from "../../model/policy.ts";
import type { Position } from "../packet/program.ts";
import { addElements, removeElements } from "./elements.ts";
import { expandElements, expandRule, expandValue, expandWords, Scope } from "./expand.ts";
import type { BaseSpec, ChainNode, Command, Element, Rule, Ruleset, SetNode, SetType, TableNode } from "./tree.ts";
import { isOwnSet } from "./own-sets.ts";
import { printRuleset } from "./write.ts";

export interface ChainState {
  readonly name: string;
  readonly at: Position;
  base: BaseSpec | null;
  policy: string | null;
  rules: Rule[];
}

export interface SetState {
  readonly name: string;
  type: SetType | null;
  readonly flags: Set<string>;
  /** A layer of our own table, filled by reviewers alone: what the files do not list is not meant to be in it. */
  readonly own: boolean;
  /** Elements without a timeout of their own have the set's. */
  timeout: boolean;
  /** Intervals that overlap become one. */
  merges: boolean;
  elements: Element[];
  /** How many of them an earlier file loaded. */
  loaded: number;
  /** Whether it may hold elements that the files take out again. */
  leftovers: boolean;
}

export interface TableState {
  readonly family: string;
  readonly name: string;
  /** Switched off: its chains judge nothing. The last declaration says. */
  dormant: boolean;
  readonly chains: Map<string, ChainState>;
  readonly sets: Map<string, SetState>;
  /** Limits and quotas that rules share, by kind and name: `limit rate 5/minute`. */
  readonly objects: Map<string, string>;
}

type Of<K extends Command["kind"]> = Command & { readonly kind: K };

export class State {
  readonly tables: Map<string, TableState> = new Map();
  readonly opaque: NotModelled[] = [];
  /** Whether the files say anything at all about what the kernel holds. */
  speaks = false;

  load(ruleset: Ruleset): void {
    const scope = new Scope();
    for (const { sets } of this.tables.values()) for (const set of sets.values()) set.loaded = set.elements.length;
    for (const command of ruleset.commands) this.#apply(command, scope);
  }

  /** What leaves through a device can also be dropped there, by rules for frames that nothing here describes. */
  egressHooks(): NotModelled[] {
    return [...this.tables.values()].flatMap((table) =>
      [...table.chains.values()]
        .filter(({ base, rules, policy }) => base?.hook === "egress" && (rules.length > 0 || policy === "drop"))
        .map(({ name, at: { file, line } }) => ({
          place: at(file, line),
          text: `chain ${name} of table ${table.family} ${table.name} at the egress hook`,
        })),
    );
  }

  #apply(command: Command, scope: Scope): void {
    if (command.kind !== "define" && command.kind !== "include") this.speaks = true;
    switch (command.kind) {
      case "table":
        return this.#block(command, new Scope(scope));
      case "define":
        return scope.define(command);
      case "include":
        return this.#unclear(command.at, `include "${command.path}"`);
      case "flush-ruleset":
        for (const [key, { family }] of this.tables) {
          if (command.family === null || command.family === family) this.tables.delete(key);
        }
        return;
      case "whole":
        return this.#whole(command, scope);
      case "rule":
        return this.#rule(command, scope);
      case "element":
        return this.#element(command, scope);
      case "other":
        if (!command.harmless) this.#unclear(command.at, command.words.join(" "));
        else this.#object(command.words);
    }
  }

  /** `add limit inet t lim { rate 5/minute }`. */
  #object([verb = "", kind = "", ...words]: readonly string[]): void {
    if (verb !== "add" && verb !== "create") return;
    const brace = words.indexOf("{");
    const [name = "", table = "", family = "ip"] = words.slice(0, Math.max(0, brace)).toReversed();
    if (name !== "") declareObject(this.#table(family, table), [kind, name, ...words.slice(brace)]);
  }

  #unclear(place: Position, text: string): void {
    this.opaque.push({ place: at(place.file, place.line), text });
  }

  #table(family: string, name: string): TableState {
    const key = `${family} ${name}`;
    const table = this.tables.get(key) ?? { family, name, ...emptyTable() };
    this.tables.set(key, table);
    return table;
  }

  #block(node: TableNode, scope: Scope): void {
    const table = this.#table(node.family, node.name);
    table.dormant = node.options.some((words) => words[0] === "flags" && words.includes("dormant"));
    // Such a table goes with the program that loaded it.
    if (node.options.some((words) => words[0] === "flags" && words.includes("owner"))) {
      this.#unclear(node.at, `flags owner of table ${node.family} ${node.name}`);
    }
    for (const item of node.items) {
      if (item.kind === "define") scope.define(item);
      else if (item.kind === "include") this.#unclear(item.at, `include "${item.path}"`);
      else if (item.kind === "chain") declareChain(table, item, scope);
      else if (item.kind === "object") declareObject(table, item.words);
      else this.#set(table, item, scope);
    }
  }

  #set(table: TableState, node: SetNode, scope: Scope): void {
    for (const words of node.options) if (words[0] === "include") this.#unclear(node.at, words.join(" "));
    declareSet(table, node, scope);
  }

  #whole(command: Of<"whole">, scope: Scope): void {
    const { verb, object, family, name, node } = command;
    const table = this.#table(family, command.table);
    if (verb === "add" || verb === "create") {
      if (node?.kind === "chain") declareChain(table, node, scope);
      else if (node !== null) this.#set(table, node, scope);
      else if (object === "chain" && name !== null) chainOf(table, name, command.at);
      return;
    }
    const flushing = verb === "flush";
    if (object === "table") {
      if (flushing) for (const chain of table.chains.values()) chain.rules = [];
      else this.tables.delete(`${family} ${command.table}`);
    } else if (name === null || name === "handle") {
      this.#unclear(command.at, `${verb} ${object} by handle`);
    } else if (object === "chain") {
      const chain = table.chains.get(name);
      if (!flushing) table.chains.delete(name);
      else if (chain !== undefined) chain.rules = [];
    } else {
      const set = table.sets.get(name);
      if (!flushing) table.sets.delete(name);
      else if (set !== undefined) [set.elements, set.loaded] = [[], 0];
    }
  }

  #rule(command: Of<"rule">, scope: Scope): void {
    const { verb, where, family } = command;
    const table = this.#table(family, command.table);
    if (!table.chains.has(command.chain)) {
      return this.#unclear(
        command.at,
        `chain ${command.chain} of table ${family} ${command.table} is not in these files`,
      );
    }
    const { rules } = chainOf(table, command.chain, command.at);
    const rule = command.rule === null ? null : expandRule(command.rule, scope);
    const index = where[0] === "index" ? Number(where[1]) : null;
    if (rule === null || (where.length > 0 && index === null) || !["add", "create", "insert"].includes(verb)) {
      this.#unclear(command.at, printRuleset({ file: "", commands: [command] }).trim());
    } else if (verb === "insert") rules.splice(index ?? 0, 0, rule);
    else rules.splice(index === null ? rules.length : index + 1, 0, rule);
  }

  #element(command: Of<"element">, scope: Scope): void {
    const value = expandValue(command.elements, scope);
    const set = setOf(this.#table(command.family, command.table), command.name);
    const elements = value.kind === "set" ? value.elements : [];
    if (command.verb === "delete" || command.verb === "destroy") removeElements(set, elements);
    else addElements(set, elements);
  }
}

function emptyTable(): Pick<TableState, "dormant" | "chains" | "sets" | "objects"> {
  return { dormant: false, chains: new Map(), sets: new Map(), objects: new Map() };
}

/** The first one stays: nft takes no second of the same name. */
function declareObject({ objects }: TableState, [kind = "", name = "", ...words]: readonly string[]): void {
  const key = `${kind} ${name.replaceAll('"', "")}`;
  const said = words.filter((word) => word !== "{" && word !== "}").join(" ");
  if (!objects.has(key)) objects.set(key, `${kind} ${said.split(" ;")[0] ?? ""}`.replaceAll(/ ?\/ ?/g, "/"));
}

function chainOf(table: TableState, name: string, place: Position): ChainState {
  const chain = table.chains.get(name) ?? { name, at: place, base: null, policy: null, rules: [] };
  table.chains.set(name, chain);
  return chain;
}

function setOf(table: TableState, name: string): SetState {
  const set = table.sets.get(name) ?? emptySet(table, name);
  table.sets.set(name, set);
  return set;
}

function declareChain(table: TableState, node: ChainNode, scope: Scope): void {
  const chain = chainOf(table, node.name, node.at);
  if (node.base !== null) {
    chain.base ??= { ...node.base, priority: expandWords(node.base.priority, scope, node.at) };
  }
  if (node.policy !== null) chain.policy = expandWords([node.policy], scope, node.at).join("");
  const own = new Scope(scope);
  for (const define of node.defines) own.define(define);
  for (const rule of node.rules) chain.rules.push(expandRule(rule, own));
}

function emptySet(table: TableState, name: string): SetState {
  const own = isOwnSet(table, name);
  return {
    name,
    type: null,
    flags: new Set(),
    own,
    timeout: false,
    merges: false,
    elements: [],
    loaded: 0,
    leftovers: false,
  };
}

/** Filled at run time by rules, a resolver or a program, or left half emptied, so that missing from the files proves nothing. */
export function isOpen(set: SetState): boolean {
  return set.leftovers || set.flags.has("dynamic") || (hasTimeouts(set) && !isWritten(set));
}

/** What somebody wrote into a set with timeouts is all that is there after a load; others may add to it. */
export function mayGrow(set: SetState): boolean {
  return !isOpen(set) && hasTimeouts(set);
}

/** Whether nft takes no two intervals into it that overlap. What was taken out again may be in it still, or not. */
export function mustBeApart({ flags, merges, leftovers }: SetState): boolean {
  return flags.has("interval") && !merges && !leftovers;
}

const hasTimeouts = ({ own, timeout, flags }: SetState): boolean => !own && (timeout || flags.has("timeout"));

/** Not empty, as a set for a resolver begins, and not listed from a kernel, which tells what is left of each timeout. */
const isWritten = ({ elements }: SetState): boolean =>
  elements.length > 0 && elements.every(({ expires }) => expires === null);

/** Whether the kernel takes the element out by itself, some time after the load that nobody recorded. */
export function isTimed(set: SetState, { timeout, expires }: Element): boolean {
  // What `timeout 0s` means in a set with a default depends on the version; elsewhere it is the absence of a timeout.
  return set.timeout || expires !== null || (timeout !== null && !isZero(timeout));
}

function isZero(duration: string): boolean {
  return !/[1-9]/.test(duration);
}

function declareSet(table: TableState, node: SetNode, scope: Scope): void {
  const set = setOf(table, node.name);
  set.type ??= node.type;
  for (const flag of node.flags) set.flags.add(flag);
  if (node.options.some(([option, length = "0"]) => option === "timeout" && !isZero(length))) set.timeout = true;
  if (node.options.some(([option]) => option === "auto-merge")) set.merges = true;
  const from = node.elementsFrom === null ? null : expandValue(node.elementsFrom, scope);
  const given = from?.kind === "set" ? from.elements : expandElements(node.elements ?? [], scope);
  addElements(set, given);
}
