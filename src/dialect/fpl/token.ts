/** FPL cut into tokens as its engine cuts it: newlines mean nothing, `#` starts a comment anywhere outside a string. */
import { PolicySyntaxError } from "../contract.ts";
import { hintOnCharacter } from "./hints.ts";

export type TokenKind =
  | "ident"
  | "string"
  | "number"
  | "{"
  | "}"
  | "("
  | ")"
  | "["
  | "]"
  | "="
  | ":"
  | "!"
  | "$"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  /** A string without its quotes but with every backslash: FPL never unescapes. */
  readonly text: string;
  /** Empty for everything but strings. */
  readonly quote: "" | '"' | "'";
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** The line as the engine counts: newlines inside strings are left out. `manifest` and `trust` lines end by it. */
  readonly row: number;
}

export interface Comment {
  readonly text: string;
  readonly offset: number;
  readonly line: number;
}

const NUMBER = /-?[0-9][0-9.]*/y;
// `[ ] , / * + & |` count as letters, so `b.com]` is one word and `443,8443` is a number and a word.
const IDENT = /[A-Za-z_[\],/*+&|!][A-Za-z0-9_[\],/*+&|.!@%^-]*/y;
const OPERATOR = /==|!=|<=|>=|<|>/y;
const PUNCTUATION = "{}()[]=:$";

/** Hands out one token at a time, so that a file which is refused early costs no more than its beginning. */
export class Lexer {
  readonly #file: string;
  readonly #text: string;
  readonly #comment: (comment: Comment) => void;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #row = 1;

  constructor(file: string, text: string, comment: (comment: Comment) => void) {
    this.#file = file;
    this.#text = text;
    this.#comment = comment;
  }

  next(): Token {
    this.#skip();
    const char = this.#text[this.#at];
    if (char === undefined) return this.#take("end", 0);
    const operator = this.#match(OPERATOR);
    if (operator > 0) return this.#take("ident", operator);
    if (PUNCTUATION.includes(char)) return this.#take(char as TokenKind, 1);
    if (char === '"' || char === "'") return this.#string(char);
    // A `!` that stands alone is the mark of `deny !`; one that touches something is the beginning of a word.
    if (char === "!" && /^[ \t\r\n]?$/.test(this.#text.charAt(this.#at + 1))) return this.#take("!", 1);
    const number = this.#match(NUMBER);
    if (number > 0) return this.#take("number", number);
    const ident = this.#match(IDENT);
    if (ident > 0) return this.#take("ident", ident);
    const point = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    throw this.#refuse(`unexpected character ${quoted(point)}${hintOnCharacter(point)}`);
  }

  #skip(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === "\n") {
        this.#at++;
        this.#row++;
        this.#newline(this.#at);
      } else if (char === " " || char === "\t" || char === "\r") this.#at++;
      else if (char === "#") {
        const end = this.#text.indexOf("\n", this.#at);
        const stop = end < 0 ? this.#text.length : end;
        const text = this.#text.slice(this.#at + 1, stop).trimEnd();
        this.#comment({ text, offset: this.#at, line: this.#line });
        this.#at = stop;
      } else return;
    }
  }

  #newline(start: number): void {
    this.#line++;
    this.#lineStart = start;
  }

  #match(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0].length ?? 0;
  }

  #take(kind: TokenKind, length: number): Token {
    const token = this.#token(kind, this.#text.slice(this.#at, this.#at + length), "");
    this.#at += length;
    return token;
  }

  #token(kind: TokenKind, text: string, quote: Token["quote"]): Token {
    const [offset, line] = [this.#at, this.#line];
    return { kind, text, quote, offset, line, column: offset - this.#lineStart + 1, endLine: line, row: this.#row };
  }

  #string(quote: '"' | "'"): Token {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== quote) end += this.#text[end] === "\\" ? 2 : 1;
    if (end >= this.#text.length) throw this.#refuse("this string is never closed");
    const text = this.#text.slice(this.#at + 1, end);
    const { offset, line, column, row } = this.#token("string", text, quote);
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) this.#newline(this.#at + 2 + i);
    this.#at = end + 1;
    return { kind: "string", text, quote, offset, line, column, endLine: this.#line, row };
  }

  #refuse(problem: string): PolicySyntaxError {
    return new PolicySyntaxError(this.#file, this.#line, this.#at - this.#lineStart + 1, problem);
  }
}

/** Somebody's text inside a one-line message: quoted, ASCII, at most 40 characters. */
export function quoted(text: string): string {
  const clipped = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  return printable(JSON.stringify(clipped));
}

/** ASCII that acts on no terminal: everything else by its number. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
