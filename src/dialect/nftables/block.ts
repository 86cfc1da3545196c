/** Tables and what stands in their braces: chains, sets and maps, objects, variables. */
import type { Cursor } from "./cursor.ts";
import { parseRule } from "./rule.ts";
import type {
  BaseSpec,
  ChainNode,
  DefineNode,
  IncludeNode,
  Rule,
  SetNode,
  SetType,
  TableItem,
  TableNode,
} from "./tree.ts";
import { parseRight, parseSet } from "./value.ts";

const FAMILIES: readonly string[] = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];

/** Objects that a table can hold and no verdict hangs on. */
const HOOKS: readonly string[] = ["prerouting", "input", "forward", "output", "postrouting", "ingress", "egress"];
const OBJECTS: readonly string[] = ["counter", "quota", "limit", "flowtable", "ct", "secmark", "synproxy", "tunnel"];

export function parseFamily(cursor: Cursor): string {
  return cursor.is(...FAMILIES) ? cursor.next().text : "ip";
}

export function parseTable(cursor: Cursor): TableNode {
  const { at } = cursor.expect("table");
  const family = parseFamily(cursor);
  const name = cursor.name("the name of a table");
  const options: string[][] = [];
  const items: TableItem[] = [];
  if (cursor.take("{")) {
    for (cursor.separators(); !cursor.take("}"); cursor.separator()) {
      if (cursor.is("flags", "comment")) options.push(cursor.rest());
      else {
        const item = cursor.is("include") ? parseInclude(cursor) : parseItem(cursor);
        if (item !== null) items.push(item);
      }
    }
  }
  return { kind: "table", family, name, options, items, at };
}

function parseItem(cursor: Cursor): TableItem {
  const { at, text } = cursor.peek();
  switch (text) {
    case "chain":
      return parseChain(cursor);
    case "set":
    case "map":
      return parseSetBlock(cursor);
    case "define":
    case "redefine":
    case "undefine":
      return parseDefine(cursor);
    default:
      if (cursor.is(...OBJECTS)) return { kind: "object", words: cursor.rest(), at };
      return cursor.fail('"chain", "set", "map", "}"');
  }
}

/** `chain output { type filter hook output priority filter; policy drop; … }`. */
export function parseChain(cursor: Cursor, name?: string): ChainNode {
  const { at } = cursor.is("chain") ? cursor.expect("chain") : cursor.peek();
  const chain = {
    kind: "chain" as const,
    name: name ?? cursor.name("the name of a chain"),
    base: null as BaseSpec | null,
    policy: null as string | null,
    comment: null as string | null,
    options: [] as string[][],
    defines: [] as DefineNode[],
    rules: [] as Rule[],
    at,
  };
  if (!cursor.take("{")) return chain;
  for (cursor.separators(); !cursor.take("}"); cursor.separator()) {
    if (cursor.peek().kind === "end") cursor.fail('"}"');
    if (cursor.is("type") && cursor.peek(2).text === "hook") chain.base = parseBase(cursor);
    else if (cursor.is("policy")) chain.policy = policy(cursor);
    else if (cursor.is("define", "redefine", "undefine")) chain.defines.push(parseDefine(cursor));
    else if (cursor.is("flags", "devices")) chain.options.push(cursor.rest());
    else if (cursor.is("comment") && chain.rules.length === 0) {
      cursor.next();
      chain.comment = cursor.quoted('"…"');
    } else if (cursor.is("include")) {
      const include = parseInclude(cursor);
      if (include !== null) chain.rules.push(unread(include));
    } else {
      chain.rules.push(parseRule(cursor));
    }
  }
  return chain;
}

/** Rules that stand in a file nobody gave. */
function unread({ path, at }: IncludeNode): Rule {
  return { statements: [{ kind: "opaque", words: ["include", `"${path}"`], at }], at };
}

function parseBase(cursor: Cursor): BaseSpec {
  cursor.next();
  const type = cursor.name("filter, nat or route");
  cursor.expect("hook");
  if (!cursor.is(...HOOKS)) cursor.fail("one of the hooks " + HOOKS.join(", "));
  const hook = cursor.next().text;
  const devices = cursor.is("device", "devices") ? cursor.rest(() => cursor.is("priority")) : [];
  cursor.expect("priority");
  const priority = cursor.rest();
  if (priority.length === 0) cursor.fail("a priority");
  return { type, hook, devices, priority };
}

function policy(cursor: Cursor): string {
  cursor.next();
  if (cursor.take("$")) return `$${cursor.name("the name of a variable")}`;
  if (!cursor.is("accept", "drop")) cursor.fail('"accept" or "drop"');
  return cursor.next().text;
}

export function parseSetBlock(cursor: Cursor, name?: string): SetNode {
  const { at } = cursor.peek();
  const kind: "set" | "map" = cursor.is("map") ? "map" : "set";
  if (cursor.is("set", "map")) cursor.next();
  const node = {
    kind,
    name: name ?? cursor.name(`the name of a ${kind}`),
    type: null as SetType | null,
    flags: [] as string[],
    comment: null as string | null,
    options: [] as string[][],
    elements: null as SetNode["elements"],
    elementsFrom: null as SetNode["elementsFrom"],
    at,
  };
  cursor.expect("{");
  for (cursor.separators(); !cursor.take("}"); cursor.separators()) {
    // nft lets nothing stand between the elements and the closing brace, and asks for a separator everywhere else.
    if (cursor.is("include")) {
      const include = parseInclude(cursor);
      if (include !== null) node.options.push(["include", `"${include.path}"`]);
      continue;
    }
    const isElements = cursor.is("elements");
    if (cursor.is("type", "typeof")) node.type = parseType(cursor);
    else if (cursor.take("flags")) node.flags.push(...cursor.rest().filter((word) => word !== ","));
    else if (cursor.take("comment")) node.comment = cursor.quoted('"…"');
    else if (cursor.take("elements")) {
      cursor.expect("=");
      const value = cursor.is("{") ? parseSet(cursor) : parseRight(cursor);
      if (value.kind === "set") node.elements = [...(node.elements ?? []), ...value.elements];
      else node.elementsFrom = value;
    } else if (cursor.peek().kind === "word") node.options.push(cursor.rest());
    else cursor.fail('"type", "flags", "elements" or "}"');
    if (!isElements) cursor.separator();
  }
  return node;
}

function parseType(cursor: Cursor): SetType {
  const by = cursor.next().text === "type" ? "type" : "typeof";
  const key = cursor.rest(() => cursor.is(":"));
  if (key.length === 0) cursor.fail("a type");
  return { by, key, data: cursor.take(":") ? cursor.rest() : null };
}

export function parseDefine(cursor: Cursor): DefineNode {
  const { text, at } = cursor.next();
  const verb = text === "redefine" || text === "undefine" ? text : "define";
  const name = cursor.name("the name of a variable");
  if (verb === "undefine") return { kind: "define", verb, name, value: null, at };
  cursor.expect("=");
  const value = parseRight(cursor);
  return { kind: "define", verb, name, value, at };
}

/** Null where the files it names are read on in its place. */
export function parseInclude(cursor: Cursor): IncludeNode | null {
  const { at } = cursor.expect("include");
  const path = cursor.quoted('"a path"');
  return cursor.follow(path, at) ? null : { kind: "include", path, at };
}
