/** libnftables JSON, as `nft -j list ruleset` writes it and `nft -j -f` takes it, parsed into the tree of native text. */
import { InputError } from "../../../model/error.ts";
import { PolicySyntaxError } from "../../contract.ts";
import type { Position } from "../../packet/program.ts";
import { shown } from "../token.ts";
import type { ChainNode, Command, Ruleset, SetNode, Verb } from "../tree.ts";
import { faultIn } from "./fault.ts";
import { isList, isObject, type Json, type JsonObject, Place } from "./node.ts";
import { objectsAt } from "./position.ts";
import { limit, quota, statementsOf } from "./statement.ts";
import { elementsOf } from "./value.ts";

const VERBS: ReadonlySet<string> = new Set([
  "add",
  "create",
  "insert",
  "delete",
  "destroy",
  "flush",
  "replace",
  "rename",
]);

/** Objects no verdict hangs on, and what a listing says of itself. */
const HARMLESS: ReadonlySet<string> = new Set([
  "counter",
  "counters",
  "quota",
  "quotas",
  "limit",
  "limits",
  "flowtable",
  "ct helper",
  "ct timeout",
  "ct expectation",
  "secmark",
  "synproxy",
  "list",
  "reset",
]);

export function sniffNftablesJson(text: string): boolean {
  return /^\s*\{\s*"nftables"\s*:/.test(text.slice(0, 4096));
}

export function parseNftablesJson(file: string, text: string): Ruleset {
  let parsed: Json;
  try {
    parsed = JSON.parse(text) as Json;
  } catch {
    const { offset, expected } = faultIn(text);
    const before = text.slice(0, offset);
    const line = before.split("\n").length;
    const token = /^(?:"[^"]*"|[\w.+-]+|.)/su.exec(text.slice(offset, offset + 200))?.[0];
    const found = token === undefined ? "end of file" : shown(token);
    const column = offset - before.lastIndexOf("\n");
    throw new PolicySyntaxError(file, line, column, `unexpected ${found}, expected ${expected}`);
  }
  const list = isObject(parsed) ? parsed["nftables"] : undefined;
  if (!isList(list)) throw new InputError(`${file}: expected "nftables" to be a list of commands`);
  const positions = objectsAt(file, text);
  const commands = list.flatMap((json, i) => commandOf(json, new Place(positions[i] ?? { file, line: 1, column: 1 })));
  return { file, commands: withDynamicSets(chainsFirst(commands)) };
}

/** Elements of verdict maps jump to chains, and native text is read in its order. */
function chainsFirst(commands: readonly Command[]): Command[] {
  const isMap = (command: Command): boolean =>
    command.kind === "whole" && command.object === "map" && command.node !== null;
  const isChain = (command: Command): boolean =>
    command.kind === "whole" && command.object === "chain" && command.node !== null;
  const [first, last] = [commands.findIndex(isMap), commands.findLastIndex(isChain)];
  if (first < 0 || last < first) return [...commands];
  const between = commands.slice(first, last + 1);
  const ordered = [...between.filter((command) => !isMap(command)), ...between.filter(isMap)];
  // Where a rule stands between them, something else than a listing is being read, and its own order counts.
  return between.every(({ kind }) => kind === "whole" || kind === "table")
    ? commands.toSpliced(first, between.length, ...ordered)
    : [...commands];
}

function commandOf(json: Json, place: Place): Command[] {
  const [key, inner] = place.only(json, "a command");
  if (!VERBS.has(key)) return objectOf("add", key, inner, place);
  const [object, described] = place.only(inner, `what to ${key}`);
  if (key !== "replace" && key !== "rename") return objectOf(key as Verb, object, described, place);
  return [{ kind: "other", words: [key, object], harmless: false, at: place.at }];
}

function objectOf(verb: Verb, object: string, json: Json, place: Place): Command[] {
  const { at } = place;
  // What a listing says of itself is no command of native text.
  if (object === "metainfo") return [];
  const fields: JsonObject = isObject(json) ? json : {};
  if (HARMLESS.has(object)) {
    const limits = (object === "limit" || object === "quota") && isObject(json) && fields["name"] !== undefined;
    const words = limits ? [object, ...limiting(object, fields, place)] : [object];
    return [{ kind: "other", words: [verb, ...words], harmless: true, at }];
  }
  if (object === "ruleset") {
    const family = fields["family"] === undefined ? null : place.name(fields["family"], "a family");
    return [{ kind: "flush-ruleset", family, at }];
  }
  const family = place.name(fields["family"], `the family of a ${object}`);
  const table = place.name(fields[object === "table" ? "name" : "table"], `the table of a ${object}`);
  const adding = verb === "add" || verb === "create";
  switch (object) {
    case "table":
      if (adding) return tableOf(family, table, fields, at);
      return [{ kind: "whole", verb, object, family, table, name: null, node: null, at }];
    case "chain":
    case "set":
    case "map": {
      const name = fields["name"] === undefined ? "handle" : place.name(fields["name"], `the name of a ${object}`);
      const node = !adding
        ? null
        : object === "chain"
          ? chainOf(name, fields, place)
          : setOf(object, name, fields, place);
      return [{ kind: "whole", verb, object, family, table, name, node, at }];
    }
    case "rule":
      return [ruleOf(verb, family, table, fields, place)];
    case "element": {
      const elements = elementsOf(fields["elem"] ?? [], place);
      const name = place.name(fields["name"], "the name of a set");
      return [{ kind: "element", verb, family, table, name, elements: { kind: "set", elements, at }, at }];
    }
    default:
      return place.fail(`unexpected ${shown(object)}, expected "table", "chain", "set", "rule" or "element"`);
  }
}

const TABLE_FLAGS: ReadonlySet<Json> = new Set(["dormant", "owner", "persist"]);

function tableOf(family: string, name: string, { flags }: JsonObject, at: Position): Command[] {
  const said = flags === undefined ? [] : isList(flags) ? flags : [flags];
  const known = said.filter((flag) => TABLE_FLAGS.has(flag)).map(String);
  const options = known.length > 0 ? [["flags", ...known]] : [];
  const table: Command = { kind: "table", family, name, options, items: [], at };
  if (known.length === said.length) return [table];
  // nft 1.0.6 writes other memory here, so that a dormant table cannot be told.
  return [table, { kind: "other", words: ["the", "flags", "of", "table", family, name], harmless: false, at }];
}

function ruleOf(verb: Verb, family: string, table: string, fields: JsonObject, place: Place): Command {
  const { at } = place;
  const chain = place.name(fields["chain"], "the chain of a rule");
  const base = { kind: "rule", verb, family, table, chain, at } as const;
  if (verb !== "add" && verb !== "create" && verb !== "insert") return { ...base, where: [], rule: null };
  const index = fields["index"];
  const statements = place
    .list(fields["expr"], "the statements of a rule")
    .flatMap((each) => statementsOf(each, family, place));
  const comment = fields["comment"] === undefined ? null : place.text(fields["comment"], "a comment");
  const all = comment === null ? statements : [...statements, { kind: "comment", text: comment, at } as const];
  return { ...base, where: typeof index === "number" ? ["index", String(index)] : [], rule: { statements: all, at } };
}

function chainOf(name: string, fields: JsonObject, place: Place): ChainNode {
  const { hook, prio, policy, dev } = fields;
  const devices = dev === undefined ? [] : isList(dev) ? dev : [dev];
  const base = {
    type: hook === undefined ? "" : place.name(fields["type"], "the type of a chain"),
    hook: hook === undefined ? "" : place.name(hook, "a hook"),
    devices: devices.map((each) => `"${place.name(each, "a device")}"`),
    priority: String(typeof prio === "number" || typeof prio === "string" ? prio : 0)
      .split(/(-)/)
      .filter(Boolean),
  };
  const said = policy === undefined ? null : place.text(policy, "a policy");
  return {
    kind: "chain",
    name,
    base: hook === undefined ? null : base,
    policy: said,
    comment: null,
    options: [],
    defines: [],
    rules: [],
    at: place.at,
  };
}

function setOf(kind: "set" | "map", name: string, fields: JsonObject, place: Place): SetNode {
  const key = wordsOf(fields["type"], place);
  const data = kind === "map" ? wordsOf(fields["map"], place) : null;
  const flags = fields["flags"] === undefined ? [] : isList(fields["flags"]) ? fields["flags"] : [fields["flags"]];
  return {
    kind,
    name,
    type: { by: "type", key, data },
    flags: flags.map((flag) => place.text(flag, "a flag")),
    comment: null,
    options: optionsOf(fields),
    elements: fields["elem"] === undefined ? null : elementsOf(fields["elem"], place),
    elementsFrom: null,
    at: place.at,
  };
}

/** What a set is made with besides its type; times are in seconds. */
function optionsOf({ timeout, size, policy, ...more }: JsonObject): string[][] {
  const interval = more["gc-interval"];
  return [
    ...(typeof timeout === "number" ? [["timeout", `${timeout}s`]] : []),
    ...(typeof interval === "number" ? [["gc-interval", `${interval}s`]] : []),
    ...(typeof size === "number" ? [["size", String(size)]] : []),
    // The other one goes without saying.
    ...(policy === "memory" ? [["policy", policy]] : []),
    ...(more["auto-merge"] === true ? [["auto-merge"]] : []),
  ];
}

/** `limit inet t lim { rate 5/minute }`: what a limit or a quota is called, and what it says. */
function limiting(object: "limit" | "quota", fields: JsonObject, place: Place): string[] {
  const [family, table, name] = ["family", "table", "name"].map((key) => place.name(fields[key], `its ${key}`));
  // Of a quota by itself the bytes are called so.
  const [, ...said] =
    object === "limit"
      ? limit(fields, fields, place)
      : quota(fields, { ...fields, val: fields["bytes"] ?? "?" }, place);
  return [family ?? "", table ?? "", name ?? "", "{", ...said, "}"];
}

/** Types, concatenated; one told by an expression (`typeof`) is kept by that it is one. */
function wordsOf(json: Json | undefined, place: Place): string[] {
  const parts = isList(json) ? json : [json ?? ""];
  return parts.flatMap((part, i) => [
    ...(i > 0 ? ["."] : []),
    typeof part === "string" ? place.text(part, "a type") : "typeof",
  ]);
}

/** nft 1.0.6 does not list that a set is dynamic; rules that add to it show it. */
function withDynamicSets(commands: readonly Command[]): Command[] {
  const filled = new Set(
    commands.flatMap((command) =>
      command.kind === "rule"
        ? (command.rule?.statements ?? []).flatMap((statement) =>
            (statement.kind === "note" || statement.kind === "limit") &&
            ["add", "update"].includes(statement.words[0] ?? "")
              ? [`${command.family} ${command.table} ${statement.words[1]}`]
              : [],
          )
        : [],
    ),
  );
  return commands.map((command) => {
    if (command.kind !== "whole" || command.node === null || command.node.kind === "chain") return command;
    const { node, family, table } = command;
    if (!filled.has(`${family} ${table} @${node.name}`)) return command;
    return { ...command, node: { ...node, flags: [...node.flags, "dynamic"] } };
  });
}
