/** A place in the words of an nftables file: looks ahead, takes, and says what it expected instead. */
import { type Include, PolicySyntaxError } from "../contract.ts";
import type { Position } from "../packet/program.ts";
import type { Value } from "./tree.ts";
import { Scanner, shown, type Token } from "./token.ts";

/** As deep as nft itself follows includes, and more files than any policy has. */
const DEEPEST_INCLUDE = 16;
const MOST_INCLUDED = 4096;

/** Deeper than any real file nests, shallow enough for the stack. */
const DEEPEST = 64;

const OPENING: ReadonlyMap<string, string> = new Map([
  ["{", "}"],
  ["(", ")"],
  ["[", "]"],
]);

export class Cursor {
  /** The file that is being read, last, after those it is included from. */
  readonly #scanners: Scanner[];
  readonly #include: Include | null;
  #included = 0;
  #ahead: Token[] = [];
  #depth = 0;

  constructor(file: string, text: string, include: Include | null = null) {
    this.#scanners = [new Scanner(file, text)];
    this.#include = include;
  }

  /** Reads on in the files that an include names, as nft does wherever one stands; false where it is not followed. */
  follow(path: string, at: Position): boolean {
    const files = this.#include?.(path) ?? null;
    if (files === null) return false;
    this.#included += files.length;
    const problem =
      this.#scanners.length > DEEPEST_INCLUDE
        ? `includes nested more than ${DEEPEST_INCLUDE} deep`
        : this.#included > MOST_INCLUDED
          ? `more than ${MOST_INCLUDED} included files`
          : null;
    const circle = files.find((file) => this.#scanners.some((scanner) => scanner.file === file.path));
    if (circle !== undefined || problem !== null) {
      const said = problem ?? `${shown(path)} includes itself`;
      throw new PolicySyntaxError(at.file, at.line, at.column, said);
    }
    this.#ahead.push({ kind: "line", text: "\n", at });
    // A stack: the first file is read first.
    for (const file of files.toReversed()) this.#scanners.push(new Scanner(file.path, file.text));
    return true;
  }

  /** The end of an included file is the end of a line of the one that includes it. */
  #scan(): Token {
    const token = this.#scanners.at(-1)?.next();
    if (token === undefined) throw new RangeError("nothing to scan");
    if (token.kind !== "end" || this.#scanners.length === 1) return token;
    this.#scanners.pop();
    return { kind: "line", text: "\n", at: token.at };
  }

  peek(distance = 0): Token {
    for (;;) {
      const token = this.#ahead[distance];
      if (token !== undefined) return token;
      this.#ahead.push(this.#scan());
    }
  }

  next(): Token {
    const token = this.peek();
    this.#ahead.shift();
    return token;
  }

  /** An IPv4 address or prefix and the comma after it, where that is next: what long sets hold, read without tokens. */
  plainElement(): Value | null {
    return this.#ahead.length > 0 ? null : (this.#scanners.at(-1)?.plainElement() ?? null);
  }

  get at(): Position {
    return this.peek().at;
  }

  /** Quoted text is never a keyword. */
  is(...texts: readonly string[]): boolean {
    const { kind, text } = this.peek();
    return kind !== "quoted" && texts.includes(text);
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): Token {
    if (!this.is(text)) this.fail(shown(text));
    return this.next();
  }

  /** A name as nft takes one: a word, or in quotes. */
  name(what: string): string {
    const { kind } = this.peek();
    if (kind !== "word" && kind !== "quoted") this.fail(what);
    return this.next().text;
  }

  quoted(what: string): string {
    if (this.peek().kind !== "quoted") this.fail(what);
    return this.next().text;
  }

  lines(): void {
    while (this.peek().kind === "line") this.next();
  }

  /** What separates statements: line ends and semicolons, any number of them. */
  separators(): void {
    while (this.peek().kind === "line" || this.is(";")) this.next();
  }

  atEnd(): boolean {
    return this.peek().kind === "line" || this.peek().kind === "end" || this.is(";", "}");
  }

  /** At the top a file may end without one. */
  endStatement(): void {
    if (!this.atEnd() || this.is("}")) this.fail('end of line or ";"');
  }

  /** Within braces every statement ends with one, the last too: nft refuses `accept }`. */
  separator(): void {
    if (this.peek().kind !== "line" && !this.is(";")) this.fail('end of line or ";"');
    this.separators();
  }

  fail(expected: string): never {
    const { text, at } = this.peek();
    throw new PolicySyntaxError(at.file, at.line, at.column, `unexpected ${shown(text)}, expected ${expected}`);
  }

  /** Bounds recursion: hostile nesting is an error, not a crash. */
  nested<T>(read: () => T): T {
    if (this.#depth >= DEEPEST) this.fail(`nesting no deeper than ${DEEPEST}`);
    this.#depth++;
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  /** Every word up to the end of the statement or to `stop`, bracketed groups whole. */
  rest(stop: () => boolean = () => false): string[] {
    const words: string[] = [];
    while (!this.atEnd() && !stop()) words.push(...this.group());
    return words;
  }

  /** One word, or from an opening bracket to the one that closes it; line ends within count for nothing. */
  group(): string[] {
    const words: string[] = [];
    const closing: string[] = [];
    do {
      const token = this.next();
      if (token.kind === "end") this.fail(closing.at(-1) ?? "more");
      if (token.kind === "line") continue;
      words.push(token.kind === "quoted" ? `"${token.text}"` : token.text);
      const close = token.kind === "sign" ? OPENING.get(token.text) : undefined;
      if (close !== undefined) closing.push(close);
      else if (token.kind === "sign" && token.text === closing.at(-1)) closing.pop();
    } while (closing.length > 0);
    return words;
  }
}
