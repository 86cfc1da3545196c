/** What rules ask of host, port, method and path: the literals, patterns and boundaries that decisions rest on. */
import type { Expr, Operator } from "../expr/node.ts";
import { walk } from "../expr/mentions.ts";
import type { Rule } from "../policy.ts";

/** What is asked of one text of a request. */
export interface Texts {
  /** Asked for whole. */
  readonly literals: Set<string>;
  /** RE2 expressions by what a reader would call them. */
  readonly patterns: Map<string, string>;
}

export interface Atoms {
  /** In lower case. */
  readonly host: Texts;
  /** In upper case where a selector asks. */
  readonly method: Texts;
  readonly path: Texts;
  /** First ports of the classes. */
  readonly ports: Set<number>;
  /** Conditions that look at one of them in another way. */
  readonly opaque: Set<string>;
}

type Part = "host" | "method" | "path";

export function atomsOf(rules: Iterable<Rule>): Atoms {
  const texts = (): Texts => ({ literals: new Set(), patterns: new Map() });
  const atoms: Atoms = { host: texts(), method: texts(), path: texts(), ports: new Set([1]), opaque: new Set() };
  const conditions = new Set<Expr>();
  for (const rule of rules) {
    selected(atoms.host, rule.host?.text.trim().toLowerCase());
    selected(atoms.method, rule.method?.text.toUpperCase());
    selected(atoms.path, rule.path?.text);
    for (const [low, high] of rule.port?.ranges ?? []) boundary(atoms, low, high);
    if (rule.condition && !conditions.has(rule.condition)) {
      conditions.add(rule.condition);
      const before = atoms.opaque.size;
      if (!readCondition(atoms, rule.condition) && before === atoms.opaque.size) atoms.opaque.add(rule.when);
    }
  }
  return atoms;
}

function selected(texts: Texts, selector: string | undefined): void {
  if (selector === undefined || selector === "*") return;
  if (/[*?[\\]/.test(selector)) pattern(texts, selector);
  else texts.literals.add(selector);
}

function boundary({ ports }: Atoms, low: number, high: number): void {
  for (const port of [low, high + 1]) if (Number.isInteger(port) && port > 0 && port <= 65_535) ports.add(port);
}

function pattern({ patterns }: Texts, glob: string): void {
  let source = "";
  for (let i = 0; i < glob.length; i++) {
    const char = glob.charAt(i);
    const end = char === "[" ? glob.indexOf("]", i + 1) : -1;
    if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (end > 0) {
      source += glob.slice(i, end + 1);
      i = end;
    } else source += quoteRegex(char === "\\" ? glob.charAt(++i) : char);
  }
  patterns.set(glob, `^${source}$`);
}

const quoteRegex = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$-]/g, "\\$&");

const isArg = (expr: Expr, name: string): boolean =>
  expr.kind === "member" &&
  expr.object.kind === "name" &&
  expr.object.name === "args" &&
  expr.property.kind === "string" &&
  expr.property.value === name;

const partOf = (expr: Expr): Part | null =>
  (["host", "method", "path"] as const).find((part) => isArg(expr, part)) ?? null;

/** False where the condition looks at host, port, method or path otherwise than by a comparison with constants. */
function readCondition(atoms: Atoms, condition: Expr): boolean {
  let [uses, read] = [0, 0];
  for (const node of walk(condition)) {
    if (partOf(node) !== null || isArg(node, "port")) uses++;
    if (node.kind === "name" && (node.name === "host" || node.name === "args")) uses++;
    if (node.kind === "member" && node.object.kind === "name" && node.object.name === "args") {
      if (node.property.kind === "string") uses--;
    }
    if (node.kind !== "binary") continue;
    const [left, right] = [partOf(node.left), partOf(node.right)];
    if (left !== null && readText(atoms[left], left, node.operator, node.right)) read++;
    else if (right !== null && node.left.kind === "string" && readText(atoms[right], right, node.operator, node.left))
      read++;
    else if (isArg(node.left, "port") && readPort(atoms, node.right)) read++;
    else if (isArg(node.right, "port") && readPort(atoms, node.left)) read++;
  }
  return uses === read;
}

function readText(texts: Texts, part: Part, operator: Operator, operand: Expr): boolean {
  const given = (operand.kind === "list" ? operand.items : [operand]).map((item) =>
    item.kind === "string" ? item.value : null,
  );
  const [text] = given;
  if (text === undefined || text === null || given.includes(null)) return false;
  if (operator === "==" || operator === "!=" || operator === "in") {
    for (const literal of given) texts.literals.add(part === "host" ? (literal ?? "").toLowerCase() : (literal ?? ""));
    return true;
  }
  const quoted = quoteRegex(text);
  const sources: Partial<Record<Operator, readonly [label: string, source: string]>> = {
    startsWith: [`${text}...`, `^${quoted}`],
    endsWith: [`...${text}`, `${quoted}$`],
    contains: [`...${text}...`, quoted],
    matches: [`/${text}/`, text],
  };
  const found = sources[operator];
  if (found) texts.patterns.set(...found);
  return found !== undefined;
}

function readPort(atoms: Atoms, operand: Expr): boolean {
  const parts =
    operand.kind === "list"
      ? operand.items
      : operand.kind === "binary" && operand.operator === ".."
        ? [operand.left, operand.right]
        : [operand];
  for (const part of parts) {
    if (part.kind !== "int" && part.kind !== "float") return false;
    boundary(atoms, Math.floor(part.value), Math.floor(part.value));
    boundary(atoms, Math.ceil(part.value), Math.ceil(part.value));
  }
  return true;
}
