/** expr-lang's grammar as far as FPL's tokenizer lets it through: no ternary, no maps, no `;`, no `??`. */
import { isInteger, parseFloat64 } from "../go-number.ts";
import { BUILTINS, PREDICATES } from "./builtins.ts";
import type { Expr, Operator } from "./node.ts";
import { ExprSyntaxError, type ExprToken, tokenize } from "./token.ts";

/** Precedence and, for powers, grouping to the right. */
const BINARY: Readonly<Record<string, { readonly level: number; readonly operator: Operator; readonly right?: true }>> =
  {
    or: { level: 10, operator: "or" },
    "||": { level: 10, operator: "or" },
    and: { level: 15, operator: "and" },
    "&&": { level: 15, operator: "and" },
    "==": { level: 20, operator: "==" },
    "!=": { level: 20, operator: "!=" },
    "<": { level: 20, operator: "<" },
    ">": { level: 20, operator: ">" },
    ">=": { level: 20, operator: ">=" },
    "<=": { level: 20, operator: "<=" },
    in: { level: 20, operator: "in" },
    matches: { level: 20, operator: "matches" },
    contains: { level: 20, operator: "contains" },
    startsWith: { level: 20, operator: "startsWith" },
    endsWith: { level: 20, operator: "endsWith" },
    "..": { level: 25, operator: ".." },
    "+": { level: 30, operator: "+" },
    "-": { level: 30, operator: "-" },
    "*": { level: 60, operator: "*" },
    "/": { level: 60, operator: "/" },
    "%": { level: 60, operator: "%" },
    "**": { level: 100, operator: "**", right: true },
    "^": { level: 100, operator: "**", right: true },
  };

/** `not` binds tighter than a comparison: `not a == b` is `(not a) == b`. */
const UNARY: Readonly<Record<string, { readonly level: number; readonly operator: "not" | "+" | "-" }>> = {
  not: { level: 50, operator: "not" },
  "!": { level: 50, operator: "not" },
  "-": { level: 90, operator: "-" },
  "+": { level: 90, operator: "+" },
};

const NEGATABLE = new Set(["in", "matches", "contains", "startsWith", "endsWith"]);
const CHAINED = new Set(["<", "<=", ">", ">="]);

export function parseExpr(text: string): Expr {
  return new Parser(tokenize(text)).whole();
}

class Parser {
  readonly #tokens: readonly ExprToken[];
  #at = 0;
  /** How many predicates surround this place; only there does a leading `.` mean the element. */
  #predicates = 0;

  constructor(tokens: readonly ExprToken[]) {
    this.#tokens = tokens;
  }

  whole(): Expr {
    const expr = this.#expression(0);
    if (this.#token.kind !== "end") throw this.#unexpected();
    return expr;
  }

  get #token(): ExprToken {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  #is(text: string): boolean {
    const { kind, text: found } = this.#token;
    return found === text && (kind === "operator" || kind === "bracket");
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#unexpected();
  }

