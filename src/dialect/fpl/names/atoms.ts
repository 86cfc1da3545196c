/** What the rules of a policy ask of a host and a port: the literals, patterns and boundaries that its decisions rest on. */
import type { Expr, Operator } from "../expr/node.ts";
import { walk } from "../expr/mentions.ts";
import { literalHost } from "../host-index.ts";
import type { Policy } from "../policy.ts";

export interface Atoms {
  /** Hosts that are asked for by their whole text, in lower case. */
  readonly literals: Set<string>;
  /** RE2 expressions by what a reader would call them. */
  readonly patterns: Map<string, string>;
  /** First ports of the classes. */
  readonly ports: Set<number>;
  /** Conditions that look at host or port in another way. */
  readonly opaque: Set<string>;
}

export function atomsOf(policies: readonly Policy[]): Atoms {
  const atoms: Atoms = { literals: new Set(), patterns: new Map(), ports: new Set([1]), opaque: new Set() };
  for (const { rules } of policies) {
    const conditions = new Set<Expr>();
    for (const rule of rules) {
      const literal = literalHost(rule);
      if (literal !== null) atoms.literals.add(literal);
      else if (rule.host && rule.host.text !== "*") pattern(atoms, rule.host.text.toLowerCase());
      for (const [low, high] of rule.port?.ranges ?? []) boundary(atoms, low, high);
      if (rule.condition && !conditions.has(rule.condition)) {
        conditions.add(rule.condition);
        const before = atoms.opaque.size;
        if (!readCondition(atoms, rule.condition) && before === atoms.opaque.size) atoms.opaque.add(rule.when);
      }
    }
  }
  return atoms;
}

function boundary({ ports }: Atoms, low: number, high: number): void {
  for (const port of [low, high + 1]) if (Number.isInteger(port) && port > 0 && port <= 65_535) ports.add(port);
}

function pattern({ patterns }: Atoms, glob: string): void {
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

/** False where the condition looks at host or port otherwise than by a comparison with constants. */
function readCondition(atoms: Atoms, condition: Expr): boolean {
  let [uses, read] = [0, 0];
  for (const node of walk(condition)) {
    if (isArg(node, "host") || isArg(node, "port")) uses++;
    if (node.kind === "name" && (node.name === "host" || node.name === "args")) uses++;
    if (node.kind === "member" && node.object.kind === "name" && node.object.name === "args") {
      if (node.property.kind === "string") uses--;
    }
    if (node.kind !== "binary") continue;
    if (isArg(node.left, "host") && readHost(atoms, node.operator, node.right)) read++;
    else if (isArg(node.right, "host") && node.left.kind === "string" && readHost(atoms, node.operator, node.left))
      read++;
    else if (isArg(node.left, "port") && readPort(atoms, node.right)) read++;
    else if (isArg(node.right, "port") && readPort(atoms, node.left)) read++;
  }
  return uses === read;
}

function readHost(atoms: Atoms, operator: Operator, operand: Expr): boolean {
  const texts = (operand.kind === "list" ? operand.items : [operand]).map((item) =>
    item.kind === "string" ? item.value : null,
  );
  const [text] = texts;
  if (text === undefined || text === null || texts.includes(null)) return false;
  if (operator === "==" || operator === "!=" || operator === "in") {
    for (const literal of texts) atoms.literals.add((literal ?? "").toLowerCase());
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
  if (found) atoms.patterns.set(...found);
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
