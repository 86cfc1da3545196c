/** A rule as it is written beside what the engine makes of it, and where its parts stand in the text. */
import type { Fix, Lint, LintKind } from "../../../model/lint.ts";
import { canonicalRule } from "../canonical.ts";
import type { Policy, Rule } from "../policy.ts";
import type { Token } from "../token.ts";
import type { Clause, RuleStatement, Words } from "../tree.ts";

export interface Written {
  readonly file: string;
  readonly text: string;
  readonly node: RuleStatement;
  readonly rule: Rule;
  readonly policy: Policy;
}

/** Permits are mended to the narrowest reading of what was written, everything else to the widest: neither opens more. */
export const opens = ({ rule }: Written): boolean => rule.effect === "permit" || rule.effect === "shadow";

export const endOf = (token: Token): number => token.offset + token.text.length + 2 * token.quote.length;

export function spanOf({ keyword, value }: Clause): { readonly start: number; readonly end: number } {
  return { start: keyword.offset, end: endOf(value.at(-1) ?? keyword) };
}

/** The clause that counts among those of its kind. */
export const clauseOf = ({ node }: Written, keyword: string): Clause | undefined =>
  node.clauses.findLast((clause) => clause.keyword.text === keyword);

/** What the author meant the value to be, where the text leaves no doubt: one string, or characters without a gap. */
export function evidentValue(text: string, words: Words): string | null {
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last) return null;
  if (first === last && first.kind === "string") return /[\\"'\r\n]/.test(first.text) ? null : first.text.trim();
  if (words.some(({ kind }) => kind === "string")) return null;
  const glued = words.every((word, i) => i === 0 || endOf(words[i - 1] ?? word) === word.offset);
  return glued ? text.slice(first.offset, endOf(last)) : null;
}

export function lint(written: Written, kind: LintKind, token: Token, means: string, fix: Fix): Lint {
  const { line, column } = token;
  return { kind, file: written.file, line, column, rule: canonicalRule(written.rule), means, fix };
}

export const left = (says: string): Fix => ({ says, edits: null });
