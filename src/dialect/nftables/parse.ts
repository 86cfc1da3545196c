/** Parses an nftables file, in block form and in command form, into its tree. */
import type { Include } from "../contract.ts";
import type { Position } from "../packet/program.ts";
import { parseChain, parseDefine, parseFamily, parseInclude, parseSetBlock, parseTable } from "./block.ts";
import { Cursor } from "./cursor.ts";
import { parseRule } from "./rule.ts";
import type { Command, Ruleset, Verb } from "./tree.ts";
import { parseSet, parseValue } from "./value.ts";

const VERBS: ReadonlySet<string> = new Set(["add", "create", "insert", "delete", "destroy", "flush"]);

/** Commands that show something or name objects no verdict hangs on. */
const HARMLESS: ReadonlySet<string> = new Set(["list", "reset", "describe", "monitor"]);

const HARMLESS_OBJECTS: readonly string[] = ["counter", "quota", "limit", "flowtable", "ct", "secmark", "synproxy"];

/** What an include names is read where it stands, as nft does; without a way to find it, the include is kept. */
export function parseNftables(file: string, text: string, include: Include | null = null): Ruleset {
  const cursor = new Cursor(file, text, include);
  const commands: Command[] = [];
  for (cursor.separators(); cursor.peek().kind !== "end"; cursor.separators()) {
    const command = cursor.is("include") ? parseInclude(cursor) : parseCommand(cursor);
    if (command !== null) commands.push(command);
    cursor.endStatement();
  }
  return { file, commands };
}

function parseCommand(cursor: Cursor): Command {
  const { kind, text, at } = cursor.peek();
  if (kind === "word") {
    if (text === "table") return parseTable(cursor);
    if (["define", "redefine", "undefine"].includes(text)) return parseDefine(cursor);
    if (["chain", "set", "map", "rule", "element"].includes(text)) return parseVerb(cursor, "add", at);
    if (isVerb(text)) {
      cursor.next();
      return parseVerb(cursor, text, at);
    }
    if (["replace", "rename", ...HARMLESS].includes(text)) {
      return { kind: "other", words: cursor.rest(), harmless: HARMLESS.has(text), at };
    }
  }
  return cursor.fail('"table", "add", "flush", "define" or another command');
}

function isVerb(text: string): text is Verb {
  return VERBS.has(text);
}

function parseVerb(cursor: Cursor, verb: Verb, at: Position): Command {
  switch (cursor.peek().text) {
    case "ruleset":
      if (verb !== "flush") cursor.fail("something that can be added or deleted");
      cursor.next();
      return { kind: "flush-ruleset", family: cursor.atEnd() ? null : parseFamily(cursor), at };
    case "table":
      if (verb === "add" || verb === "create") return parseTable(cursor);
      return parseWhole(cursor, verb, "table", at);
    case "chain":
    case "set":
    case "map":
      return parseWhole(cursor, verb, cursor.peek().text as "chain" | "set" | "map", at);
    case "rule":
      cursor.next();
      return parseRuleCommand(cursor, verb, at);
    case "element":
      cursor.next();
      return parseElementCommand(cursor, verb, at);
    default:
      if (cursor.is(...HARMLESS_OBJECTS)) return { kind: "other", words: [verb, ...cursor.rest()], harmless: true, at };
      // `add ip filter output tcp dport 22 accept`: `rule` may be left out.
      if (verb === "add" || verb === "insert") return parseRuleCommand(cursor, verb, at);
      return cursor.fail('"table", "chain", "set", "rule" or "element"');
  }
}

function parseWhole(cursor: Cursor, verb: Verb, object: "table" | "chain" | "set" | "map", at: Position): Command {
  cursor.next();
  const family = parseFamily(cursor);
  const words = cursor.rest(() => cursor.is("{"));
  const [table = "", name = null] = words.map(unquoted);
  if (table === "") cursor.fail("the name of a table");
  if (object !== "table" && name === null && words[0] !== "handle") cursor.fail(`the name of a ${object}`);
  const base = { kind: "whole", verb, object, family, table, name, at } as const;
  if (!cursor.is("{")) return { ...base, node: null };
  return {
    ...base,
    node: object === "chain" ? parseChain(cursor, name ?? "") : parseNamedSet(cursor, object, name ?? ""),
  };
}

function parseNamedSet(
  cursor: Cursor,
  object: "table" | "set" | "map",
  name: string,
): ReturnType<typeof parseSetBlock> {
  return { ...parseSetBlock(cursor, name), kind: object === "map" ? "map" : "set" };
}

function parseRuleCommand(cursor: Cursor, verb: Verb, at: Position): Command {
  const family = parseFamily(cursor);
  const table = cursor.name("the name of a table");
  const chain = cursor.name("the name of a chain");
  const where: string[] = [];
  while (cursor.is("handle", "index", "position")) where.push(cursor.next().text, cursor.next().text);
  const rule = cursor.atEnd() ? null : parseRule(cursor);
  if (rule === null && verb !== "delete" && verb !== "destroy") cursor.fail("a rule");
  return { kind: "rule", verb, family, table, chain, where, rule, at };
}

function parseElementCommand(cursor: Cursor, verb: Verb, at: Position): Command {
  const family = parseFamily(cursor);
  const table = cursor.name("the name of a table");
  const name = cursor.name("the name of a set");
  const elements = cursor.is("{") ? parseSet(cursor) : parseValue(cursor);
  return { kind: "element", verb, family, table, name, elements, at };
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1) : word;
}
