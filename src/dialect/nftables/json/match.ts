/** Matches of libnftables JSON, in the words that nft lists the same match in. */
import type { Operator, Statement, Value } from "../tree.ts";
import { printValue } from "../write.ts";
import type { Place } from "./node.ts";

const OPERATORS: ReadonlySet<string> = new Set(["==", "!=", "<", ">", "<=", ">=", "in", "!"]);

/** Selectors whose values nft lists in quotes. */
const QUOTED = /^([io]if(name)?|meta ([io]brname|time|hour|day)|ct helper)$/;

/** Selectors whose values are sets of bits, so that `a` and `== a` are different questions. */
const BITS: ReadonlySet<string> = new Set(["ct state", "ct status", "ct label", "tcp flags"]);

const MARKS: ReadonlySet<string> = new Set(["meta mark", "ct mark"]);

export function matchOf(operator: string, left: Value, right: Value, place: Place): Statement {
  const { at } = place;
  if (!OPERATORS.has(operator)) place.fail("expected an operator");
  const masked = maskedFlags(operator, left, right);
  if (masked !== null) return masked;
  const bits = BITS.has(printValue(left)) && right.kind !== "set";
  const plain = operator === "in" || (operator === "==" && left.kind !== "binary" && !bits);
  const said: Operator = plain ? "implicit" : (operator as Operator);
  return { kind: "match", left, operator: said, right: asListed(left, right), at };
}

/** `tcp flags & (syn | ack) == syn` is listed `tcp flags syn / syn,ack`. */
function maskedFlags(operator: string, left: Value, right: Value): Statement | null {
  if (left.kind !== "binary" || left.operator !== "&" || printValue(left.left) !== "tcp flags") return null;
  const [wanted, examined] = [wordsOf(right), wordsOf(left.right)];
  const [last] = wanted.slice(-1);
  const [first] = examined;
  if (examined.length < 2 || last?.kind !== "word" || first?.kind !== "word" || !["==", "!="].includes(operator))
    return null;
  const { at } = left;
  const slash: Value = { kind: "prefix", base: last, length: first.text, at };
  const items = [...wanted.slice(0, -1), slash, ...examined.slice(1)];
  const listed: Value = items.length === 1 ? slash : { kind: "list", items, at };
  return { kind: "match", left: left.left, operator: operator === "!=" ? "!=" : "implicit", right: listed, at };
}

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

function dayNumber(day: Value): Value {
  const number = day.kind === "word" ? DAYS.indexOf(day.text.toLowerCase()) : -1;
  return number < 0 ? day : { kind: "word", text: String(number), at: day.at };
}

function wordsOf(value: Value): readonly Value[] {
  return value.kind === "list" ? value.items : [value];
}

/** With the quotes, and the bases of numbers, that nft lists a selector's values with. */
function asListed(left: Value, right: Value): Value {
  if (right.kind === "set") {
    return { ...right, elements: right.elements.map((each) => ({ ...each, key: asListed(left, each.key) })) };
  }
  if (left.kind === "concat" && right.kind === "concat") {
    const parts = right.parts.map((part, i) => {
      const selector = left.parts[i];
      return selector === undefined ? part : asListed(selector, part);
    });
    return { ...right, parts };
  }
  const selector = printValue(left);
  if (right.kind === "range") {
    // A span of days is listed by numbers, a single one by its name.
    if (selector === "meta day") return { ...right, from: dayNumber(right.from), to: dayNumber(right.to) };
    return { ...right, from: asListed(left, right.from), to: asListed(left, right.to) };
  }
  if (right.kind !== "word") return right;
  if (QUOTED.test(selector)) return { kind: "quoted", text: right.text, at: right.at };
  if (MARKS.has(selector) && /^\d{1,10}$/.test(right.text)) {
    return { ...right, text: `0x${Number(right.text).toString(16).padStart(8, "0")}` };
  }
  return right;
}
