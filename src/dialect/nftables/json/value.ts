/** Expressions of libnftables JSON as the values of native text, so that both are one tree. */
import { asListed } from "../selector.ts";
import type { Element, Value } from "../tree.ts";
import { isList, isObject, type Json, type JsonObject, type Place } from "./node.ts";
import { verdictOf } from "./verdict.ts";

const BITS: readonly string[] = ["&", "|", "^", "<<", ">>"];

export function valueOf(json: Json | undefined, place: Place): Value {
  const { at } = place;
  if (typeof json === "string") return scalar(place.text(json, "a value"), place);
  if (typeof json === "number" && Number.isSafeInteger(json)) return { kind: "word", text: String(json), at };
  // Options and routes are compared with whether they are there.
  if (typeof json === "boolean") return { kind: "word", text: json ? "exists" : "missing", at };
  if (isList(json)) return { kind: "list", items: json.map((item) => valueOf(item, place.deeper())), at };
  const [key, inner] = place.only(json, "an expression");
  return expression(key, inner, place.deeper());
}

function scalar(text: string, { at }: Place): Value {
  if (text === "*") return { kind: "any", at };
  if (/^@[A-Za-z_]/.test(text)) return { kind: "reference", name: text.slice(1), at };
  return /^[\w.:/\\*-]+$/.test(text) ? { kind: "word", text, at } : { kind: "quoted", text, at };
}

function expression(key: string, inner: Json, place: Place): Value {
  const { at } = place;
  const all = (what: string): Value[] => place.list(inner, what).map((item) => valueOf(item, place));
  if (BITS.includes(key)) {
    const [first, ...rest] = all("the sides of an operator");
    if (first === undefined || rest.length === 0) return place.fail(`expected two sides of ${key}`);
    return rest.reduce((left, right) => ({ kind: "binary", operator: key, left, right, at }), first);
  }
  switch (key) {
    case "prefix": {
      const { addr, len } = place.object(inner, "a prefix");
      if (typeof len !== "number" || !/^\d{1,3}$/.test(String(len)))
        return place.fail("expected the length of a prefix");
      return { kind: "prefix", base: valueOf(addr, place), length: String(len), at };
    }
    case "range": {
      const [from, to, ...more] = all("a range");
      if (from === undefined || to === undefined || more.length > 0) return place.fail("expected two ends of a range");
      return { kind: "range", from, to, at };
    }
    case "concat":
      return { kind: "concat", parts: all("a concatenation"), at };
    case "set":
      if (typeof inner === "string") return scalar(inner, place);
      return { kind: "set", elements: elementsOf(inner, place), at };
    default:
      return { kind: "selector", words: selectorWords(key, inner, place), at };
  }
}

/** One that native text has no word for here keeps its JSON: it is told by nothing, and says so by itself. */
function selectorWords(key: string, inner: Json, place: Place): readonly string[] {
  const fields: JsonObject = isObject(inner) ? inner : {};
  const word = (name: string): string => place.text(fields[name], `the ${name} of ${key}`);
  switch (key) {
    case "payload":
      if (fields["protocol"] !== undefined) return [word("protocol"), word("field")];
      return [`@${word("base")},${numberIn(fields["offset"])},${numberIn(fields["len"])}`];
    case "meta":
      return asListed(["meta", ...word("key").split(" ")]);
    case "ct":
      return ["ct", ...(fields["dir"] === undefined ? [] : [word("dir")]), ...word("key").split(" ")];
    case "fib": {
      const flags = isList(fields["flags"]) ? fields["flags"] : [fields["flags"]];
      return [
        "fib",
        ...flags
          .map((flag) => place.text(flag, "a fib flag"))
          .join(" . ")
          .split(" "),
        word("result"),
      ];
    }
    case "tcp option":
      return ["tcp", "option", word("name"), ...(fields["field"] === undefined ? [] : [word("field")])];
    case "exthdr":
      return [word("name"), ...(fields["field"] === undefined ? [] : [word("field")])];
    case "socket":
      return ["socket", word("key")];
    default:
      return [key, JSON.stringify(inner).slice(0, 200)];
  }
}

function numberIn(value: Json | undefined): string {
  return typeof value === "number" ? String(value) : "?";
}

export function elementsOf(json: Json | undefined, place: Place): Element[] {
  const items = isList(json) ? json : [json ?? null];
  return items.map((item) => elementOf(item, place));
}

/** `key`, `{"elem": {"val": key, …}}`, and in maps either of them with its data. */
function elementOf(json: Json, place: Place): Element {
  const [key, data] = isList(json) ? [json[0], json[1]] : [json, undefined];
  const wrapped = isObject(key) && isObject(key["elem"]) ? key["elem"] : null;
  const time = (value: Json | undefined): string | null => (typeof value === "number" ? `${value}s` : null);
  const comment = wrapped?.["comment"];
  return {
    key: valueOf(wrapped === null ? key : wrapped["val"], place),
    timeout: time(wrapped?.["timeout"]),
    expires: time(wrapped?.["expires"]),
    comment: comment === undefined ? null : place.text(comment, "a comment"),
    options: [],
    data: data === undefined ? null : (verdictOf(data, place) ?? valueOf(data, place)),
  };
}
