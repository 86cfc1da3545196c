/** Selectors that hold something else than what stands there: quotes, gaps, keywords, fields FPL does not have. */
import { parseDate } from "../expr/date.ts";
import { withoutClasses } from "../glob.ts";
import type { Fix, Lint } from "../../../model/lint.ts";
import { joined } from "../rule.ts";
import type { Clause } from "../tree.ts";
import { isOperator } from "./bare.ts";
import { replaceClause, restrict, type Restriction } from "./restriction.ts";
import { clauseOf, evidentValue, left, lint, opens, spanOf, type Written } from "./written.ts";

const SELECTORS = /^(host|method|path|query|headers?)$/;
const EXPIRY = /^(expires?|expires_at|expiry|until|valid_until|not_after)$/;

export function* lintSelectors(written: Written): Generator<Lint> {
  for (const [i, clause] of written.node.clauses.entries()) {
    const { keyword, value } = clause;
    const isPair = /^(query|headers?)$/.test(keyword.text);
    if (!isPair && clauseOf(written, keyword.text) !== clause) {
      yield overridden(written, clause);
      continue;
    }
    if (value.length === 0) {
      const found = keywordValue(written, clause, written.node.clauses[i + 1], written.node.clauses[i - 1]);
      if (found) yield found;
    } else if (SELECTORS.test(keyword.text) && !isOperator(value[0])) yield* lintSelector(written, clause);
    if (keyword.text === "reason" || keyword.text === "notify") yield* backslashes(written, clause);
  }
}

function* lintSelector(written: Written, clause: Clause): Generator<Lint> {
  const { keyword, value } = clause;
  const text = joined(value);
  const never = `the ${keyword.text} selector is ${JSON.stringify(text)}, which no request has: the rule never matches`;
  const field = value.findIndex(
    (word, i) =>
      i > 0 &&
      word.kind === "ident" &&
      !touches(value[i - 1], word) &&
      (value[i + 1]?.kind === ":" || (EXPIRY.test(word.text) && value[i + 1]?.kind === "string")),
  );
  const fieldName = value[field];
  if (fieldName) {
    yield lint(
      written,
      "glued-field",
      fieldName,
      `FPL has no field ${fieldName.text}: ${never}`,
      unglue(written, clause, field),
    );
    return;
  }
  const quoted = value.find(({ kind }) => kind === "string");
  if (quoted) {
    yield lint(written, "quoted-selector", quoted, never, mended(written, clause));
  } else if (isDead(keyword.text, text)) {
    yield lint(written, "dead-selector", value[0] ?? keyword, never, mended(written, clause));
  } else if (written.text[spanOf(clause).end] === "#") {
    const means = `# begins a comment even inside a word: the ${keyword.text} selector is ${text}`;
    yield lint(
      written,
      "cut-value",
      keyword,
      means,
      left("take the # out, or put a space before it if it is a comment"),
    );
  }
}

const touches = (before: { offset: number; text: string } | undefined, word: { offset: number }): boolean =>
  before !== undefined && before.offset + before.text.length === word.offset;

