/** RE2's syntax as Go's regexp takes it with its Perl flags. */
import { complement, folded, MAX_CODE_POINT, perlClass, posixClass } from "./class.ts";
import { parseEscape } from "./escape.ts";
import { InvalidRegex, type Range, type Regex, UnsupportedRegex } from "./node.ts";

interface Flags {
  readonly fold: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

const NO_FLAGS: Flags = { fold: false, multiline: false, dotAll: false };
const NEWLINE: readonly Range[] = [[0x0a, 0x0a]];
const MAX_REPEAT = 1000;

/** @throws InvalidRegex for what Go refuses, UnsupportedRegex for what is not modelled here. */
export function parseRegex(text: string): Regex {
  const parser = new Parser(text);
  const regex = parser.alternation(NO_FLAGS).regex;
  if (!parser.atEnd) throw new InvalidRegex("unexpected )");
  if (repeats(regex) > MAX_REPEAT) throw new InvalidRegex("invalid repeat count");
  return regex;
}

/** How often the innermost part is written out when every counted repeat is: Go refuses more than a thousand. */
function repeats(regex: Regex): number {
  switch (regex.kind) {
    case "concat":
    case "alternate":
      return Math.max(1, ...regex.parts.map(repeats));
    case "repeat":
      return Math.max(1, regex.max ?? regex.min) * repeats(regex.body);
    case "empty":
    case "char":
    case "assert":
    default:
      return 1;
  }
}

class Parser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#chars = Array.from(text);
  }

  get atEnd(): boolean {
    return this.#at >= this.#chars.length;
  }

  /** Up to a closing parenthesis or the end. Flags set inside last until then, across `|` too. */
  alternation(flags: Flags): { readonly regex: Regex; readonly flags: Flags } {
    const branches: Regex[] = [];
    let current = flags;
    for (;;) {
      const branch = this.#concatenation(current);
      branches.push(branch.regex);
      current = branch.flags;
      if (this.#peek() !== "|") break;
      this.#at++;
    }
    const [only] = branches;
    const regex: Regex = branches.length === 1 && only ? only : { kind: "alternate", parts: branches };
    return { regex, flags: current };
  }

  #peek(): string {
    return this.#chars[this.#at] ?? "";
  }

  #accept(text: string): boolean {
    if (this.#chars.slice(this.#at, this.#at + text.length).join("") !== text) return false;
    this.#at += text.length;
    return true;
  }

  #concatenation(flags: Flags): { readonly regex: Regex; readonly flags: Flags } {
    const parts: Regex[] = [];
    let current = flags;
    while (!this.atEnd && this.#peek() !== "|" && this.#peek() !== ")") {
      const started = this.#at;
      const flagged = this.#flagGroup(current);
      if (flagged) current = flagged;
      else if (this.#accept("\\Q")) parts.push(...this.#literalText(current));
      else parts.push(...this.#repeated(this.#atom(current), started));
    }
    const [only] = parts;
    if (parts.length === 1 && only) return { regex: only, flags: current };
    return { regex: parts.length === 0 ? { kind: "empty" } : { kind: "concat", parts }, flags: current };
  }

  #repeated(atom: Regex, started: number): Regex[] {
    const bounds = this.#bounds();
    if (!bounds) return [atom];
    this.#accept("?");
    if (this.#bounds()) {
      throw new InvalidRegex(`invalid nested repetition after ${this.#chars.slice(started, this.#at).join("")}`);
    }
    return [{ kind: "repeat", body: atom, ...bounds }];
  }

  /** `*`, `+`, `?` or `{n,m}`; a brace that is no count is a literal. */
  #bounds(): { readonly min: number; readonly max: number | null } | null {
    if (this.#accept("*")) return { min: 0, max: null };
    if (this.#accept("+")) return { min: 1, max: null };
    if (this.#accept("?")) return { min: 0, max: 1 };
    const count = /^\{([0-9]{1,9})(,([0-9]{1,9})?)?\}/.exec(this.#chars.slice(this.#at, this.#at + 24).join(""));
    if (!count) return null;
    this.#at += count[0].length;
    const min = Number(count[1]);
    const max = count[2] === undefined ? min : count[3] === undefined ? null : Number(count[3]);
    if (min > MAX_REPEAT || (max !== null && (max > MAX_REPEAT || max < min))) {
      throw new InvalidRegex("invalid repeat count");
    }
    return { min, max };
  }

  #literalText(flags: Flags): Regex[] {
    const parts: Regex[] = [];
    while (!this.atEnd && !this.#accept("\\E")) parts.push(literal(this.#chars[this.#at++] ?? "", flags));
    // A repeat applies to the last character only.
    const last = parts.pop();
    return last ? [...parts, ...this.#repeated(last, this.#at)] : [];
  }

  #atom(flags: Flags): Regex {
    const char = this.#chars[this.#at] ?? "";
    if (char === "*" || char === "+" || char === "?" || (char === "{" && this.#bounds())) {
      throw new InvalidRegex("missing argument to repetition operator");
    }
    this.#at++;
    switch (char) {
      case "(":
        return this.#group(flags);
      case "[":
        return this.#class(flags);
      case ".":
        return { kind: "char", ranges: flags.dotAll ? [[0, MAX_CODE_POINT]] : complement(NEWLINE) };
      case "^":
        return { kind: "assert", what: flags.multiline ? "line-start" : "text-start" };
      case "$":
        return { kind: "assert", what: flags.multiline ? "line-end" : "text-end" };
      case "\\":
        return this.#escape(flags);
      default:
        return literal(char, flags);
    }
  }

  #escape(flags: Flags): Regex {
    switch (this.#peek()) {
      case "A":
        this.#at++;
        return { kind: "assert", what: "text-start" };
      case "z":
        this.#at++;
        return { kind: "assert", what: "text-end" };
      case "b":
        this.#at++;
        return { kind: "assert", what: "word" };
      case "B":
        this.#at++;
        return { kind: "assert", what: "not-word" };
      default:
        return { kind: "char", ranges: withCase(this.#escapedSet(), flags) };
    }
  }

  #escapedSet(): readonly Range[] {
    const letter = this.#peek();
    if (letter === "p" || letter === "P") throw new UnsupportedRegex("Unicode classes");
    const perl = perlClass(letter);
    if (perl) {
      this.#at++;
      return perl;
    }
    const { point, length } = parseEscape(this.#chars.slice(this.#at, this.#at + 12).join(""));
    this.#at += length;
    return [[point, point]];
  }

  /** `(?i)` and the like, which change the flags of what follows instead of grouping. */
  #flagGroup(flags: Flags): Flags | null {
    const head = this.#chars.slice(this.#at, this.#at + 16).join("");
    const match = /^\(\?([imsU]*)(?:-([imsU]+))?\)/.exec(head);
    if (!match || match[0] === "(?)") return null;
    this.#at += match[0].length;
    return changed(flags, match[1] ?? "", match[2] ?? "");
  }

  #group(flags: Flags): Regex {
    let inner = flags;
    if (this.#peek() === "?") {
      const head = this.#chars.slice(this.#at, this.#at + 80).join("");
      const name = /^\?P?<([A-Za-z0-9_]+)>/.exec(head);
      const set = /^\?([imsU]*)(?:-([imsU]+))?:/.exec(head);
      if (set) inner = changed(flags, set[1] ?? "", set[2] ?? "");
      else if (!name) throw new InvalidRegex("invalid or unsupported Perl syntax");
      this.#at += (name ?? set)?.[0].length ?? 0;
    }
    const { regex } = this.alternation(inner);
    if (!this.#accept(")")) throw new InvalidRegex("missing closing )");
    return regex;
  }

  #class(flags: Flags): Regex {
    const negated = this.#accept("^");
    const ranges: Range[] = [];
    for (let first = true; first || this.#peek() !== "]"; first = false) {
      if (this.atEnd) throw new InvalidRegex("missing closing ]");
      ranges.push(...this.#classItem());
    }
    this.#at++;
    const set = withCase(ranges, flags);
    return { kind: "char", ranges: negated ? complement(set) : set };
  }

  #classItem(): readonly Range[] {
    const posix = /^\[:(\^?[a-z]*):\]/.exec(this.#chars.slice(this.#at, this.#at + 16).join(""));
    if (posix) {
      this.#at += posix[0].length;
      const named = posixClass(posix[1] ?? "");
      if (!named) throw new InvalidRegex("invalid character class range");
      return named;
    }
    const low = this.#classMember();
    const single = low.length === 1 && low[0] !== undefined && low[0][0] === low[0][1] ? low[0][0] : null;
    const next = this.#chars[this.#at + 1];
    if (single === null || this.#peek() !== "-" || next === undefined || next === "]") return low;
    this.#at++;
    const high = this.#classMember()[0];
    if (high === undefined || high[0] !== high[1] || high[0] < single) {
      throw new InvalidRegex("invalid character class range");
    }
    return [[single, high[0]]];
  }

  #classMember(): readonly Range[] {
    if (this.#accept("\\")) return this.#escapedSet();
    const point = this.#chars[this.#at++]?.codePointAt(0) ?? 0;
    return [[point, point]];
  }
}

function literal(char: string, flags: Flags): Regex {
  const point = char.codePointAt(0) ?? 0;
  return { kind: "char", ranges: withCase([[point, point]], flags) };
}

const withCase = (ranges: readonly Range[], flags: Flags): readonly Range[] => (flags.fold ? folded(ranges) : ranges);

function changed(flags: Flags, on: string, off: string): Flags {
  const set = (letter: string, before: boolean): boolean => (before || on.includes(letter)) && !off.includes(letter);
  return { fold: set("i", flags.fold), multiline: set("m", flags.multiline), dotAll: set("s", flags.dotAll) };
}
