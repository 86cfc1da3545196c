/** The words of an nftables file, one at a time, with the place of each; after the scanner of nft itself. */
import { parseAddress } from "../../model/address.ts";
import { PolicySyntaxError } from "../contract.ts";
import type { Position } from "../packet/program.ts";
import type { Value } from "./tree.ts";

/** `end` is the end of the file, `line` the end of a line; both end a statement. */
export type TokenKind = "word" | "number" | "quoted" | "sign" | "line" | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: Position;
}

const WORD = /[A-Za-z_][A-Za-z0-9_./\\-]*\*?|\.[A-Za-z0-9_./\\-]+/y;
const ADDRESS_6 = /[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:\d{1,3}(?:\.\d{1,3}){3})?/y;
const ADDRESS_4 = /\d{1,3}(?:\.\d{1,3}){3}/y;
const TIME = /(?:\d+(?:ms|[wdhms]))+(?![A-Za-z0-9])/y;
const NUMBER = /0x[0-9A-Fa-f]+|\d+/y;
const QUOTED = /"[^"]*"/y;
const SIGN = /==|!=|<=|>=|<<|>>|[=!<>{}()[\];,:.|&^\-/*+@$]/y;
const BLANK = /(?:[ \t\r\f\v]|\\\r?\n|#[^\n]*)+/y;
const PLAIN = /[ \t\r\n]*(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?[ \t]*,/y;
const MAC = /^[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}$/;

/** Scans on demand, so that a hostile file costs no more memory than the tree it becomes. */
export class Scanner {
  readonly file: string;
  readonly #text: string;
  #offset = 0;
  #line = 1;
  #lineStart = 0;
  #lineEnd: number;

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
    this.#lineEnd = this.#endAfter(0);
  }

  next(): Token {
    this.#blank();
    const at = { file: this.file, line: this.#line, column: this.#offset - this.#lineStart + 1 };
    const char = this.#text[this.#offset];
    if (char === undefined) return { kind: "end", text: "", at };
    if (char === "\n") {
      this.#advance(1);
      return { kind: "line", text: "\n", at };
    }
    const token = this.#read();
    if (token === null) {
      const problem = char === '"' ? 'a quote that nothing closes, expected "' : `unexpected ${shown(char)}`;
      throw new PolicySyntaxError(at.file, at.line, at.column, problem);
    }
    this.#advance(token.text.length);
    return { kind: token.kind, text: token.kind === "quoted" ? token.text.slice(1, -1) : token.text, at };
  }

  /** An address or prefix and its comma, passed at once; null, and nothing passed, where something else stands. */
  plainElement(): Value | null {
    PLAIN.lastIndex = this.#offset;
    const match = PLAIN.exec(this.#text);
    if (match === null) return null;
    const [, text = "", prefix] = match;
    const start = this.#text.indexOf(text, this.#offset);
    this.#advance(start - this.#offset);
    const at = { file: this.file, line: this.#line, column: start - this.#lineStart + 1 };
    this.#advance(PLAIN.lastIndex - start);
    const word = { kind: "word", text, at } as const;
    return prefix === undefined ? word : { kind: "prefix", base: word, length: prefix, at };
  }

  /** The longest thing that can stand here; addresses before words, since `fe80::1` begins like a word. */
  #read(): { kind: TokenKind; text: string } | null {
    const six = this.#match(ADDRESS_6);
    if (six !== null && (MAC.test(six) || parseAddress(six) !== null)) return { kind: "word", text: six };
    for (const pattern of [ADDRESS_4, TIME]) {
      const text = this.#match(pattern);
      if (text !== null) return { kind: "word", text };
    }
    for (const [kind, pattern] of SIMPLE) {
      const text = this.#match(pattern);
      if (text !== null) return { kind, text };
    }
    return null;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#offset;
    return pattern.exec(this.#text)?.[0] ?? null;
  }

  #blank(): void {
    const text = this.#match(BLANK);
    if (text !== null) this.#advance(text.length);
  }

  /** Quoted strings and continued lines may hold line ends; the next one is sought once, however long its line is. */
  #advance(length: number): void {
    this.#offset += length;
    while (this.#lineEnd < this.#offset) {
      this.#line++;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#endAfter(this.#lineStart);
    }
  }

  #endAfter(offset: number): number {
    const end = this.#text.indexOf("\n", offset);
    return end < 0 ? this.#text.length : end;
  }
}

const SIMPLE: readonly (readonly [TokenKind, RegExp])[] = [
  ["quoted", QUOTED],
  ["word", WORD],
  ["number", NUMBER],
  ["sign", SIGN],
];

/** A token as an error message shows it: short, printable, on one line. */
export function shown(text: string): string {
  if (text === "") return "end of file";
  if (text === "\n") return "end of line";
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
