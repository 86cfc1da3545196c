/** Prints the tree of a rules file for iptables-restore. */
import type { Option, RulesFile, RuleVerb, TableItem } from "./tree.ts";
import { quoteWord } from "./words.ts";

const FLAGS: Readonly<Record<RuleVerb, string>> = { append: "-A", insert: "-I", delete: "-D", replace: "-R" };

export function printRules(rules: RulesFile): string {
  return rules.tables.map(({ name, items }) => [`*${name}`, ...items.map(printItem), "COMMIT", ""].join("\n")).join("");
}

function printItem(item: TableItem): string {
  switch (item.kind) {
    case "chain":
      return join(`:${item.name}`, item.policy, item.counters ?? "[0:0]");
    case "rule": {
      const number = item.number === null ? null : String(item.number);
      return join(item.counters, FLAGS[item.verb], quoteWord(item.chain), number, ...item.options.map(printOption));
    }
    case "flush":
      return join("-F", item.chain);
    case "drop-chain":
      return join("-X", item.chain);
    default:
      return item satisfies never;
  }
}

export function printOption({ negated, flag, words }: Option): string {
  return join(negated ? "!" : null, flag, ...words.map(quoteWord));
}

function join(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(" ");
}
