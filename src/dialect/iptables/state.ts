/** What the kernel would hold after the files of one family, loaded in order with `--noflush`. */
import type { Option, RulesFile, TableItem } from "./tree.ts";
import { printOption } from "./write.ts";
import { PolicySyntaxError } from "../contract.ts";
import type { Position } from "../packet/program.ts";

export interface RuleState {
  readonly options: readonly Option[];
  readonly at: Position;
}

export interface ChainState {
  readonly table: string;
  readonly name: string;
  /** Null for a chain of the user's own. */
  policy: "accept" | "drop" | null;
  rules: RuleState[];
}

/** The built-in chains that stand between a program and the wire, with the priority of their table. */
export const BUILT_IN: ReadonlyMap<string, number> = new Map([
  ["raw PREROUTING", -300],
  ["raw OUTPUT", -300],
  ["mangle PREROUTING", -150],
  ["mangle FORWARD", -150],
  ["mangle OUTPUT", -150],
  ["mangle POSTROUTING", -150],
  ["nat PREROUTING", -100],
  ["nat OUTPUT", -100],
  ["nat POSTROUTING", 100],
  ["filter FORWARD", 0],
  ["filter OUTPUT", 0],
  ["security FORWARD", 50],
  ["security OUTPUT", 50],
]);

/**
 * Whether a block is written to be restored with `--noflush`: it declares no built-in chain. A whole table, met a second time
 * in one file, starts from nothing, as the loader's does.
 */
function isFragment(items: readonly TableItem[]): boolean {
  return !items.some((item) => item.kind === "chain" && item.policy !== "-");
}

const BUILT_IN_NAMES: ReadonlySet<string> = new Set(["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]);

export class State {
  readonly chains: Map<string, ChainState> = new Map();

  load(rules: RulesFile): void {
    const seen = new Set<string>();
    for (const { name, items } of rules.tables) {
      if (seen.has(name) && !isFragment(items)) this.#empty(name);
      seen.add(name);
      for (const item of items) this.#apply(name, item);
    }
  }

  #empty(table: string): void {
    for (const [key, chain] of this.chains) {
      if (chain.table !== table) continue;
      if (chain.policy === null) this.chains.delete(key);
      else chain.rules = [];
    }
  }

  #apply(table: string, item: TableItem): void {
    switch (item.kind) {
      case "chain": {
        const chain = this.#chain(table, item.name);
        // `--noflush` empties a declared chain only where it is the user's own.
        if (item.policy === "-") chain.rules = [];
        else chain.policy = item.policy === "DROP" ? "drop" : "accept";
        return;
      }
      case "rule":
        this.#mustExist(table, item);
        return this.#rule(this.#chain(table, item.chain), item);
      case "flush":
      case "drop-chain":
        for (const [key, chain] of this.chains) {
          if (chain.table !== table || (item.chain !== null && chain.name !== item.chain)) continue;
          if (item.kind === "flush") chain.rules = [];
          else if (!BUILT_IN.has(key)) this.chains.delete(key);
        }
        return;
      default:
        item satisfies never;
    }
  }

  #mustExist(table: string, { chain, at }: TableItem & { kind: "rule" }): void {
    if (BUILT_IN_NAMES.has(chain) || this.chains.has(`${table} ${chain}`)) return;
    throw new PolicySyntaxError(at.file, at.line, at.column, `table ${table} has no chain ${JSON.stringify(chain)}`);
  }

  #chain(table: string, name: string): ChainState {
    const key = `${table} ${name}`;
    const chain = this.chains.get(key) ?? { table, name, policy: BUILT_IN.has(key) ? "accept" : null, rules: [] };
    this.chains.set(key, chain);
    return chain;
  }

  #rule(chain: ChainState, item: TableItem & { kind: "rule" }): void {
    const { rules } = chain;
    const rule = { options: item.options, at: item.at };
    const at = (item.number ?? 1) - 1;
    switch (item.verb) {
      case "append":
        rules.push(rule);
        return;
      case "insert":
        rules.splice(at, 0, rule);
        return;
      case "replace":
        rules.splice(at, 1, rule);
        return;
      case "delete": {
        const text = item.options.map(printOption).join(" ");
        const found = rules.findIndex(({ options }) => options.map(printOption).join(" ") === text);
        const index = item.number === null ? found : at;
        if (index >= 0) rules.splice(index, 1);
        return;
      }
      default:
        item.verb satisfies never;
    }
  }
}
