/** What a condition rests on. */
import { RUNTIME_FIELDS } from "./environment.ts";
import type { Expr } from "./node.ts";
import { UnsupportedRegex } from "../re2/node.ts";
import { parseRegex } from "../re2/parse.ts";

function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "list":
      return expr.items;
    case "member":
      return [expr.object, expr.property];
    case "slice":
      return [expr.object, expr.from, expr.to].filter((part) => part !== null);
    case "unary":
      return [expr.operand];
    case "binary":
      return [expr.left, expr.right];
    case "call":
      return [expr.callee, ...expr.args];
    case "builtin":
      return expr.args;
    case "nil":
    case "bool":
    case "int":
    case "float":
    case "string":
    case "name":
    case "pointer":
    default:
      return [];
  }
}

export function* walk(expr: Expr): Generator<Expr> {
  yield expr;
  for (const child of children(expr)) yield* walk(child);
}

/** Whether the condition looks at one of these arguments, or at the arguments as a whole. */
export function mentions(expr: Expr | null, args: readonly string[]): boolean {
  if (expr === null) return false;
  const named = new Set<Expr>();
  for (const node of walk(expr)) {
    if (node.kind === "member" && node.object.kind === "name" && node.object.name === "args") {
      if (node.property.kind !== "string" || args.includes(node.property.value)) return true;
      named.add(node.object);
    }
    if (node.kind === "name" && node.name === "args" && !named.has(node)) return true;
  }
  return false;
}

/** The parts that stay unknown whatever the request: session, principal, history, predicates, regexes not modelled. */
export function opaqueParts(expr: Expr | null): readonly Expr[] {
  return expr === null ? [] : [...walk(expr)].filter(isOpaque);
}

function isOpaque(expr: Expr): boolean {
  if (expr.kind === "name") return Object.hasOwn(RUNTIME_FIELDS, expr.name);
  if (expr.kind === "call") return expr.callee.kind === "name" && /^(history_|deny_count)/.test(expr.callee.name);
  if (expr.kind === "pointer" || expr.kind === "slice") return true;
  return expr.kind === "binary" && expr.operator === "matches" && !isModelled(expr.right);
}

function isModelled(pattern: Expr): boolean {
  if (pattern.kind !== "string") return true;
  try {
    parseRegex(pattern.value);
    return true;
  } catch (error) {
    if (error instanceof UnsupportedRegex) return false;
    throw error;
  }
}