/** The characters that the engine's normal forms of these parts never hold. */
const NEVER: Readonly<Record<string, RegExp>> = {
  host: /[ ",/=()$|&@+!%^]|[^.]\.$/,
  method: /[ ",:=()/|&]/,
  path: /[ "]|^[^/*[?\\]/,
};

/** A class at the beginning has a space in it, which only says that a space would do. Alone it is one character, and no host. */
function isDead(field: string, text: string): boolean {
  const needed = withoutClasses(text);
  return (field === "host" && needed === "*" && text !== "*") || (NEVER[field]?.test(needed) ?? false);
}

function mended(written: Written, clause: Clause): Fix {
  const { keyword, value } = clause;
  const permits = opens(written);
  const says = "write the value without quotes where it is one word of FPL, else compare it in a condition";
  if (/^(query|headers?)$/.test(keyword.text)) return mendedPair(written, clause, says);
  const inBrackets = /^\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\]$/.exec(evidentValue(written.text, value) ?? "");
  const url = /^https?:\/\/([^/:@?#]+)\/?$/.exec(evidentValue(written.text, value) ?? "");
  const evident = url?.[1] ?? inBrackets?.[1] ?? evidentValue(written.text, value);
  const dotless = evident?.replace(/\.$/, "") ?? null;
  // Without its dot a deny would no longer take the name that was written.
  const meant = keyword.text === "host" && permits ? dotless : evident;
  const by = meant === null ? null : restrict(keyword.text, meant, permits);
  if (!by || (/ port: /.test(by.text) && clauseOf(written, "port"))) return left(says);
  return mend(written, clause, by);
}

function mend(written: Written, clause: Clause, by: Restriction): Fix {
  return {
    says: `write ${by.kind === "selector" ? by.text : `when ${by.text}`}`,
    edits: replaceClause(written, clause, by),
  };
}

/** `k="v"`, or all of it in quotes. */
function mendedPair(written: Written, clause: Clause, says: string): Fix {
  const text = joined(clause.value).replaceAll('"', "").replace(/ ?= ?/, "=");
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*=[A-Za-z_*][A-Za-z0-9_*.-]*$/.test(text)) return left(says);
  return mend(written, clause, { kind: "selector", text: `${clause.keyword.text}: ${text}` });
}

/** An expiry is evidently a guard; what another field was to do, nobody can tell. */
function unglue(written: Written, clause: Clause, at: number): Fix {
  const [name, date, ...more] = clause.value.slice(at).filter(({ kind }) => kind !== ":");
  const says = "FPL rules have no such field; an expiry is written when now() < date(...)";
  const before = clause.value.slice(0, at);
  const host = evidentValue(written.text, before);
  if (!name || !EXPIRY.test(name.text) || date?.kind !== "string" || more.length > 0) return left(says);
  // A guard on a deny would make it end, and a rule that ends opens what it shut.
  if (!opens(written) || parseDate(date.text) === null || host === null) return left(says);
  const by = restrict(clause.keyword.text, host, true);
  if (by?.kind !== "selector") return left(says);
  const guard = `now() < date("${date.text}")`;
  const [edit, ...rest] = replaceClause(written, clause, { kind: "condition", text: guard });
  if (!edit) return left(says);
  const edits =
    rest.length === 0
      ? [{ ...edit, text: `${by.text} ${edit.text}` }]
      : [edit, ...rest.slice(0, -1), { ...spanOf(clause), text: by.text }];
  return { says: `write when ${guard}`, edits };
}

/** A clause without a value: what was to be its value began the next clause. */
function keywordValue(
  written: Written,
  clause: Clause,
  next: Clause | undefined,
  before: Clause | undefined,
): Lint | null {
  const { keyword, colon } = clause;
  // It was taken for the value of the clause before, and is told of there; or it is the `when` of a bare word.
  if (before?.value.length === 0 && before.colon && !colon) return null;
  if (keyword.text === "when" && isOperator(next?.value[0])) return null;
  const means = `${keyword.text} has no value, because the word after it is a keyword: the rule takes every ${keyword.text === "when" ? "request" : keyword.text}`;
  const says = "give it a value; one that is a keyword of FPL is compared in a condition";
  const swallowed = next && next.value.length === 0 && !next.colon && follows(written, clause, next);
  const by = swallowed ? keywordAs(keyword.text, next.keyword.text, opens(written)) : null;
  if (!next || !by) return lint(written, "keyword-value", keyword, means, left(says));
  const both = { ...clause, value: [next.keyword] };
  return lint(written, "keyword-value", keyword, means, mend(written, both, by));
}

const follows = ({ text }: Written, clause: Clause, next: Clause): boolean =>
  /^:? *$/.test(text.slice(clause.keyword.offset + clause.keyword.text.length, next.keyword.offset));

/** Hosts may have such a name; no method has, and no path. */
const keywordAs = (field: string, value: string, permits: boolean): Restriction | null =>
  field === "host" ? restrict("host", value, permits) : null;

function overridden(written: Written, clause: Clause): Lint {
  const { keyword } = clause;
  const last = clauseOf(written, keyword.text)?.keyword ?? keyword;
  const means = `the ${keyword.text} of line ${last.line} replaces this one, which restricts nothing`;
  return lint(written, "overridden-clause", keyword, means, left(`keep one ${keyword.text}, or make two rules of it`));
}

function* backslashes(written: Written, clause: Clause): Generator<Lint> {
  const [word] = clause.value;
  if (word?.kind !== "string" || !word.text.includes("\\")) return;
  const text = word.text.replace(/\\["']/g, word.quote === '"' ? "'" : "").replaceAll("\\", "/");
  const edits = [{ start: word.offset + 1, end: word.offset + 1 + word.text.length, text }];
  const means = `the ${clause.keyword.text} is recorded with its backslashes`;
  yield lint(written, "kept-backslash", word, means, { says: `write ${JSON.stringify(text)}`, edits });
}
