/** expr-lang's operators over values that may be unknown: what is certain is computed, what is not stays unknown. */
import { compileRegex, matchesAnywhere } from "../re2/match.ts";
import { InvalidRegex, UnsupportedRegex } from "../re2/node.ts";
import { parseRegex } from "../re2/parse.ts";
import type { Operator } from "./node.ts";
import type { TypeKind } from "./type.ts";
import { ExprFailure, isList, isMap, isUnknown, kindOf, typeOfValue, unknown, type Value } from "./value.ts";

export type StrictOperator = Exclude<Operator, "and" | "or">;

const fallible = (...values: readonly Value[]): boolean => values.some((value) => isUnknown(value) && value.mayFail);

export function applyOperator(operator: StrictOperator, a: Value, b: Value): Value {
  switch (operator) {
    case "==":
      return equal(a, b);
    case "!=":
      return negate(equal(a, b));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(operator, a, b);
    case "in":
      return isIn(a, b);
    case "matches":
    case "contains":
    case "startsWith":
    case "endsWith":
      return textual(operator, a, b);
    case "..":
      return range(a, b);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "**":
    default:
      return arithmetic(operator, a, b);
  }
}

function negate(value: Value): Value {
  return typeof value === "boolean" ? !value : value;
}

export function not(value: Value): Value {
  if (typeof value === "boolean") return !value;
  if (!isUnknown(value)) throw new ExprFailure(`not on ${typeOfValue(value)}`);
  return unknown("bool", value.mayFail || value.type !== "bool");
}

/** Never fails. Lists of numbers are left open: the engine tells 1 from 1.0 inside them. */
function equal(a: Value, b: Value): Value {
  if (isUnknown(a) || isUnknown(b)) return unknown("bool", fallible(a, b));
  const kind = typeOfValue(a);
  if (kind !== typeOfValue(b)) return false;
  if (kind === "time" || kind === "duration") return micros(a) === micros(b);
  if (!isList(a) || !isList(b)) return isMap(a) ? unknown("bool") : a === b;
  if (a.length !== b.length) return false;
  if (!a.every((item, i) => typeof item === "string" && typeof b[i] === "string")) return unknown("bool");
  return a.every((item, i) => item === b[i]);
}

function micros(value: Value): number {
  if (value === null || typeof value !== "object" || !("kind" in value)) return Number.NaN;
  if (value.kind === "time") return value.at;
  return value.kind === "duration" ? value.micros : Number.NaN;
}

function compare(operator: "<" | "<=" | ">" | ">=", a: Value, b: Value): Value {
  const [left, right] = [kindOf(a), kindOf(b)];
  const ordered = ["number", "string", "time", "duration"];
  const possible = [left, right].every((kind) => kind === null || ordered.includes(kind));
  if (!possible || (left !== null && right !== null && left !== right)) {
    throw new ExprFailure(`${left} ${operator} ${right}`);
  }
  if (isUnknown(a) || isUnknown(b)) return unknown("bool", fallible(a, b) || left === null || right === null);
  const order = typeof a === "string" && typeof b === "string" ? compareBytes(a, b) : numeric(a) - numeric(b);
  return operator === "<" ? order < 0 : operator === "<=" ? order <= 0 : operator === ">" ? order > 0 : order >= 0;
}

const numeric = (value: Value): number => (typeof value === "number" ? value : micros(value));

