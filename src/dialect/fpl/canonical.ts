/** What a rule does, in one line that stays the same under reformatting: synonyms, clause order and spaces are settled; the reason is prose and left out. */
import { compareText } from "../../model/compare.ts";
import type { Instant } from "../../model/instant.ts";
import type { Expr } from "./expr/node.ts";
import { parseDate } from "./expr/date.ts";
import { printExpr } from "./expr/print.ts";
import { printable } from "./token.ts";
import type { Policy, Rule, Selector } from "./policy.ts";

export function canonicalRule(rule: Rule): string {
  const clauses = [
    rule.host && `host: ${rule.host.text.toLowerCase()}`,
    rule.port && `port: ${rule.port.text}`,
    rule.method && `method: ${rule.method.text.toUpperCase()}`,
    rule.path && `path: ${rule.path.text}`,
    ...pairs("query", rule.query),
    ...pairs("header", rule.headers),
    rule.condition && !isTrue(rule.condition) ? `when ${printExpr(rule.condition)}` : null,
    rule.notify === "" ? null : `notify: ${JSON.stringify(rule.notify)}`,
  ];
  const effect = rule.strict ? "deny!" : rule.effect;
  const head = `${effect} ${/^[\x21-\x7e]+$/.test(rule.tool.text) ? rule.tool.text : JSON.stringify(rule.tool.text)}`;
  // On one line and in ASCII: a policy's text is somebody else's.
  return printable([head, ...clauses.filter((clause) => clause !== null)].join(" "));
}

function pairs(keyword: string, selectors: ReadonlyMap<string, Selector>): string[] {
  const sorted = [...selectors].sort(([a], [b]) => compareText(a, b));
  return sorted.map(([key, { text }]) => `${keyword}: ${key}=${text}`);
}

/** `when true` is no condition. */
const isTrue = (expr: Expr): boolean => expr.kind === "bool" && expr.value;

/** When the rule surely stops matching: the earliest `now() < date("...")` that it cannot match without. */
export function expiryOf(rule: Rule, policy: Policy): Instant | null {
  if (rule.condition === null) return null;
  const ends = conjuncts(rule.condition).flatMap((part) => endOf(part, policy.vars) ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

function conjuncts(expr: Expr): readonly Expr[] {
  if (expr.kind !== "binary" || expr.operator !== "and") return [expr];
  return [...conjuncts(expr.left), ...conjuncts(expr.right)];
}

function endOf(expr: Expr, vars: Policy["vars"]): Instant | null {
  if (expr.kind !== "binary") return null;
  const { operator, left, right } = expr;
  if ((operator === "<" || operator === "<=") && isNow(left)) return dateOf(right, vars);
  return (operator === ">" || operator === ">=") && isNow(right) ? dateOf(left, vars) : null;
}

const isNow = (expr: Expr): boolean => expr.kind === "builtin" && expr.name === "now" && expr.args.length === 0;

function dateOf(expr: Expr, vars: Policy["vars"]): Instant | null {
  const [arg, ...others] = expr.kind === "builtin" && expr.name === "date" ? expr.args : [];
  if (!arg || others.length > 0) return null;
  if (arg.kind === "string") return parseDate(arg.value);
  const variable = arg.kind === "member" && arg.object.kind === "name" && arg.object.name === "vars" && arg.property;
  const text = variable && variable.kind === "string" ? vars.get(variable.value) : undefined;
  return text === undefined ? null : parseDate(text);
}
