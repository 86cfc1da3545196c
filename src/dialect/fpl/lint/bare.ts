/** `when host matches "..."`, as the public documentation has it: `host` begins a selector there, and the `when` is empty. */
import type { Edit, Fix, Lint } from "../../../model/lint.ts";
import type { Token } from "../token.ts";
import type { Clause } from "../tree.ts";
import { escaped, restrict } from "./restriction.ts";
import { clauseOf, endOf, left, lint, opens, spanOf, type Written } from "./written.ts";

const OPERATORS = new Set([
  "==",
  "!=",
  "matches",
  "contains",
  "startsWith",
  "endsWith",
  "in",
  "not",
  "<",
  "<=",
  ">",
  ">=",
]);
const CONNECTIVES = new Set(["and", "or", "&&", "||"]);

export const isOperator = (word: Token | undefined): boolean => word?.kind === "ident" && OPERATORS.has(word.text);

export function* lintBare(written: Written): Generator<Lint> {
  const bare = written.node.clauses.filter(
    ({ keyword, value }) => /^(host|method|path)$/.test(keyword.text) && isOperator(value[0]),
  );
  const [first] = bare;
  if (!first) return;
  const text = written.text.slice(first.keyword.offset, spanOf(first).end).replace(/\s+/g, " ");
  const effect = opens(written)
    ? "it permits nothing"
    : "it stops nothing, and what it should stop is left to the rules below";
  const means = `${first.keyword.text} begins a selector, and none is ${JSON.stringify(text)}: the rule never matches, so ${effect}`;
  yield lint(written, "bare-argument", first.keyword, means, mend(written, bare));
}

function mend(written: Written, bare: readonly Clause[]): Fix {
  const says = "a condition on the request reads its arguments: args.host, args.path, args.method";
  const { clauses } = written.node;
  const when = clauseOf(written, "when");
  const [first] = bare;
  const last = bare.at(-1);
  if (!first || !last || (when && when.value.length > 0)) return left(says);
  const begin = when ?? first;
  const parts = clauses.slice(clauses.indexOf(begin) + (when ? 1 : 0), clauses.indexOf(last) + 1);
  if (parts.length !== bare.length || parts.some((part, i) => part !== bare[i])) return left(says);
  const texts = parts.map((part) => term(written, part, parts.length === 1));
  if (texts.includes(null)) return left(says);
  const text = texts.join(" ");
  const edit: Edit = {
    start: begin.keyword.offset,
    end: spanOf(last).end,
    text: text.startsWith("host: ") ? text : `when ${text}`,
  };
  return { says: `write ${edit.text}`, edits: [edit] };
}

/** One comparison, with the `and` or `or` after it. */
function term(written: Written, { keyword, value }: Clause, alone: boolean): string | null {
  const permits = opens(written);
  const [operator, operand, ...more] = value;
  if (!operator || !operand) return null;
  if (operator.text === "matches") {
    const [connective, ...rest] = more;
    if (operand.kind !== "string" || rest.length > 0) return null;
    if (connective && !CONNECTIVES.has(connective.text)) return null;
    const test = matching(keyword.text, operand.text, permits, alone);
    return test && [test, ...(connective ? [connective.text] : [])].join(" ");
  }
  // The opposite of a comparison with case takes more than its author saw.
  if (permits && (operator.text === "!=" || operator.text === "not")) return null;
  if (!permits && operator.text !== "!=") return ignoringCase(keyword.text, operator.text, operand, more);
  return `args.${keyword.text} ${written.text.slice(operator.offset, endOf(value.at(-1) ?? operator))}`;
}

/** A denial compares without case, as a selector would. */
function ignoringCase(field: string, operator: string, operand: Token, more: readonly Token[]): string | null {
  const text =
    operand.kind === "string" && /^[^\\"']*$/.test(operand.text) ? escaped(operand.text).replaceAll("*", "[*]") : null;
  const shapes: Readonly<Record<string, readonly [string, string]>> = {
    "==": ["^", "$"],
    startsWith: ["^", ""],
    endsWith: ["", "$"],
    contains: ["", ""],
  };
  const shape = shapes[operator];
  if (text === null || !shape || more.length > 1 || more.some((word) => !CONNECTIVES.has(word.text))) return null;
  return [`args.${field} matches "(?i)${shape[0]}${text}${shape[1]}"`, ...more.map((word) => word.text)].join(" ");
}

const HOST = /^[A-Za-z0-9_*.-]+$/;

function matching(field: string, pattern: string, permits: boolean, alone: boolean): string | null {
  if (pattern.includes('"')) return null;
  const regex = pattern.replace(/\\+\./g, "[.]");
  if (regex.includes("\\")) return null;
  if (!permits) {
    if (field === "host" && alone && HOST.test(regex)) return `host: *${regex.replace(/^\*+|\*+$/g, "")}*`;
    return HOST.test(regex) && regex.startsWith("*") ? null : `args.${field} matches "(?i)${regex}"`;
  }
  if (field === "host") {
    const by = hostOf(regex);
    if (by) return by.kind === "condition" || alone ? by.text : `args.host == "${regex}"`;
  }
  if (regex.startsWith("^") && regex.endsWith("$") && !regex.includes("|")) return `args.${field} matches "${regex}"`;
  return /[\^$]/.test(regex) ? null : `args.${field} matches "^(?:${regex})$"`;
}

/** An expression that is evidently a host name, a host pattern, or several names with bars between them. */
function hostOf(regex: string): ReturnType<typeof restrict> {
  const names = regex.split("|");
  if (!names.every((name) => HOST.test(name))) return null;
  // `.*` is a pattern's star to a regular expression; whoever writes it means one.
  if (names.some((name) => name.includes(".*") && !name.includes(".*."))) return null;
  return restrict("host", names.join(","), true);
}
