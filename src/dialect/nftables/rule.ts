/** Rules of nftables: statements one after another, with nothing between them but their own words. */
import type { Cursor } from "./cursor.ts";
import { atSelector } from "./selector.ts";
import { printValue } from "./write.ts";
import type { Operator, Rule, Statement, Value } from "./tree.ts";
import { parseLeft, parseRight, parseValue, parseVerdict } from "./value.ts";

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["==", "=="],
  ["eq", "=="],
  ["!=", "!="],
  ["ne", "!="],
  ["<", "<"],
  ["lt", "<"],
  [">", ">"],
  ["gt", ">"],
  ["<=", "<="],
  ["le", "<="],
  [">=", ">="],
  ["ge", ">="],
  ["!", "!"],
]);

/** Options of `log` and how many words each takes. */
const LOG_OPTIONS: ReadonlySet<string> = new Set(["prefix", "level", "group", "snaplen", "queue-threshold", "flags"]);

/** Words that make what happens to a packet depend on those before it. */
const LIMITING: ReadonlySet<string> = new Set(["limit", "quota", "count"]);

/** Statements that are kept as they stand, with everything that follows them in their rule. */
const OPAQUE: ReadonlySet<string> = new Set([
  "dnat",
  "snat",
  "masquerade",
  "redirect",
  "tproxy",
  "queue",
  "dup",
  "fwd",
  "synproxy",
  "flow",
  "xt",
  "set",
  "jhash",
  "symhash",
  "numgen",
  "osf",
  "ipsec",
]);

export function parseRule(cursor: Cursor): Rule {
  const { at } = cursor;
  const statements: Statement[] = [];
  while (!cursor.atEnd()) {
    const statement = parseStatement(cursor);
    statements.push(statement);
    if (statement.kind === "comment" && !cursor.atEnd()) cursor.fail("the end of the rule");
  }
  if (statements.length === 0) cursor.fail("a rule");
  // Copied, since what was gathered has room for more than it holds.
  return { statements: statements.slice(), at };
}

/** `jump { … }`: a chain without a name. */
function parseInlineChain(cursor: Cursor): Rule[] {
  return cursor.nested(() => {
    cursor.expect("{");
    const rules: Rule[] = [];
    for (cursor.separators(); !cursor.is("}"); cursor.separator()) {
      if (cursor.peek().kind === "end") cursor.fail('"}"');
      rules.push(parseRule(cursor));
    }
    cursor.expect("}");
    return rules;
  });
}

function parseStatement(cursor: Cursor): Statement {
  const { at } = cursor;
  if (cursor.is("jump", "goto") && cursor.peek(1).text === "{") {
    const verdict = cursor.next().text === "jump" ? "jump" : "goto";
    return { kind: "branch", verdict, target: { kind: "inline", rules: parseInlineChain(cursor) }, at };
  }
  const verdict = parseVerdict(cursor);
  if (verdict !== null) return verdict;
  if (cursor.is("ct") && cursor.peek(1).text === "count") return { kind: "limit", words: countLimit(cursor), at };
  if (atSelector(cursor)) return parseMatch(cursor);
  switch (cursor.peek().kind === "word" ? cursor.peek().text : "") {
    case "comment":
      cursor.next();
      return { kind: "comment", text: cursor.quoted('"…"'), at };
    case "counter":
      return { kind: "note", words: counter(cursor), at };
    case "log":
      return { kind: "note", words: log(cursor), at };
    case "notrack":
      return { kind: "opaque", words: [cursor.next().text], at };
    case "reject":
      return { kind: "reject", words: reject(cursor), at };
    case "limit":
      return { kind: "limit", words: limit(cursor), at };
    case "quota":
      return { kind: "limit", words: quota(cursor), at };
    case "add":
    case "update":
    case "delete":
      if (cursor.peek(1).text === "@") return dynamicSet(cursor);
      break;
    case "meter":
      return { kind: "limit", words: meter(cursor), at };
    default:
      break;
  }
  return opaque(cursor);
}

/** A match, a verdict map, or a statement that sets what the selector names. */
function parseMatch(cursor: Cursor): Statement {
  const { at } = cursor;
  const left = parseLeft(cursor);
  if (cursor.take("vmap")) return { kind: "vmap", key: left, map: parseValue(cursor), at };
  if (cursor.is("set")) return parseMangle(cursor, left);
  const { kind, text } = cursor.peek();
  const operator = kind === "quoted" ? undefined : OPERATORS.get(text);
  if (operator !== undefined) cursor.next();
  return { kind: "match", left, operator: operator ?? "implicit", right: parseRight(cursor), at };
}

/** `set 0x1`, `set ct mark`, `set tcp dport map { … }`. */
function parseMangle(cursor: Cursor, left: Value): Statement {
  const { at } = cursor.expect("set");
  const value = atSelector(cursor) ? parseLeft(cursor) : (classOf(left, cursor) ?? parseValue(cursor));
  return { kind: "mangle", left, value, map: cursor.take("map") ? parseValue(cursor) : null, at };
}

