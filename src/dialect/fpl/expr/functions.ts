/** The functions of a condition that can be computed before the request is made; the others are unknown. */
import { compileToolGlob } from "../glob.ts";
import { parseFloat64, parseGoDuration } from "../go-number.ts";
import { parseDate } from "./date.ts";
import { FUNCTIONS } from "./environment.ts";
import { BUILTINS } from "./builtins.ts";
import { ExprFailure, isList, isMap, isUnknown, kindOf, printed, type Scope, unknown, type Value } from "./value.ts";

/** A function of expr-lang itself; its number of arguments has been checked. */
export function callBuiltin(name: string, args: readonly Value[], scope: Scope): Value {
  if (name === "now" && args.length === 0) return { kind: "time", at: scope.now };
  const [first = null, second] = args;
  if (isUnknown(first) || (second !== undefined && isUnknown(second))) return typeOnly(name, args);
  switch (name) {
    case "date":
      return args.length === 1 ? date(text(first)) : typeOnly(name, args);
    case "duration":
      return duration(text(first));
    case "len":
      return length(first);
    case "lower":
      return text(first).toLowerCase();
    case "upper":
      return text(first).toUpperCase();
    case "trim":
      return second === undefined ? text(first).trim() : typeOnly(name, args);
    case "hasPrefix":
      return text(first).startsWith(text(second ?? null));
    case "hasSuffix":
      return text(first).endsWith(text(second ?? null));
    case "int":
      return whole(first);
    case "string":
      // From a million on an int and a float are printed differently, and which it is has been lost.
      if (typeof first === "number" && Math.abs(first) >= 1e6) return typeOnly(name, args);
      return printed(first) ?? typeOnly(name, args);
    case "abs":
      if (typeof first !== "number") throw new ExprFailure("abs");
      return Math.abs(first);
    default:
      return typeOnly(name, args);
  }
}

/** What is known of a result that is not computed: its type. Whether an argument suits is not known either. */
function typeOnly(name: string, args: readonly Value[]): Value {
  const signature = BUILTINS[name];
  const type = typeof signature?.result === "object" ? signature.result.kind : "any";
  const suited = args.every((arg, i) => {
    const kinds = signature?.params[i] ?? signature?.params.at(-1) ?? [];
    const kind = kindOf(arg);
    return kinds.length === 1 && kind === kinds[0] && !(isUnknown(arg) && arg.mayFail);
  });
  return unknown(type, !(suited && (name === "lower" || name === "upper" || name === "trim")));
}

function text(value: Value): string {
  if (typeof value !== "string") throw new ExprFailure("a function that takes a string was given something else");
  return value;
}

function date(value: string): Value {
  const at = parseDate(value);
  if (at === null) throw new ExprFailure(`invalid date ${JSON.stringify(value)}`);
  return { kind: "time", at };
}

function duration(value: string): Value {
  const micros = parseGoDuration(value);
  if (micros === null) throw new ExprFailure(`invalid duration ${JSON.stringify(value)}`);
  return { kind: "duration", micros };
}

function length(value: Value): Value {
  if (typeof value === "string") return Array.from(value).length;
  if (isList(value)) return value.length;
  if (isMap(value)) return value.size;
  throw new ExprFailure("len of something without a length");
}

function whole(value: Value): Value {
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value === "string" && /^[+-]?[0-9]+$/.test(value)) return Number(value);
  throw new ExprFailure("int of something that is no number");
}

/** A function of the engine's environment. History and denials are the running engine's alone. */
export function callFunction(name: string, args: readonly Value[], scope: Scope): Value {
  const [first = null, second = null] = args;
  const result = FUNCTIONS[name]?.result.kind ?? "any";
  for (const [i, arg] of args.entries()) {
    const wanted = FUNCTIONS[name]?.params[i]?.kind === "int" ? "number" : "string";
    const kind = kindOf(arg);
    if (kind !== null && kind !== "nil" && kind !== wanted) throw new ExprFailure(`${name} was given a ${kind}`);
  }
  if (isUnknown(first) || isUnknown(second)) return unknown(result, true);
  switch (name) {
    case "purpose":
      return purpose(scope.args.get("purpose") ?? null, text(first ?? ""));
    case "args_array_len":
      return arrayAt(scope.args, text(first ?? ""), (items) => items.length, unknown("int"));
    case "args_array_contains":
      return anyItem(scope.args, text(first ?? ""), (item) => item === text(second ?? ""));
    case "args_array_any_match":
      return anyItem(scope.args, text(first ?? ""), compileToolGlob(text(second ?? "")));
    default:
      return unknown(result);
  }
}

function purpose(actual: Value, expected: string): Value {
  if (isUnknown(actual)) return unknown("bool");
  const given = actual === null ? "" : (printed(actual)?.trim() ?? null);
  if (given === null) return unknown("bool");
  return given !== "" && given.toLowerCase() === expected.trim().toLowerCase();
}

/** The list at a dotted path into the arguments; nothing there counts as an empty one. */
function arrayAt(args: Scope["args"], path: string, use: (items: readonly Value[]) => Value, open: Value): Value {
  let value: Value = args;
  for (const part of path === "" ? [] : path.split(".")) {
    if (isUnknown(value)) return open;
    value = isMap(value) ? (value.get(part) ?? null) : null;
  }
  if (isUnknown(value)) return open;
  return use(isList(value) ? value : []);
}

function anyItem(args: Scope["args"], path: string, accepts: (item: string) => boolean): Value {
  const use = (items: readonly Value[]): Value => {
    const texts = items.map(printed);
    if (texts.some((item) => item !== null && accepts(item))) return true;
    return texts.includes(null) ? unknown("bool") : false;
  };
  return arrayAt(args, path, use, unknown("bool"));
}

/** `recipients` is the length of the list of that name. */
export const recipients = (scope: Scope): Value =>
  arrayAt(scope.args, "recipients", (items) => items.length, unknown("int"));

/** Go's number of an argument: 0 for what is none. */
export function argNumber(value: Value): Value {
  if (isUnknown(value)) return unknown("float");
  const shown = value === null ? null : printed(value);
  return shown === null ? 0 : (parseFloat64(shown.trim()) ?? 0);
}

/** Go's text of an argument, trimmed; null when it cannot be told. */
export function argText(value: Value): string | null {
  if (value === null) return "";
  return printed(value)?.trim() ?? null;
}
