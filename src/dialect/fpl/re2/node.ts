/** Regular expressions of RE2's kind as a tree: no back-references, no look-around, so matching is linear. */

export type Range = readonly [low: number, high: number];

export type Assertion = "text-start" | "text-end" | "line-start" | "line-end" | "word" | "not-word";

export type Regex =
  | { readonly kind: "empty" }
  | { readonly kind: "char"; readonly ranges: readonly Range[] }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "concat"; readonly parts: readonly Regex[] }
  | { readonly kind: "alternate"; readonly parts: readonly Regex[] }
  | { readonly kind: "repeat"; readonly body: Regex; readonly min: number; readonly max: number | null };

/** The text is no regular expression to RE2. */
export class InvalidRegex extends Error {}

/** It may well be one, but not one that is modelled here (Unicode classes, folding beyond ASCII). */
export class UnsupportedRegex extends Error {}
