/** One rule as the engine keeps it: clauses folded, the last of a kind counting, and its selectors compiled. */
import { PolicySyntaxError } from "../contract.ts";
import { compileCondition } from "./expr/check.ts";
import type { Expr } from "./expr/node.ts";
import { ExprSyntaxError } from "./expr/token.ts";
import { hintOnCondition, hintOnPort, hintOnWord } from "./hints.ts";
import { compileToolGlob, compileValueGlob } from "./glob.ts";
import type { Effect, Ports, Rule, Selector } from "./policy.ts";
import { joined, keyValue } from "./rule.ts";
import { printable, quoted, type Token } from "./token.ts";
import { type RuleStatement, valueOf } from "./tree.ts";

const EFFECTS: Readonly<Record<string, Effect>> = {
  permit: "permit",
  allow: "permit",
  approve: "permit",
  deny: "deny",
  block: "deny",
  reject: "deny",
  "deny!": "deny",
  defer: "defer",
  shadow: "shadow",
};

/** `conditions` keeps what was compiled: in a large policy most rules share their guard with others. */
export function lowerRule(file: string, node: RuleStatement, index: number, conditions: Map<string, Expr>): Rule {
  const refuse = (token: Token, problem: string): PolicySyntaxError =>
    new PolicySyntaxError(file, token.line, token.column, problem);
  const effect = Object.hasOwn(EFFECTS, node.effect.text) ? EFFECTS[node.effect.text] : undefined;
  if (!effect) {
    const { text } = node.effect;
    throw refuse(node.effect, `found ${quoted(text)}, expected permit, deny or defer${hintOnWord(text)}`);
  }
  const strict = node.bang || node.effect.text === "deny!";
  const clause = (keyword: string) => node.clauses.findLast((c) => c.keyword.text === keyword);
  const run = (keyword: string): string => joined(clause(keyword)?.value ?? []);
  const word = (keyword: string): string => valueOf(clause(keyword)?.value ?? []).trim();
  const when = run("when");
  return {
    place: { file, line: node.effect.line, column: node.effect.column },
    index,
    effect,
    strict,
    tool: { text: valueOf(node.tool), matches: compileToolGlob(valueOf(node.tool)) },
    host: selector(run("host"), true),
    port: portsOf(run("port"), (problem) => refuse(clause("port")?.keyword ?? node.effect, problem)),
    method: selector(run("method"), true),
    path: selector(run("path"), false),
    query: pairs(node, /^query$/, (name) => name),
    headers: pairs(node, /^headers?$/, (name) => name.toLowerCase()),
    when,
    condition: conditionOf(when, conditions, (problem) => refuse(clause("when")?.keyword ?? node.effect, problem)),
    notify: word("notify"),
    reason: word("reason") || (strict ? "strict deny" : ""),
  };
}

function selector(text: string, ignoreCase: boolean): Selector | null {
  return text === "" ? null : { text, matches: compileValueGlob(text, ignoreCase) };
}

function pairs(node: RuleStatement, keyword: RegExp, normal: (name: string) => string): ReadonlyMap<string, Selector> {
  const found = new Map<string, Selector>();
  for (const { keyword: token, value } of node.clauses) {
    const pair = keyword.test(token.text) ? keyValue(joined(value)) : null;
    if (pair) found.set(normal(pair[0]), { text: pair[1], matches: compileValueGlob(pair[1], false) });
  }
  return found;
}

/** `443`, `443,8443`, `8000-9000`, `*`; a range may be written backwards. */
function portsOf(text: string, refuse: (problem: string) => PolicySyntaxError): Ports | null {
  if (text === "") return null;
  const ranges = text.split(",").map((part): readonly [number, number] => {
    const item = part.trim();
    if (item === "*") return [1, 65_535];
    const bounds = /^\+?([0-9]{1,9})(?: ?- ?([0-9]{1,9}))?$/.exec(item);
    const [first, last] = [Number(bounds?.[1]), Number(bounds?.[2] ?? bounds?.[1])];
    const inside = [first, last].every((port) => port >= 1 && port <= 65_535);
    if (!inside) {
      const what = `found port ${quoted(text)}, expected a port from 1 to 65535, a range or a comma list`;
      throw refuse(what + hintOnPort(text));
    }
    return [Math.min(first, last), Math.max(first, last)];
  });
  return { text: text.replaceAll(" ", ""), ranges };
}

function conditionOf(
  when: string,
  known: Map<string, Expr>,
  refuse: (problem: string) => PolicySyntaxError,
): Expr | null {
  if (when === "") return null;
  const before = known.get(when);
  if (before) return before;
  try {
    const condition = compileCondition(when);
    known.set(when, condition);
    return condition;
  } catch (error) {
    if (!(error instanceof ExprSyntaxError)) throw error;
    throw refuse(`invalid condition ${quoted(when)}: ${printable(error.message)}${hintOnCondition(error.message)}`);
  }
}