/** Go compares bytes; code points order the same way in UTF-8. */
function compareBytes(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (const [i, char] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    if (char !== other) return (char.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return left.length - right.length;
}

function isIn(needle: Value, haystack: Value): Value {
  if (haystack === null) return false;
  if (isUnknown(haystack)) {
    return unknown("bool", fallible(needle, haystack) || (haystack.type !== "list" && haystack.type !== "map"));
  }
  if (isMap(haystack)) {
    if (isUnknown(needle)) return unknown("bool", needle.mayFail || needle.type !== "string");
    if (needle !== null && typeof needle !== "string") throw new ExprFailure("a map is asked for a non-string");
    return haystack.has(needle ?? "");
  }
  if (!isList(haystack)) throw new ExprFailure(`in ${typeOfValue(haystack)}`);
  const answers = haystack.map((item) => equal(item, needle));
  if (answers.includes(true)) return true;
  return answers.every((answer) => answer === false) ? false : unknown("bool", fallible(...answers));
}

/** A list written out as strings is a map of strings to the engine: only strings, and nil as "", can be asked of it. */
export function isInStrings(needle: Value, strings: readonly string[]): Value {
  return isIn(needle, new Map(strings.map((text) => [text, null])));
}

type Textual = "matches" | "contains" | "startsWith" | "endsWith";

function textual(operator: Textual, a: Value, b: Value): Value {
  if (a === null || b === null) return false;
  for (const value of [a, b]) {
    const kind = kindOf(value);
    if (kind !== null && kind !== "string") throw new ExprFailure(`${operator} on ${kind}`);
  }
  if (typeof a !== "string" || typeof b !== "string") {
    const certain = kindOf(a) === "string" && kindOf(b) === "string";
    return unknown("bool", fallible(a, b) || !certain);
  }
  if (operator === "contains") return a.includes(b);
  if (operator === "startsWith") return a.startsWith(b);
  return operator === "endsWith" ? a.endsWith(b) : matches(a, b);
}

function matches(text: string, pattern: string): Value {
  try {
    return matchesAnywhere(compileRegex(parseRegex(pattern)), text) ?? unknown("bool");
  } catch (error) {
    if (error instanceof UnsupportedRegex) return unknown("bool");
    if (error instanceof InvalidRegex) throw new ExprFailure("an invalid regular expression");
    throw error;
  }
}

const MAX_RANGE = 65_536;

function range(a: Value, b: Value): Value {
  if (typeof a !== "number" || typeof b !== "number") {
    if ([a, b].some((value) => !isUnknown(value) && typeof value !== "number")) throw new ExprFailure("..");
    return unknown("list", true);
  }
  const [first, last] = [Math.trunc(a), Math.trunc(b)];
  if (last - first >= MAX_RANGE) return unknown("list", true);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

type Arithmetic = "+" | "-" | "*" | "/" | "%" | "**";

function arithmetic(operator: Arithmetic, a: Value, b: Value): Value {
  const [left, right] = [kindOf(a), kindOf(b)];
  const result = left === null || right === null ? "any" : resultOf(operator, left, right);
  if (result === null) throw new ExprFailure(`${left} ${operator} ${right}`);
  // Whether a number is whole to the engine depends on where it came from, and `%` fails on others.
  if (isUnknown(a) || isUnknown(b) || operator === "%") {
    return unknown(result, fallible(a, b) || result === "any" || operator === "%");
  }
  if (typeof a === "string" && typeof b === "string") return a + b;
  const value = compute(operator, numeric(a), numeric(b));
  if (result === "time") return { kind: "time", at: value };
  if (result === "duration") return { kind: "duration", micros: value };
  // Beyond this the engine's 64-bit integers and our numbers part.
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? unknown("float") : value;
}

function compute(operator: Arithmetic, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
    default:
      return a ** b;
  }
}

function resultOf(operator: Arithmetic, a: string, b: string): TypeKind | null {
  if (a === "number" && b === "number") return "float";
  const pair = `${a} ${operator} ${b}`;
  if (pair === "string + string") return "string";
  if (/^(time [+-] duration|duration [+] time)$/.test(pair)) return "time";
  if (/^(time - time|duration [+-] duration)$/.test(pair)) return "duration";
  // Products of durations are nanoseconds squared; nobody writes them, and they are not modelled.
  return /^(number|duration) \* (number|duration)$/.test(pair) ? "any" : null;
}