/** `meta priority set 1:2`: a class of traffic, by two numbers in base 16. */
function classOf(left: Value, cursor: Cursor): Value | null {
  if (printValue(left) !== "meta priority" || cursor.peek(1).text !== ":") return null;
  const { at } = cursor.peek();
  const text = [cursor.next(), cursor.next(), cursor.next()].map((token) => token.text).join("");
  return { kind: "word", text, at };
}

/** No grammar for it: everything up to the end of the rule but its comment. */
function opaque(cursor: Cursor): Statement {
  const { at, kind, text } = cursor.peek();
  if (kind !== "word" || !OPAQUE.has(text)) cursor.fail("a statement");
  return { kind: "opaque", words: cursor.rest(() => cursor.is("comment") && cursor.peek(1).kind === "quoted"), at };
}

function counter(cursor: Cursor): string[] {
  const words = [cursor.next().text];
  if (cursor.is("name")) words.push(...named(cursor));
  while (cursor.is("packets", "bytes")) words.push(cursor.next().text, cursor.next().text);
  return words;
}

function log(cursor: Cursor): string[] {
  const words = [cursor.next().text];
  while (LOG_OPTIONS.has(cursor.peek().text) && cursor.peek().kind === "word") {
    const option = cursor.next().text;
    words.push(option);
    if (option === "flags" && cursor.is("tcp", "ip")) words.push(cursor.next().text);
    if (cursor.is("$")) words.push(cursor.next().text);
    words.push(nameWord(cursor));
    while (cursor.is(",")) words.push(cursor.next().text, cursor.next().text);
  }
  return words;
}

function reject(cursor: Cursor): string[] {
  const words = [cursor.next().text];
  if (!cursor.is("with")) return words;
  words.push(cursor.next().text, cursor.name("icmp, icmpv6, icmpx or tcp"));
  if (cursor.is("type")) words.push(cursor.next().text);
  words.push(cursor.next().text);
  return words;
}

function limit(cursor: Cursor): string[] {
  const words = [cursor.next().text];
  if (cursor.is("name")) return [...words, ...named(cursor)];
  words.push(cursor.expect("rate").text);
  if (cursor.is("over", "until")) words.push(cursor.next().text);
  words.push(cursor.next().text);
  // `10 mbytes/second` is scanned as two words, `10/second` as three.
  if (/^[km]?bytes(\/|$)/.test(cursor.peek().text)) words.push(cursor.next().text);
  if (words.at(-1)?.includes("/") !== true) words.push(cursor.expect("/").text, cursor.next().text);
  if (cursor.is("burst")) words.push(cursor.next().text, cursor.next().text);
  if (cursor.is("packets", "bytes", "kbytes", "mbytes")) words.push(cursor.next().text);
  return words;
}

function quota(cursor: Cursor): string[] {
  const words = [cursor.next().text];
  if (cursor.is("name")) return [...words, ...named(cursor)];
  if (cursor.is("over", "until")) words.push(cursor.next().text);
  words.push(cursor.next().text, cursor.next().text);
  if (cursor.is("used")) words.push(cursor.next().text, cursor.next().text, cursor.next().text);
  return words;
}

function countLimit(cursor: Cursor): string[] {
  const words = [cursor.next().text, cursor.next().text];
  if (cursor.is("over")) words.push(cursor.next().text);
  words.push(cursor.next().text);
  return words;
}

/** `update @seen { ip saddr timeout 1m }`; with a limit for each element, the rest of the rule hangs on that. */
function dynamicSet(cursor: Cursor): Statement {
  const { at } = cursor;
  const words = [cursor.next().text, `${cursor.next().text}${cursor.name("the name of a set")}`];
  if (!cursor.is("{")) cursor.fail('"{"');
  words.push(...cursor.group());
  return { kind: words.some((word) => LIMITING.has(word)) ? "limit" : "note", words, at };
}

/** `meter flood size 128 { ip saddr limit rate 10/second }`. */
function meter(cursor: Cursor): string[] {
  const words = [cursor.next().text, nameWord(cursor)];
  if (cursor.is("size")) words.push(cursor.next().text, cursor.next().text);
  if (!cursor.is("{")) cursor.fail('"{"');
  return [...words, ...cursor.group()];
}

/** `name "web"`, or `name tcp dport map { 80 : "web" }`. */
function named(cursor: Cursor): string[] {
  const word = cursor.next().text;
  if (!atSelector(cursor)) return [word, nameWord(cursor)];
  const key = printValue(parseLeft(cursor));
  return [word, key, cursor.expect("map").text, printValue(parseValue(cursor))];
}

function nameWord(cursor: Cursor): string {
  const { kind, text } = cursor.next();
  return kind === "quoted" ? `"${text}"` : text;
}
