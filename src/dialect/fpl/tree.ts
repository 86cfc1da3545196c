/** The syntax tree of an FPL file: every token that means something, and every comment at the statement it stands by. */
import type { Token } from "./token.ts";

/** One value: a string, identifier or number (with its unit, `24` `h`), or a run of tokens in a rule's clause. */
export type Words = readonly Token[];

export interface Notes {
  /** Comments before the statement or inside it, without the `#`. */
  readonly comments: readonly string[];
  /** The comment after it on the same line. */
  readonly remark: string | null;
}

export interface Clause {
  readonly keyword: Token;
  readonly colon: boolean;
  readonly value: Words;
}

export interface RuleStatement extends Notes {
  readonly kind: "rule";
  readonly effect: Token;
  /** The lone mark of `deny !`; `deny!` is one identifier. */
  readonly bang: boolean;
  readonly tool: Words;
  readonly clauses: readonly Clause[];
}

/** A keyword and its values: `default deny`, `var name value`, `import "..."`, a `manifest` line, `allow = [...]`. */
export interface Setting extends Notes {
  readonly kind: "setting";
  readonly key: Token;
  /** Everything after the key, for printing. */
  readonly words: Words;
  /** What the engine keeps of it. */
  readonly values: readonly string[];
}

export interface Block extends Notes {
  readonly kind: "block";
  readonly keyword: Token;
  /** Null for blocks that carry none, such as `rules`. */
  readonly name: Words | null;
  readonly body: readonly Statement[];
  /** Comments before the closing brace. */
  readonly closing: readonly string[];
}

export type Statement = RuleStatement | Setting | Block;

export interface FplDocument {
  readonly path: string;
  readonly statements: readonly Statement[];
  /** Comments after the last statement. */
  readonly closing: readonly string[];
}

/** The text of a value as the engine keeps it. */
export const valueOf = (words: Words): string => words.map((word) => word.text).join("");

const CLAUSES = new Set(["when", "notify", "reason", "host", "port", "method", "path", "query", "header", "headers"]);
const EFFECTS = new Set(["permit", "allow", "approve", "deny", "deny!", "block", "reject", "defer"]);
const TOP_LEVEL = ["import", "runtime", "provider", "identity", "trust", "agent", "system", "manifest"];
const ENDS_A_CLAUSE = new Set([...CLAUSES, ...EFFECTS, ...TOP_LEVEL]);

export const isEffect = (word: string): boolean => EFFECTS.has(word);

/** Words that end a clause's value wherever they stand, and so can never be a value themselves. */
export const endsClause = (word: string): boolean => ENDS_A_CLAUSE.has(word);

export const isClause = (word: string): boolean => CLAUSES.has(word);
