/** Prints the tree of an nftables file: what it loads to is what the file it was parsed from loads to. */
import type {
  ChainNode,
  Command,
  Element,
  Rule,
  Ruleset,
  SetNode,
  Statement,
  TableItem,
  TableNode,
  Target,
  Value,
  VerdictStatement,
} from "./tree.ts";

export function printRuleset(ruleset: Ruleset): string {
  return ruleset.commands.map((command) => `${printCommand(command)}\n`).join("");
}

function printCommand(command: Command): string {
  switch (command.kind) {
    case "table":
      return printTable(command);
    case "define":
    case "include":
      return printItem(command);
    case "flush-ruleset":
      return words("flush ruleset", command.family);
    case "whole": {
      const { verb, object, family, table, name, node } = command;
      return words(verb, object, family, quoteName(table), name && quoteName(name), node && body(node));
    }
    case "rule": {
      const { verb, family, table, chain, where, rule } = command;
      return words(verb, "rule", family, quoteName(table), quoteName(chain), ...where, rule && printRule(rule));
    }
    case "element":
      return words(
        command.verb,
        "element",
        command.family,
        quoteName(command.table),
        quoteName(command.name),
        printValue(command.elements),
      );
    case "other":
      return joinWords(command.words);
    default:
      return command satisfies never;
  }
}

function printTable(table: TableNode): string {
  const head = `table ${table.family} ${quoteName(table.name)}`;
  const lines = [
    ...table.options.map((option) => `\t${joinWords(option)}`),
    ...table.items.map((item) => indent(printItem(item))),
  ];
  return [`${head} {`, ...lines, "}"].join("\n");
}

function printItem(item: TableItem): string {
  switch (item.kind) {
    case "chain":
    case "set":
    case "map":
      return `${item.kind} ${quoteName(item.name)} ${body(item)}`;
    case "object":
      return joinWords(item.words);
    case "define":
      return words(item.verb, item.name, item.value && `= ${printValue(item.value)}`);
    case "include":
      return `include "${item.path}"`;
    default:
      return item satisfies never;
  }
}

/** The braces of a chain or a set. */
function body(node: ChainNode | SetNode): string {
  return ["{", ...(node.kind === "chain" ? chainLines(node) : setLines(node)).map((line) => indent(line)), "}"].join(
    "\n",
  );
}

function chainLines(chain: ChainNode): string[] {
  const { base } = chain;
  const lines: string[] = [];
  if (base !== null) {
    lines.push(
      `${words("type", base.type, "hook", base.hook, joinWords(base.devices), "priority", joinWords(base.priority))};`,
    );
  }
  if (chain.policy !== null) lines.push(`policy ${chain.policy};`);
  lines.push(...chain.options.map((option) => `${joinWords(option)};`));
  if (chain.comment !== null) lines.push(`comment "${chain.comment}"`);
  return [...lines, ...chain.defines.map(printItem), ...chain.rules.map(printRule)];
}

function setLines(set: SetNode): string[] {
  const lines: string[] = [];
  const { type } = set;
  if (type !== null) lines.push(words(type.by, joinWords(type.key), type.data && `: ${joinWords(type.data)}`));
  if (set.flags.length > 0) lines.push(`flags ${set.flags.join(",")}`);
  lines.push(...set.options.map(joinWords));
  if (set.comment !== null) lines.push(`comment "${set.comment}"`);
  if (set.elementsFrom !== null) lines.push(`elements = ${printValue(set.elementsFrom)}`);
  if (set.elements !== null) lines.push(`elements = ${braces(set.elements)}`);
  return lines;
}

function printRule(rule: Rule): string {
  return rule.statements.map(printStatement).join(" ");
}

export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case "verdict":
    case "branch":
      return printVerdict(statement);
    case "match":
      return words(
        printValue(statement.left),
        statement.operator === "implicit" ? null : statement.operator,
        printValue(statement.right),
      );
    case "vmap":
      return words(printValue(statement.key), "vmap", printValue(statement.map));
    case "comment":
      return `comment "${statement.text}"`;
    case "mangle":
      return words(
        printValue(statement.left),
        "set",
        printValue(statement.value),
        statement.map && `map ${printValue(statement.map)}`,
      );
    case "note":
    case "reject":
    case "limit":
    case "opaque":
      return joinWords(statement.words);
    default:
      return statement satisfies never;
  }
}

/** What a map gives. */
export function printData(data: Element["data"]): string {
  if (data === null) return "";
  return data.kind === "verdict" || data.kind === "branch" ? printVerdict(data) : printValue(data);
}

function printVerdict(statement: VerdictStatement): string {
  return statement.kind === "verdict" ? statement.verdict : `${statement.verdict} ${printTarget(statement.target)}`;
}

function printTarget(target: Target): string {
  switch (target.kind) {
    case "named":
      return quoteName(target.name);
    case "variable":
      return `$${target.name}`;
    case "inline":
      return ["{", ...target.rules.map((rule) => indent(printRule(rule))), "}"].join("\n");
    default:
      return target satisfies never;
  }
}

export function printValue(value: Value): string {
  switch (value.kind) {
    case "word":
      return value.text;
    case "quoted":
      return `"${value.text}"`;
    case "variable":
      return `$${value.name}`;
    case "reference":
      return `@${value.name}`;
    case "selector":
      return value.words.join(" ");
    case "range":
      return `${printValue(value.from)}-${printValue(value.to)}`;
    case "prefix":
      // Between flags, blanks keep nft from reading one name with a slash in it.
      return /^\d+$/.test(value.length)
        ? `${printValue(value.base)}/${value.length}`
        : `${printValue(value.base)} / ${value.length}`;
    case "concat":
      return value.parts.map(printValue).join(" . ");
    case "list":
      return value.items.map(printValue).join(",");
    case "set":
      return braces(value.elements);
    case "binary":
      return `${printValue(value.left)} ${value.operator} ${operand(value.right)}`;
    case "any":
      return "*";
    default:
      return value satisfies never;
  }
}

function operand(value: Value): string {
  return value.kind === "binary" || value.kind === "list" ? `(${printValue(value)})` : printValue(value);
}

function braces(elements: readonly Element[]): string {
  return elements.length === 0 ? "{ }" : `{ ${elements.map(printElement).join(", ")} }`;
}

function printElement(element: Element): string {
  const { data } = element;
  return words(
    printValue(element.key),
    joinWords(element.options),
    element.timeout && `timeout ${element.timeout}`,
    element.expires && `expires ${element.expires}`,
    element.comment === null ? null : `comment "${element.comment}"`,
    data && `: ${printData(data)}`,
  );
}

function words(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(" ");
}

/** Words as they were scanned, with a blank between any two except where it would only look odd. */
function joinWords(parts: readonly string[]): string {
  const tight = (before: string | undefined, word: string): boolean =>
    before === undefined || before === "$" || before === "@" || before === "/" || word === "/" || word === ",";
  return parts.map((word, i) => (tight(parts[i - 1], word) ? word : ` ${word}`)).join("");
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "\t");
}

/** Names that begin with a digit or hold odd characters need quotes to be read back. */
function quoteName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_./\\-]*$/.test(name) ? name : `"${name}"`;
}
