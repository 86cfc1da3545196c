/** Whether expr-lang would compile a condition to a yes-or-no: its type rules over the engine's environment. */
import { parseRegex } from "../re2/parse.ts";
import { InvalidRegex, UnsupportedRegex } from "../re2/node.ts";
import { boundsProblem } from "./bounds.ts";
import { BUILTINS, PREDICATES } from "./builtins.ts";
import { FUNCTIONS, NAMES } from "./environment.ts";
import type { Expr, Operator } from "./node.ts";
import { parseExpr } from "./parse.ts";
import { ExprSyntaxError } from "./token.ts";
import {
  ANY,
  BOOL,
  comparable,
  DURATION,
  FLOAT,
  INT,
  isNumber,
  LIST,
  mayBe,
  STRING,
  TIME,
  type Type,
  typeName,
  type TypeKind,
} from "./type.ts";

/** @throws ExprSyntaxError with the cause when the engine would refuse to load it. */
export function compileCondition(text: string): Expr {
  const problem = boundsProblem(text);
  if (problem !== null) throw new ExprSyntaxError(problem);
  const expr = parseExpr(text);
  const type = typeOf(expr, []);
  if (type.kind !== "bool" && type.kind !== "any") throw new ExprSyntaxError(`expected bool, got ${typeName(type)}`);
  return expr;
}

/** `elements` are the types that the surrounding predicates ask about, innermost last. */
function typeOf(expr: Expr, elements: readonly Type[]): Type {
  const of = (node: Expr): Type => typeOf(node, elements);
  switch (expr.kind) {
    case "nil":
    case "bool":
    case "int":
    case "float":
    case "string":
      return { kind: expr.kind };
    case "name":
      return nameType(expr.name);
    case "pointer":
      return elements.at(-1) ?? ANY;
    case "list":
      return listType(expr.items.map(of));
    case "member":
      return memberType(of(expr.object), expr.property, of(expr.property));
    case "slice":
      return sliceType(
        of(expr.object),
        [expr.from, expr.to].flatMap((bound) => (bound ? [of(bound)] : [])),
      );
    case "unary":
      return unaryType(expr.operator, of(expr.operand));
    case "binary":
      return binaryType(expr.operator, of(expr.left), of(expr.right), expr.right);
    case "call":
      return callType(expr.callee, expr.args.map(of), of);
    case "builtin":
    default:
      return builtinType(expr.name, expr.args, elements);
  }
}

function nameType(name: string): Type {
  const type = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (type) return type;
  if (Object.hasOwn(FUNCTIONS, name) || Object.hasOwn(BUILTINS, name) || Object.hasOwn(PREDICATES, name)) {
    return { kind: "function" };
  }
  throw new ExprSyntaxError(`unknown name ${name}`);
}

function listType(items: readonly Type[]): Type {
  const [first = ANY] = items;
  return items.every(({ kind }) => kind === first.kind) ? { kind: "list", item: items.at(-1) ?? ANY } : LIST;
}

function memberType(object: Type, property: Expr, type: Type): Type {
  if (object.kind === "any") return ANY;
  if (object.kind === "map" && (type.kind === "string" || type.kind === "any")) return ANY;
  if (object.kind === "list" && (type.kind === "int" || type.kind === "any")) return object.item;
  const what = property.kind === "string" ? ` field ${property.value}` : `thing at a ${typeName(type)}`;
  throw new ExprSyntaxError(`type ${typeName(object)} has no${what}`);
}

function sliceType(object: Type, bounds: readonly Type[]): Type {
  if (object.kind !== "any" && object.kind !== "string" && object.kind !== "list") {
    throw new ExprSyntaxError(`cannot slice ${typeName(object)}`);
  }
  if (object.kind !== "any" && bounds.some(({ kind }) => kind !== "int" && kind !== "any")) {
    throw new ExprSyntaxError("non-integer slice index");
  }
  return object;
}

function unaryType(operator: "not" | "+" | "-", operand: Type): Type {
  if (operator === "not" && (operand.kind === "bool" || operand.kind === "any")) return BOOL;
  if (operator !== "not" && (isNumber(operand) || operand.kind === "any")) return operand;
  throw new ExprSyntaxError(`invalid operation: ${operator} on ${typeName(operand)}`);
}

const ORDERED: readonly TypeKind[] = ["int", "float", "string", "time", "duration"];

/** The result for two operands of known types; null when the operator does not take them. */
function arithmetic(operator: Operator, l: Type, r: Type): Type | null {
  const pair = `${l.kind} ${r.kind}`;
  if (isNumber(l) && isNumber(r)) {
    if (operator === "%") return pair === "int int" ? INT : null;
    if (operator === "/" || operator === "**") return FLOAT;
    return pair === "int int" ? INT : FLOAT;
  }
  if (operator === "+" && pair === "string string") return STRING;
  if (operator === "+" && (pair === "time duration" || pair === "duration time")) return TIME;
  if (operator === "-" && pair === "time duration") return TIME;
  if (operator === "-" && pair === "time time") return DURATION;
  if ((operator === "+" || operator === "-" || operator === "*") && pair === "duration duration") return DURATION;
  const scaled = (isNumber(l) && r.kind === "duration") || (l.kind === "duration" && isNumber(r));
  return operator === "*" && scaled ? DURATION : null;
}

