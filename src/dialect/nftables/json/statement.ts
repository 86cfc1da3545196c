/** Statements of libnftables JSON as those of native text; one without a counterpart is kept, opaque. */
import { Cursor } from "../cursor.ts";
import { parseRule } from "../rule.ts";
import type { Statement, Value } from "../tree.ts";
import { isList, isObject, type Json, type JsonObject, type Place } from "./node.ts";
import { matchOf } from "./match.ts";
import { valueOf } from "./value.ts";
import { verdictOf } from "./verdict.ts";
import { printValue } from "../write.ts";

/** `family` is the table's: it says which answer of `reject` goes without saying. */
export function statementsOf(json: Json, family: string, place: Place): readonly Statement[] {
  // A statement that libnftables has no JSON for is in it as native text.
  if (typeof json === "string") return parseRule(new Cursor(place.at.file, json)).statements;
  const verdict = verdictOf(json, place);
  if (verdict !== null) return [verdict];
  const [key, inner] = place.only(json, "a statement");
  return [statement(key, inner, family, place.deeper())];
}

function statement(key: string, inner: Json, family: string, place: Place): Statement {
  const { at } = place;
  const fields: JsonObject = isObject(inner) ? inner : {};
  switch (key) {
    case "match": {
      const operator = place.text(fields["op"] ?? "==", "an operator");
      return matchOf(operator, valueOf(fields["left"], place), valueOf(fields["right"], place), place);
    }
    case "vmap":
      return { kind: "vmap", key: valueOf(fields["key"], place), map: valueOf(fields["data"], place), at };
    case "counter":
      return {
        kind: "note",
        words: typeof inner === "string" ? ["counter", "name", quoted(inner, place)] : counter(fields),
        at,
      };
    case "log":
      return { kind: "note", words: log(fields, place), at };
    case "ct helper":
    case "ct timeout":
    case "ct expectation":
    case "secmark":
      return { kind: "note", words: [...key.split(" "), "set", quoted(inner, place)], at };
    case "limit":
      return { kind: "limit", words: limit(inner, fields, place), at };
    case "quota":
      return { kind: "limit", words: quota(inner, fields, place), at };
    case "meter":
      return { kind: "limit", words: meter(fields, place), at };
    case "ct count":
      return { kind: "limit", words: ["ct", "count", ...over(fields), text(fields["val"])], at };
    case "reject":
      return { kind: "reject", words: reject(fields, family, place), at };
    case "mangle": {
      const value = fields["value"];
      const map = isObject(value) && isObject(value["map"]) ? value["map"] : null;
      const given = valueOf(map === null ? value : map["key"], place);
      const through = map === null ? null : valueOf(map["data"], place);
      return { kind: "mangle", left: valueOf(fields["key"], place), value: given, map: through, at };
    }
    case "set":
    case "map":
      return dynamic(fields, place);
    case "masquerade":
    case "redirect":
    case "snat":
    case "dnat":
      return { kind: "opaque", words: translation(key, fields, place), at };
    default:
      return { kind: "opaque", words: [key, ...(inner === null ? [] : [shortened(inner)])], at };
  }
}

/** `dnat ip to 192.0.2.1:80 persistent`, as native text says it. */
function translation(key: string, { family, addr, port, flags }: JsonObject, place: Place): string[] {
  const address = addr === undefined ? "" : printValue(valueOf(addr, place));
  const host = address.includes(":") && port !== undefined ? `[${address}]` : address;
  const to = `${host}${port === undefined ? "" : `:${printValue(valueOf(port, place))}`}`;
  const said = flags === undefined ? [] : isList(flags) ? flags : [flags];
  return [
    key,
    ...(family === undefined ? [] : [place.name(family, "a family")]),
    ...(to === "" ? [] : ["to", to]),
    ...(said.length === 0 ? [] : [said.map((flag) => place.name(flag, "a flag")).join(",")]),
  ];
}

