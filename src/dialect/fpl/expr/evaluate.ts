/** Three-valued evaluation of a condition: yes, no, a failure, or not to be known before the request is made. */
import { SECOND } from "../../../model/instant.ts";
import { RUNTIME_FIELDS } from "./environment.ts";
import { argNumber, argText, callBuiltin, callFunction, recipients } from "./functions.ts";
import type { Expr } from "./node.ts";
import { applyOperator, isInStrings, not } from "./operators.ts";
import {
  ExprFailure,
  isList,
  isMap,
  isUnknown,
  kindOf,
  type Scope,
  typeOfValue,
  unknown,
  type Value,
} from "./value.ts";

export type Answer =
  | { readonly kind: "yes" }
  | { readonly kind: "no" }
  | { readonly kind: "failure"; readonly problem: string }
  | { readonly kind: "unknown"; readonly mayFail: boolean };

export function evaluate(condition: Expr, scope: Scope): Answer {
  try {
    const value = valueOf(condition, scope);
    if (typeof value === "boolean") return { kind: value ? "yes" : "no" };
    if (isUnknown(value)) return { kind: "unknown", mayFail: value.mayFail || value.type !== "bool" };
    return { kind: "failure", problem: `the condition gave ${typeOfValue(value)}, not a bool` };
  } catch (error) {
    if (error instanceof ExprFailure) return { kind: "failure", problem: error.message };
    throw error;
  }
}

function valueOf(expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case "nil":
      return null;
    case "bool":
    case "int":
    case "float":
    case "string":
      return expr.value;
    case "name":
      return nameValue(expr.name, scope);
    case "pointer":
      return unknown("any", true);
    case "list":
      return expr.items.map((item) => valueOf(item, scope));
    case "member":
      return member(valueOf(expr.object, scope), valueOf(expr.property, scope));
    case "slice":
      return unknown("any", true);
    case "unary":
      return unary(expr.operator, valueOf(expr.operand, scope));
    case "binary":
      return binary(expr, scope);
    case "call":
      return call(expr.callee, expr.args, scope);
    case "builtin":
    default:
      return callBuiltin(
        expr.name,
        expr.args.map((arg) => valueOf(arg, scope)),
        scope,
      );
  }
}

function nameValue(name: string, scope: Scope): Value {
  const arg = (key: string): Value => scope.args.get(key) ?? null;
  switch (name) {
    case "args":
      return scope.args;
    case "vars":
      return scope.vars;
    case "tool_name":
      return scope.tool.trim();
    case "amount":
      return argNumber(arg("amount"));
    case "cmd":
    case "host":
    case "path":
      return argText(arg(name)) ?? unknown("string");
    case "recipients":
      return recipients(scope);
    case "time":
      return clock(scope.now);
    default: {
      const fields = RUNTIME_FIELDS[name];
      if (!fields) return unknown("any", true);
      return new Map(Object.entries(fields).map(([key, type]) => [key, unknown(type.kind)]));
    }
  }
}

/** The fields of `time`, in UTC; the week begins on Monday, which is 1. */
function clock(now: Scope["now"]): Value {
  const date = new Date(Math.floor(now / SECOND) * 1000);
  return new Map([
    ["hour", date.getUTCHours()],
    ["weekday", date.getUTCDay() === 0 ? 7 : date.getUTCDay()],
    ["month", date.getUTCMonth() + 1],
    ["day", date.getUTCDate()],
  ]);
}

function member(object: Value, property: Value): Value {
  if (isUnknown(object)) {
    const safe = object.type === "map" && kindOf(property) === "string";
    return unknown("any", object.mayFail || !safe);
  }
  if (isUnknown(property)) return unknown("any", true);
  if (isMap(object)) {
    if (property !== null && typeof property !== "string") throw new ExprFailure("a map has only named fields");
    return object.get(property ?? "") ?? null;
  }
  if (isList(object) && typeof property === "number") {
    const index = Math.trunc(property);
    const item = object.at(index);
    if (item === undefined) throw new ExprFailure("index out of range");
    return item;
  }
  throw new ExprFailure(`cannot fetch from ${typeOfValue(object)}`);
}

function unary(operator: "not" | "+" | "-", value: Value): Value {
  if (operator === "not") return not(value);
  const kind = kindOf(value);
  if (kind !== null && kind !== "number") throw new ExprFailure(`${operator} on ${kind}`);
  if (isUnknown(value)) return unknown(kind === null ? "any" : "float", value.mayFail || kind === null);
  return operator === "-" && typeof value === "number" ? -value : value;
}

function binary(expr: Extract<Expr, { kind: "binary" }>, scope: Scope): Value {
  const left = valueOf(expr.left, scope);
  if (expr.operator === "and" || expr.operator === "or") {
    return logical(expr.operator === "or", left, () => valueOf(expr.right, scope));
  }
  const { right } = expr;
  if (expr.operator === "in" && right.kind === "list") {
    const strings = right.items.flatMap((item) => (item.kind === "string" ? [item.value] : []));
    if (strings.length > 0 && strings.length === right.items.length) return isInStrings(left, strings);
  }
  return applyOperator(expr.operator, left, valueOf(right, scope));
}

/** `decisive` is the value of the left side that settles the whole: true for `or`, false for `and`. */
function logical(decisive: boolean, left: Value, right: () => Value): Value {
  // The last operand is the result as it stands: one that is no bool fails only where it is used.
  if (typeof left === "boolean") return left === decisive ? decisive : right();
  if (!isUnknown(left)) throw new ExprFailure(`${decisive ? "or" : "and"} on ${typeOfValue(left)}`);
  const sure = left.type === "bool" && !left.mayFail;
  try {
    const value = right();
    if (value === decisive && sure) return decisive;
    const fine = typeof value === "boolean" || (isUnknown(value) && value.type === "bool" && !value.mayFail);
    return unknown("bool", !sure || !fine);
  } catch (error) {
    if (error instanceof ExprFailure) return unknown("bool", true);
    throw error;
  }
}

function call(callee: Expr, args: readonly Expr[], scope: Scope): Value {
  if (callee.kind === "name") {
    return callFunction(
      callee.name,
      args.map((arg) => valueOf(arg, scope)),
      scope,
    );
  }
  const target = valueOf(callee, scope);
  // Nothing in a request can be called.
  if (!isUnknown(target)) throw new ExprFailure("a call of something that is no function");
  return unknown("any", true);
}
