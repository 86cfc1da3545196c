/** What loads and yet does not mean what it says: kinds, places, meanings, and the edits that mend it. */

export const LINT_SCHEMA = "sallyport/lint/v1";

/** Stable ids; docs/lint.md has a row for each. */
export type LintKind =
  | "bare-argument"
  | "quoted-selector"
  | "dead-selector"
  | "glued-field"
  | "keyword-value"
  | "cut-value"
  | "overridden-clause"
  | "open-host"
  | "unanchored-regex"
  | "bad-date"
  | "unreachable-rule"
  | "late-strict-deny"
  | "kept-backslash";

/** What each says in one line. */
export const LINT_KINDS: Readonly<Record<LintKind, string>> = {
  "bare-argument": "a condition on a bare word is read as a selector that never matches",
  "quoted-selector": "the quotes are part of the value, which never matches",
  "dead-selector": "the value is one that no request has, so the rule never matches",
  "glued-field": "FPL has no such field: it is read as part of the value before it",
  "keyword-value": "the value is a keyword of FPL, so the selector is dropped",
  "cut-value": "a # begins a comment, which cuts the value off",
  "overridden-clause": "a later clause of the same kind replaces it",
  "open-host": "a permit without a host opens every host",
  "unanchored-regex": "the expression takes more than it names",
  "bad-date": "the engine cannot read the date, so the condition fails and denies",
  "unreachable-rule": "an earlier rule takes all its requests",
  "late-strict-deny": "a strict deny does not reach back to an earlier permit",
  "kept-backslash": "FPL unescapes nothing, so the backslash stays in the text",
};

/** Characters `start` to `end` of the file become `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What mends it; without edits it is left to a person, and `says` is what the person has to choose. */
export interface Fix {
  readonly says: string;
  readonly edits: readonly Edit[] | null;
}

export interface Lint {
  readonly kind: LintKind;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The rule in canonical form, which is what the engine really holds. */
  readonly rule: string;
  readonly means: string;
  readonly fix: Fix;
}
