/** The values of FPL settings: how each is read, and what the engine keeps of it. */
import type { Cursor } from "./cursor.ts";
import { isInteger, parseFloat64 } from "./go-number.ts";
import { quoted } from "./token.ts";
import { valueOf } from "./tree.ts";

/** Reads what follows a key and returns the values the engine keeps. */
export type Reader = (at: Cursor) => readonly string[];

export const word: Reader = (at) => [valueOf(at.word())];

/** `name value`, where the value is one token or `$` and a token; there is no `=`. */
export const variable: Reader = (at) => {
  const name = valueOf(at.word("the variable's name"));
  if (at.skip("$")) return [name, `$${at.next().text}`];
  const { kind } = at.peek();
  if (kind !== "string" && kind !== "number" && kind !== "ident") throw at.unexpected("the variable's value");
  return [name, at.next().text];
};

function number(what: string, accepts: (text: string) => boolean): Reader {
  return (at) => {
    const token = at.peek();
    if (!accepts(token.text)) throw at.unexpected(what);
    return [at.next().text];
  };
}

export const integer: Reader = number("a whole number", isInteger);
const float = number("a number", (text) => parseFloat64(text) !== null);

export const currency: Reader = (at) => {
  at.skip("$");
  return float(at);
};

export const fraction: Reader = (at) => {
  at.skip("=");
  return float(at);
};

/** `["a", "b"]`. A word swallows the `]` that touches it, so items are best quoted. */
const list: Reader = (at) => {
  at.expect("[");
  const items: string[] = [];
  while (at.peek().kind !== "]") {
    const { kind } = at.peek();
    if (kind !== "string" && kind !== "ident") throw at.unexpected('a quoted item or "]"');
    items.push(at.next().text);
    if (at.peekIdent() === ",") at.next();
  }
  at.expect("]");
  return items;
};

export const assignedList: Reader = (at) => {
  at.skip("=");
  return list(at);
};

export const assignedListOrWord: Reader = (at) => {
  at.skip("=");
  return at.peek().kind === "[" ? list(at) : word(at);
};

/** `scope a b "c"`: words until the credential's next key. */
export const scopes: Reader = (at) => {
  const items: string[] = [];
  for (;;) {
    const { kind, text } = at.peek();
    const ends = kind === "ident" && /^(scope|max_scope|backend|path|ttl)$/.test(text);
    if ((kind !== "ident" && kind !== "string") || ends) return items;
    items.push(at.next().text);
  }
};

/** `rate_limit "http/*": 10 per minute`. */
export const rateLimit: Reader = (at) => {
  const pattern = word(at);
  at.expect(":");
  const limit = integer(at);
  at.expectIdent("per");
  return [...pattern, ...limit, ...word(at)];
};

/** `redact "tool" args: ["path"]`. */
export const redaction: Reader = (at) => {
  const tool = word(at);
  at.expectIdent("args");
  at.skip(":");
  return [...tool, ...list(at)];
};

/** `import "ref" as alias`; a reference that moves is refused. */
export const reference: Reader = (at) => {
  const token = at.peek();
  const ref = valueOf(at.word("the import's reference"));
  if (ref.trim().toLowerCase().endsWith("@latest")) throw at.refuse(token, "an import must be pinned, not @latest");
  if (at.peekIdent() !== "as") return [ref];
  at.next();
  return [ref, ...word(at)];
};

/** A field of `runtime`, `provider` and the like: a string, number, `$` amount, word or `env("NAME")`, never a list. */
export const config: Reader = (at) => {
  at.skip("=");
  const { kind } = at.peek();
  if (kind === "string") return [at.next().text];
  if (kind === "number") return float(at);
  if (kind === "$") {
    at.next();
    if (at.peek().kind !== "number") throw at.unexpected("an amount");
    return float(at);
  }
  const name = at.expect("ident", "a value").text;
  if (name !== "env") return [name];
  at.expect("(");
  const variableName = at.expect("string", "the variable's name in quotes");
  at.expect(")");
  if (variableName.text.trim() === "") throw at.refuse(variableName, "the variable's name is empty");
  return [variableName.text];
};

const MANIFEST =
  'expected "manifest orchestrator ID undeclared deny|defer" or "manifest grant ID to ID max N [approval]"';

/** A `manifest` line: it ends where the line ends, the only place in FPL where that matters. */
export const manifest: Reader = (at) => {
  const first = at.peek();
  const parts = ["manifest"];
  const row = at.row;
  while (at.peek().kind !== "end" && at.peek().row === row) parts.push(at.next().text);
  for (const line of parts.join(" ").split("\n")) {
    // The engine overlooks what does not begin with the word and a space, so a bare `manifest` means nothing.
    const fields = line.trim().split(/[ \t\r\v\f]+/);
    if (fields[0] === "manifest" && fields.length > 1 && !isManifest(fields)) {
      throw at.refuse(first, `found ${quoted(fields.join(" "))}, ${MANIFEST}`);
    }
  }
  return parts;
};

function isManifest(f: readonly string[]): boolean {
  if (f[1] === "orchestrator") {
    return f.length === 5 && f[3] === "undeclared" && /^(deny|defer)$/i.test(f[4] ?? "");
  }
  const count = f[6] ?? "";
  return (
    f[1] === "grant" &&
    f[3] === "to" &&
    f[5] === "max" &&
    isInteger(count) &&
    BigInt(count.replace(/^\+/, "")) >= 0n &&
    (f.length === 7 || (f.length === 8 && /^approval$/i.test(f[7] ?? "")))
  );
}

/** One line inside `trust {}`, kept as it stands: a brace on it is swallowed. */
export const rawLine: Reader = (at) => {
  const { row } = at.peek();
  const parts: string[] = [];
  while (at.peek().kind !== "end" && at.peek().row === row) parts.push(at.next().text);
  return parts;
};