/** An added element with a limit of its own holds the rule up; without one it changes no verdict. */
function dynamic(fields: JsonObject, place: Place): Statement {
  const { stmt } = fields;
  const held = (isList(stmt) ? stmt : []).flatMap((json) =>
    statementsOf(json, "inet", place).filter((each) => each.kind === "limit" || each.kind === "note"),
  );
  const words = [
    place.text(fields["op"], "add, update or delete"),
    place.text(fields["set"] ?? fields["map"], "a set"),
    "{",
    printValue(keyOf(fields["elem"], place)),
    ...held.flatMap((each) => each.words),
    "}",
  ];
  return { kind: held.some(({ kind }) => kind === "limit") ? "limit" : "note", words, at: place.at };
}

function meter({ name, size, key, stmt }: JsonObject, place: Place): string[] {
  const held = statementsOf(stmt ?? null, "inet", place).flatMap((each) => (each.kind === "limit" ? each.words : []));
  const sized = size === undefined ? [] : ["size", text(size)];
  return ["meter", quoted(name ?? "", place), ...sized, "{", printValue(keyOf(key, place)), ...held, "}"];
}

function keyOf(json: Json | undefined, place: Place): Value {
  return valueOf(isObject(json) && isObject(json["elem"]) ? json["elem"]["val"] : json, place);
}

/** What was counted so far is part of the statement, and of what is loaded again. */
function counter({ packets, bytes }: JsonObject): string[] {
  const none = packets === undefined || packets === 0;
  return none ? ["counter"] : ["counter", "packets", text(packets), "bytes", text(bytes)];
}

function log(fields: JsonObject, place: Place): string[] {
  const said = ["level", "group", "snaplen", "queue-threshold"].flatMap((key) =>
    fields[key] === undefined ? [] : [key, text(fields[key])],
  );
  const { prefix, flags } = fields;
  const listed = flags === undefined ? [] : isList(flags) ? flags : [flags];
  return [
    "log",
    ...(prefix === undefined ? [] : ["prefix", quoted(prefix, place)]),
    ...said,
    ...listed.flatMap((flag) => ["flags", ...place.text(flag, "a flag").split(" ")]),
  ];
}

/** As nft lists it: the usual burst goes without saying. */
export function limit(inner: Json, fields: JsonObject, place: Place): string[] {
  if (typeof inner === "string") return ["limit", "name", quoted(inner, place)];
  const unit =
    typeof fields["rate_unit"] === "string" && fields["rate_unit"] !== "packets" ? fields["rate_unit"] : null;
  const rate = [text(fields["rate"]), ...(unit === null ? [] : [place.name(unit, "a unit")])];
  const burst = fields["burst"];
  const burstUnit = unit === null ? "packets" : text(fields["burst_unit"] ?? "bytes");
  const usual = burst === undefined || burst === (unit === null ? 5 : 0);
  const per = place.name(fields["per"] ?? "second", "a time");
  return ["limit", "rate", ...over(fields), ...rate, "/", per, ...(usual ? [] : ["burst", text(burst), burstUnit])];
}

export function quota(inner: Json, fields: JsonObject, place: Place): string[] {
  if (typeof inner === "string") return ["quota", "name", quoted(inner, place)];
  const { used } = fields;
  const spent =
    used === undefined || used === 0 ? [] : ["used", text(used), place.text(fields["used_unit"] ?? "bytes", "a unit")];
  const unit = place.text(fields["val_unit"] ?? "bytes", "a unit");
  return ["quota", ...over(fields), text(fields["val"]), unit, ...spent];
}

function over(fields: JsonObject): string[] {
  return fields["inv"] === true ? ["over"] : [];
}

function reject(fields: JsonObject, family: string, place: Place): string[] {
  const type = fields["type"] === undefined ? null : place.text(fields["type"], "the type of a reject");
  if (type === null) return ["reject"];
  if (type === "tcp reset") return ["reject", "with", "tcp", "reset"];
  const code = place.text(fields["expr"] ?? "port-unreachable", "the code of a reject");
  const usual = family === "ip" ? "icmp" : family === "ip6" ? "icmpv6" : "icmpx";
  return type === usual && code === "port-unreachable" ? ["reject"] : ["reject", "with", type, code];
}

function text(value: Json | undefined): string {
  return typeof value === "number" || typeof value === "string" ? String(value) : "?";
}

function quoted(value: Json, place: Place): string {
  return `"${place.text(value, "a name")}"`;
}

/** What is kept of JSON that nothing here reads: enough to know it again. */
function shortened(inner: Json): string {
  return JSON.stringify(inner).slice(0, 200);
}