  #unexpected(): ExprSyntaxError {
    const { kind, text } = this.#token;
    return new ExprSyntaxError(kind === "end" ? "unexpected end" : `unexpected ${kind} ${JSON.stringify(text)}`);
  }

  #expression(level: number): Expr {
    let left = this.#primary();
    while (this.#token.kind === "operator") {
      if (level === 0 && this.#accept("|")) {
        left = this.#call(this.#name(), [left]);
        continue;
      }
      const negated = this.#is("not");
      const token = negated ? this.#tokens[this.#at + 1] : this.#token;
      if (negated && !NEGATABLE.has(token?.text ?? "")) throw this.#unexpected();
      const binary = Object.hasOwn(BINARY, token?.text ?? "") ? BINARY[token?.text ?? ""] : undefined;
      if (!binary || binary.level < level) break;
      this.#at += negated ? 2 : 1;
      if (CHAINED.has(binary.operator)) left = this.#comparison(left, binary.operator, binary.level);
      else {
        const right = this.#expression(binary.right ? binary.level : binary.level + 1);
        const node: Expr = { kind: "binary", operator: binary.operator, left, right };
        left = negated ? { kind: "unary", operator: "not", operand: node } : node;
      }
    }
    return left;
  }

  /** `1 < x < 10` is `1 < x and x < 10`. */
  #comparison(first: Expr, operator: Operator, level: number): Expr {
    let whole: Expr | null = null;
    let [left, by] = [first, operator];
    for (;;) {
      const right = this.#expression(level + 1);
      const step: Expr = { kind: "binary", operator: by, left, right };
      whole = whole === null ? step : { kind: "binary", operator: "and", left: whole, right: step };
      const { kind, text } = this.#token;
      if (kind !== "operator" || !CHAINED.has(text)) return whole;
      this.#at++;
      [left, by] = [right, text as Operator];
    }
  }

  #primary(): Expr {
    const { kind, text } = this.#token;
    const unary = kind === "operator" && Object.hasOwn(UNARY, text) ? UNARY[text] : undefined;
    if (unary) {
      this.#at++;
      const operand = this.#expression(unary.level);
      return this.#postfix({ kind: "unary", operator: unary.operator, operand });
    }
    if (this.#accept("(")) {
      const inner = this.#expression(0);
      this.#expect(")");
      return this.#postfix(inner);
    }
    if (this.#predicates > 0 && this.#is(".")) return this.#postfix({ kind: "pointer" });
    if (this.#accept("::")) return this.#postfix(this.#call(this.#name(), []));
    return this.#secondary();
  }

  #secondary(): Expr {
    const { kind, text } = this.#token;
    switch (kind) {
      case "name":
        this.#at++;
        if (text === "true" || text === "false") return { kind: "bool", value: text === "true" };
        if (text === "nil") return { kind: "nil" };
        return this.#postfix(this.#is("(") ? this.#call(text, []) : { kind: "name", name: text });
      case "number":
        this.#at++;
        return number(text);
      case "string":
        this.#at++;
        return this.#postfix({ kind: "string", value: text });
      case "bracket":
        if (text === "[") return this.#postfix({ kind: "list", items: this.#items("[", "]") });
        throw this.#unexpected();
      case "operator":
      case "end":
      default:
        throw this.#unexpected();
    }
  }

  #name(): string {
    const { kind, text } = this.#token;
    if (kind !== "name") throw this.#unexpected();
    this.#at++;
    return text;
  }

  #items(open: string, close: string): Expr[] {
    this.#expect(open);
    const items: Expr[] = [];
    while (!this.#is(close)) {
      if (items.length > 0) {
        this.#expect(",");
        if (this.#is(close)) break;
      }
      items.push(this.#expression(0));
    }
    this.#expect(close);
    return items;
  }

  /** `piped` is what stands before a `|`: it becomes the first argument. */
  #call(name: string, piped: readonly Expr[]): Expr {
    if (Object.hasOwn(PREDICATES, name)) return this.#predicateCall(name, piped);
    const args = [...piped, ...this.#items("(", ")")];
    if (Object.hasOwn(BUILTINS, name)) return { kind: "builtin", name, args };
    return { kind: "call", callee: { kind: "name", name }, args };
  }

  #predicateCall(name: string, piped: readonly Expr[]): Expr {
    const { least, most } = PREDICATES[name] ?? { least: 2, most: 2 };
    const args = [...piped];
    this.#expect("(");
    while (args.length < most && !(args.length >= least && this.#is(")"))) {
      if (args.length > piped.length) this.#expect(",");
      if (args.length === 1) this.#predicates++;
      const arg = this.#expression(0);
      if (args.length === 1) this.#predicates--;
      args.push(arg);
    }
    this.#accept(",");
    this.#expect(")");
    return { kind: "builtin", name, args };
  }

  #postfix(start: Expr): Expr {
    let node = start;
    for (;;) {
      if (this.#accept(".")) node = this.#property(node);
      else if (this.#accept("[")) node = this.#index(node);
      else return node;
    }
  }

  #property(object: Expr): Expr {
    const { kind, text } = this.#token;
    // `not` and `matches` are good names for a property.
    if (kind !== "name" && !(kind === "operator" && /^[A-Za-z]/.test(text))) throw this.#unexpected();
    this.#at++;
    const member: Expr = { kind: "member", object, property: { kind: "string", value: text } };
    return this.#is("(") ? { kind: "call", callee: member, args: this.#items("(", ")") } : member;
  }

  #index(object: Expr): Expr {
    const from = this.#is(":") ? null : this.#expression(0);
    if (this.#accept(":")) {
      const to = this.#is("]") ? null : this.#expression(0);
      this.#expect("]");
      return { kind: "slice", object, from, to };
    }
    this.#expect("]");
    return from === null ? object : { kind: "member", object, property: from };
  }
}

function number(text: string): Expr {
  const digits = text.replaceAll("_", "");
  if (/^0[xob]/i.test(digits)) {
    const value = /^0[xob][0-9a-f]+$/i.test(digits) ? Number(digits.toLowerCase()) : Number.NaN;
    if (!(value < 2 ** 63)) throw new ExprSyntaxError(`bad number ${JSON.stringify(text)}`);
    return { kind: "int", value };
  }
  if (/[.e]/i.test(digits)) {
    const value = parseFloat64(digits);
    if (value === null) throw new ExprSyntaxError(`bad number ${JSON.stringify(text)}`);
    return { kind: "float", value };
  }
  if (!isInteger(digits)) throw new ExprSyntaxError(`bad number ${JSON.stringify(text)}`);
  return { kind: "int", value: Number(digits) };
}