const WITH_UNKNOWN: Readonly<Partial<Record<Operator, readonly [kinds: readonly TypeKind[], result: Type]>>> = {
  "+": [ORDERED, ANY],
  "-": [["int", "float", "time", "duration"], ANY],
  "*": [["int", "float", "duration"], ANY],
  "/": [["int", "float"], FLOAT],
  "**": [["int", "float"], FLOAT],
  "%": [["int"], INT],
};

function binaryType(operator: Operator, l: Type, r: Type, right: Expr): Type {
  const result = binaryResult(operator, l, r, right);
  if (result) return result;
  throw new ExprSyntaxError(`invalid operation: ${typeName(l)} ${operator} ${typeName(r)}`);
}

function binaryResult(operator: Operator, l: Type, r: Type, right: Expr): Type | null {
  switch (operator) {
    case "==":
    case "!=":
      return comparable(l, r) ? BOOL : null;
    case "and":
    case "or":
      return (l.kind === "bool" && r.kind === "bool") || mayBe(l, r, ["bool"]) ? BOOL : null;
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const ordered = (isNumber(l) && isNumber(r)) || (l.kind === r.kind && ORDERED.includes(l.kind));
      return ordered || mayBe(l, r, ORDERED) ? BOOL : null;
    }
    case "in":
      return inResult(l, r) ? BOOL : null;
    case "matches":
      checkRegex(right);
      return bothStrings(l, r) ? BOOL : null;
    case "contains":
    case "startsWith":
    case "endsWith":
      return bothStrings(l, r) ? BOOL : null;
    case "..":
      return (l.kind === "int" && r.kind === "int") || mayBe(l, r, ["int"]) ? { kind: "list", item: INT } : null;
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "**":
    default: {
      const [kinds, result] = WITH_UNKNOWN[operator] ?? [[], ANY];
      return arithmetic(operator, l, r) ?? (mayBe(l, r, kinds) ? result : null);
    }
  }
}

const bothStrings = (l: Type, r: Type): boolean =>
  (l.kind === "string" && r.kind === "string") || mayBe(l, r, ["string"]);

function inResult(l: Type, r: Type): boolean {
  if (r.kind === "map") return l.kind === "any" || l.kind === "string";
  if (r.kind === "list") return comparable(l, r.item);
  return r.kind === "any" || (l.kind === "any" && r.kind === "string");
}

function checkRegex(right: Expr): void {
  if (right.kind !== "string") return;
  try {
    parseRegex(right.value);
  } catch (error) {
    // What is not modelled may well be valid: it is loaded, and answers that rest on it are unknown.
    if (error instanceof UnsupportedRegex) return;
    if (!(error instanceof InvalidRegex)) throw error;
    throw new ExprSyntaxError(`invalid regular expression: ${error.message}`);
  }
}

function callType(callee: Expr, args: readonly Type[], of: (node: Expr) => Type): Type {
  const fn = callee.kind === "name" && Object.hasOwn(FUNCTIONS, callee.name) ? FUNCTIONS[callee.name] : undefined;
  if (!fn) {
    const type = of(callee);
    if (type.kind === "any") return ANY;
    throw new ExprSyntaxError(`${typeName(type)} is not callable`);
  }
  const enough = fn.variadic || args.length === fn.params.length;
  const fits = args.every(({ kind }, i) => kind === "any" || kind === (fn.params[i] ?? fn.params.at(-1))?.kind);
  if (!enough || !fits) throw new ExprSyntaxError("wrong arguments to a function");
  return fn.result;
}

function builtinType(name: string, args: readonly Expr[], elements: readonly Type[]): Type {
  if (Object.hasOwn(PREDICATES, name)) return predicateType(name, args, elements);
  const signature = BUILTINS[name];
  const types = args.map((arg) => typeOf(arg, elements));
  if (!signature || types.length < signature.least || types.length > signature.most) {
    throw new ExprSyntaxError(`wrong number of arguments to ${name}`);
  }
  for (const [i, type] of types.entries()) {
    const kinds = signature.params[i] ?? signature.params.at(-1) ?? [];
    if (kinds.length > 0 && type.kind !== "any" && !kinds.includes(type.kind)) {
      throw new ExprSyntaxError(`cannot use ${typeName(type)} as an argument to ${name}`);
    }
  }
  const [first = ANY] = types;
  if (signature.result === "first") return first;
  if (signature.result === "item") return first.kind === "list" ? first.item : ANY;
  return signature.result;
}

function predicateType(name: string, args: readonly Expr[], elements: readonly Type[]): Type {
  const { result, asksBool } = PREDICATES[name] ?? { result: ANY, asksBool: false };
  const [collection, asked, other] = args;
  const list = collection ? typeOf(collection, elements) : ANY;
  if (list.kind !== "any" && list.kind !== "list") throw new ExprSyntaxError(`${name} takes only a list`);
  const item = list.kind === "list" ? list.item : ANY;
  const answer = asked ? typeOf(asked, [...elements, item]) : BOOL;
  if (asksBool && answer.kind !== "bool" && answer.kind !== "any") {
    throw new ExprSyntaxError(`the predicate of ${name} should return bool, not ${typeName(answer)}`);
  }
  if (other) typeOf(other, elements);
  if (result === "item") return item;
  if (result === "collection") return list.kind === "list" ? list : LIST;
  return result;
}
