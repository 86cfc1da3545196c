/** Values of nftables: addresses, ranges, prefixes, concatenations, sets with their elements, references and variables. */
import type { Cursor } from "./cursor.ts";
import { atSelector, parseSelector } from "./selector.ts";
import type { Element, Target, Value, VerdictStatement } from "./tree.ts";

/** Operators on bits, by word and by sign; all that matters here is that a value with one is not a plain value. */
const BITS: ReadonlyMap<string, string> = new Map([
  ["&", "&"],
  ["|", "|"],
  ["^", "^"],
  ["<<", "<<"],
  [">>", ">>"],
  ["and", "&"],
  ["or", "|"],
  ["xor", "^"],
]);

/** The right side of a comparison: one value, or a comma-separated list of flags (`established,related`). */
export function parseRight(cursor: Cursor): Value {
  const first = parseValue(cursor);
  if (!cursor.is(",")) return first;
  const items = [first];
  while (cursor.take(",")) items.push(parseValue(cursor));
  return { kind: "list", items, at: first.at };
}

export function parseValue(cursor: Cursor): Value {
  return cursor.nested(() => {
    let left = parseConcat(cursor);
    for (let operator = bitOperator(cursor); operator !== null; operator = bitOperator(cursor)) {
      cursor.next();
      left = { kind: "binary", operator, left, right: parseConcat(cursor), at: left.at };
    }
    return left;
  });
}

/** The left side of a comparison: selectors, concatenated or masked. */
export function parseLeft(cursor: Cursor): Value {
  const first = parseSelector(cursor);
  const parts = [first];
  while (cursor.take(".")) {
    if (!atSelector(cursor)) cursor.fail("a selector");
    parts.push(parseSelector(cursor));
  }
  let left: Value = parts.length === 1 ? first : { kind: "concat", parts, at: first.at };
  for (let operator = bitOperator(cursor); operator !== null; operator = bitOperator(cursor)) {
    cursor.next();
    left = { kind: "binary", operator, left, right: parseConcat(cursor), at: first.at };
  }
  return left;
}

function bitOperator(cursor: Cursor): string | null {
  const { kind, text } = cursor.peek();
  return kind === "quoted" ? null : (BITS.get(text) ?? null);
}

function parseConcat(cursor: Cursor): Value {
  const first = parseRange(cursor);
  if (!cursor.is(".")) return first;
  const parts = [first];
  while (cursor.take(".")) parts.push(parseRange(cursor));
  return { kind: "concat", parts, at: first.at };
}

function parseRange(cursor: Cursor): Value {
  const from = parsePrimary(cursor);
  if (cursor.take("/")) return { kind: "prefix", base: from, length: cursor.next().text, at: from.at };
  if (!cursor.take("-")) return from;
  return { kind: "range", from, to: parsePrimary(cursor), at: from.at };
}

function parsePrimary(cursor: Cursor): Value {
  const { kind, text, at } = cursor.peek();
  if (kind === "quoted" || kind === "number") {
    cursor.next();
    return { kind: kind === "quoted" ? "quoted" : "word", text, at };
  }
  if (kind === "word") {
    cursor.next();
    return { kind: "word", text, at };
  }
  switch (text) {
    case "{":
      return parseSet(cursor);
    case "(": {
      cursor.next();
      const inner = parseRight(cursor);
      cursor.expect(")");
      return inner;
    }
    case "$":
      cursor.next();
      return { kind: "variable", name: cursor.name("the name of a variable"), at };
    case "@":
      cursor.next();
      return { kind: "reference", name: cursor.name("the name of a set"), at };
    case "*":
      cursor.next();
      return { kind: "any", at };
    default:
      return cursor.fail("a value");
  }
}

const NO_OPTIONS: readonly string[] = [];

/** An element that is nothing but its key. */
function bare(key: Value): Element {
  return { key, timeout: null, expires: null, comment: null, options: NO_OPTIONS, data: null };
}

/** `{ 192.0.2.1 . 443 comment "…", … }`; line ends count for nothing inside. */
export function parseSet(cursor: Cursor): Value {
  const { at } = cursor.expect("{");
  const elements: Element[] = [];
  for (;;) {
    for (let key = cursor.plainElement(); key !== null; key = cursor.plainElement()) elements.push(bare(key));
    cursor.lines();
    if (cursor.is("}")) break;
    elements.push(cursor.nested(() => parseElement(cursor)));
    cursor.lines();
    if (!cursor.take(",")) break;
  }
  cursor.expect("}");
  return { kind: "set", elements, at };
}

function parseElement(cursor: Cursor): Element {
  const key = parseValue(cursor);
  const texts: { timeout: string | null; expires: string | null; comment: string | null } = {
    timeout: null,
    expires: null,
    comment: null,
  };
  const options: string[] = [];
  for (;;) {
    cursor.lines();
    if (cursor.is("timeout", "expires")) texts[cursor.next().text as "timeout" | "expires"] = cursor.next().text;
    else if (cursor.take("comment")) texts.comment = cursor.quoted('"…"');
    else if (cursor.is("counter", "limit", "quota")) {
      options.push(...cursor.rest(() => cursor.is(",", ":", "comment", "timeout", "expires")));
    } else break;
  }
  if (!cursor.take(":")) return { key, ...texts, options, data: null };
  cursor.lines();
  const data = parseVerdict(cursor) ?? parseValue(cursor);
  if (texts.comment === null && cursor.take("comment")) texts.comment = cursor.quoted('"…"');
  return { key, ...texts, options, data };
}

/** A verdict by itself, as rules and the elements of verdict maps have it. */
export function parseVerdict(cursor: Cursor): VerdictStatement | null {
  const { kind, text, at } = cursor.peek();
  if (kind === "quoted") return null;
  switch (text) {
    case "accept":
    case "drop":
    case "continue":
    case "return":
      cursor.next();
      return { kind: "verdict", verdict: text, at };
    case "jump":
    case "goto":
      cursor.next();
      return { kind: "branch", verdict: text, target: parseTarget(cursor), at };
    default:
      return null;
  }
}

function parseTarget(cursor: Cursor): Target {
  if (cursor.take("$")) return { kind: "variable", name: cursor.name("the name of a variable") };
  return { kind: "named", name: cursor.name("a chain") };
}
