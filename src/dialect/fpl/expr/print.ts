/** A condition in one canonical spelling: `and`, `or`, `not`, double quotes, no needless brackets. */
import type { Expr } from "./node.ts";

const LEVELS: Readonly<Record<string, number>> = {
  or: 10,
  and: 15,
  "..": 25,
  "+": 30,
  "-": 30,
  "*": 60,
  "/": 60,
  "%": 60,
};
const COMPARISON = 20;
const NOT = 50;
const SIGN = 90;
const POWER = 100;
const ATOM = 1000;

export const printExpr = (expr: Expr): string => print(expr).text;

interface Printed {
  readonly text: string;
  readonly level: number;
}

const atom = (text: string): Printed => ({ text, level: ATOM });

const list = (items: readonly Expr[]): string => items.map(printExpr).join(", ");

function print(expr: Expr): Printed {
  switch (expr.kind) {
    case "nil":
      return atom("nil");
    case "bool":
    case "int":
    case "float":
      return atom(String(expr.value));
    case "string":
      return atom(JSON.stringify(expr.value));
    case "name":
      return atom(expr.name);
    case "pointer":
      return atom("");
    case "list":
      return atom(`[${list(expr.items)}]`);
    case "member":
      return atom(`${within(expr.object, ATOM)}${property(expr.property)}`);
    case "slice":
      return atom(`${within(expr.object, ATOM)}[${bound(expr.from)}:${bound(expr.to)}]`);
    case "call":
      return atom(`${printExpr(expr.callee)}(${list(expr.args)})`);
    case "builtin":
      return atom(`${expr.name}(${list(expr.args)})`);
    case "unary":
      return expr.operator === "not"
        ? { text: `not ${within(expr.operand, NOT)}`, level: NOT }
        : { text: `${expr.operator}${within(expr.operand, SIGN)}`, level: SIGN };
    case "binary":
    default:
      return binary(expr);
  }
}

const bound = (expr: Expr | null): string => (expr === null ? "" : printExpr(expr));

function property(expr: Expr): string {
  return expr.kind === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(expr.value)
    ? `.${expr.value}`
    : `[${printExpr(expr)}]`;
}

function binary(expr: Extract<Expr, { kind: "binary" }>): Printed {
  const { operator } = expr;
  const level = operator === "**" ? POWER : (LEVELS[operator] ?? COMPARISON);
  // Comparisons neither chain nor group here, so both sides of one are bracketed where they are one themselves.
  const left = within(expr.left, operator === "**" || level === COMPARISON ? level + 1 : level);
  const right = within(expr.right, operator === "**" ? level : level + 1);
  return { text: operator === ".." ? `${left}..${right}` : `${left} ${operator} ${right}`, level };
}

function within(expr: Expr, least: number): string {
  const { text, level } = print(expr);
  return level >= least ? text : `(${text})`;
}
