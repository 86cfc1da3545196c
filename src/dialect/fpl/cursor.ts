/** One token of lookahead over an FPL file, and the comments met on the way. */
import { PolicySyntaxError } from "../contract.ts";
import { hintOnWord } from "./hints.ts";
import { type Comment, Lexer, quoted, type Token, type TokenKind } from "./token.ts";
import type { Notes, Words } from "./tree.ts";

const UNITS = new Set(["s", "ms", "m", "h", "d", "w", "b", "kb", "mb", "gb", "tb", "usd", "eur", "gbp"]);

export class Cursor {
  readonly #file: string;
  readonly #lexer: Lexer;
  #ahead: Token;
  #last: Token;
  /** Comments met and not yet given to a statement. */
  #comments: Comment[] = [];
  #taken: Token[] = [];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lexer = new Lexer(file, text, (comment) => this.#comments.push(comment));
    this.#ahead = this.#lexer.next();
    this.#last = this.#ahead;
  }

  peek(): Token {
    return this.#ahead;
  }

  /** The engine's line of the token consumed last. */
  get row(): number {
    return this.#last.row;
  }

  /** The next token if it is an identifier, else the empty string, which is no keyword. */
  peekIdent(): string {
    return this.#ahead.kind === "ident" ? this.#ahead.text : "";
  }

  next(): Token {
    const token = this.#ahead;
    if (token.kind === "end") return token;
    this.#last = token;
    this.#taken.push(token);
    this.#ahead = this.#lexer.next();
    return token;
  }

  skip(kind: TokenKind): boolean {
    if (this.#ahead.kind !== kind) return false;
    this.next();
    return true;
  }

  expect(kind: TokenKind, what = `"${kind}"`): Token {
    if (this.#ahead.kind !== kind) throw this.unexpected(what);
    return this.next();
  }

  expectIdent(word: string): Token {
    if (this.peekIdent() !== word) throw this.unexpected(`"${word}"`);
    return this.next();
  }

  /** A string, an identifier, or a number with its unit. */
  word(what = "a string or a word"): Words {
    const token = this.#ahead;
    if (token.kind !== "string" && token.kind !== "ident" && token.kind !== "number") throw this.unexpected(what);
    this.next();
    if (token.kind !== "number" || !UNITS.has(this.peekIdent().toLowerCase())) return [token];
    return [token, this.next()];
  }

  /** The tokens that `read` consumed. */
  record<T>(read: () => T): { readonly words: Words; readonly result: T } {
    const from = this.#taken.length;
    const result = read();
    return { words: this.#taken.splice(from), result };
  }

  /** Call with the first token of a statement ahead. */
  open(): readonly Comment[] {
    this.#taken.length = 0;
    return this.#comments.splice(0);
  }

  /** Call with the last token of a statement consumed: comments inside it go before it, one on its line stays there. */
  close(opened: readonly Comment[]): Notes {
    const inside = this.#comments.filter((comment) => comment.offset < this.#last.offset);
    const after = this.#comments.slice(inside.length);
    const remark = after[0]?.line === this.#last.endLine ? after.shift() : undefined;
    this.#comments = after;
    return { comments: [...opened, ...inside].map((comment) => comment.text), remark: remark?.text ?? null };
  }

  /** Comments before a closing brace or the end of the file. */
  rest(): readonly string[] {
    return this.#comments.splice(0).map((comment) => comment.text);
  }

  unexpected(what: string): PolicySyntaxError {
    const { kind, text } = this.#ahead;
    const found = kind === "end" ? "the file ends here" : `found ${quoted(text)}`;
    return this.refuse(this.#ahead, `${found}, expected ${what}${hintOnWord(text)}`);
  }

  refuse(token: Token, problem: string): PolicySyntaxError {
    return new PolicySyntaxError(this.#file, token.line, token.column, problem);
  }
}
