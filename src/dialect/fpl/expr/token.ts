/** The tokens of a `when` condition: expr-lang's, over the text that FPL hands it. */

type ExprTokenKind = "number" | "string" | "name" | "operator" | "bracket" | "end";

export interface ExprToken {
  readonly kind: ExprTokenKind;
  /** Strings unescaped. */
  readonly text: string;
}

/** The condition is none that expr-lang would compile. */
export class ExprSyntaxError extends Error {}

const WORD_OPERATORS = new Set([
  "not",
  "in",
  "or",
  "and",
  "matches",
  "contains",
  "startsWith",
  "endsWith",
  "let",
  "if",
  "else",
]);

const SPACE = /[\s\u0085]+/y;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\//y;
const NUMBER =
  /0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]*)?/y;
const NAME = /[\p{L}\p{Nd}_$]+/uy;
const OPERATOR = /\|\|?|::?|[,;%+^-]|[&!=*<>][&=*]?|\.\.?|\//y;

export function tokenize(text: string): ExprToken[] {
  const tokens: ExprToken[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  while (at < text.length) {
    if (match(SPACE) !== null || match(COMMENT) !== null) continue;
    if (text.startsWith("/*", at)) throw new ExprSyntaxError("a comment is never closed");
    if (text[at] === '"') {
      const { value, end } = readString(text, at);
      tokens.push({ kind: "string", text: value });
      at = end;
      continue;
    }
    const number = match(NUMBER);
    if (number !== null) {
      if (match(NAME) !== null) throw new ExprSyntaxError(`bad number ${JSON.stringify(number)}`);
      tokens.push({ kind: "number", text: number });
      continue;
    }
    const name = match(NAME);
    if (name !== null) {
      tokens.push({ kind: WORD_OPERATORS.has(name) ? "operator" : "name", text: name });
      continue;
    }
    const operator = match(OPERATOR);
    if (operator !== null) tokens.push({ kind: "operator", text: operator });
    else if ("()[]{}".includes(text.charAt(at))) tokens.push({ kind: "bracket", text: text.charAt(at++) });
    else throw new ExprSyntaxError(`unrecognized character ${JSON.stringify(text.charAt(at))}`);
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

/** A double-quoted string; FPL turns every string into one. `\.` is refused, as Go's strings refuse it. */
function readString(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = "";
  let at = start + 1;
  for (;;) {
    const char = text[at];
    if (char === undefined || char === "\n") throw new ExprSyntaxError("literal not terminated");
    at++;
    if (char === '"') return { value, end: at };
    if (char !== "\\") {
      value += char;
      continue;
    }
    const simple = ESCAPES[text.charAt(at)];
    const coded = /^(?:([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(text.slice(at, at + 9));
    if (simple !== undefined) at++;
    else if (coded) at += coded[0].length;
    else throw new ExprSyntaxError(`invalid char escape in ${JSON.stringify(text.slice(start, start + 40))}`);
    value += simple ?? codePoint(coded);
  }
}

function codePoint(coded: RegExpExecArray | null): string {
  const octal = coded?.[1];
  const point = Number.parseInt(octal ?? coded?.[2] ?? coded?.[3] ?? coded?.[4] ?? "", octal ? 8 : 16);
  if (!(point <= 0x10ffff) || (point >= 0xd800 && point <= 0xdfff)) throw new ExprSyntaxError("invalid char escape");
  return String.fromCodePoint(point);
}
