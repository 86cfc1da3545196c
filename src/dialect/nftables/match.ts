/** One match of a rule as conditions on a packet; what it implies (`tcp dport` implies TCP) comes first. */
import { compareText } from "../../model/compare.ts";
import { parseInstant, SECOND } from "../../model/instant.ts";
import type { Zone } from "../contract.ts";
import { type Box, BoxSet, point, type Range } from "../packet/box.ts";
import type { Condition, ElementNote, Field } from "../packet/program.ts";
import { dayOf, hourOf } from "./clock.ts";
import { type DataType, greatest, rangeIn, refuse, selectorOf, type Selector } from "./datatype.ts";
import { flagsOf } from "./flags.ts";
import { asInterfaceOf, perInterface } from "./interfaces.ts";
import { maskedOf } from "./masked.ts";
import { areAscending, type Interval, refuseOverlaps } from "./overlap.ts";
import { checkKey } from "./set-types.ts";
import { isOpen, isTimed, mayGrow, mustBeApart, type SetState } from "./state.ts";
import { shown } from "./token.ts";
import type { Element, Operator, Statement, Value } from "./tree.ts";
import { printStatement, printValue } from "./write.ts";
import { instantsOf } from "./zone.ts";

export type Match = Statement & { readonly kind: "match" };
type Membership = Condition & { readonly kind: "in" };

/** Looks a set up, or refuses the file: nft would. */
export type Sets = (name: string, value: Value) => SetState;

/** What a match is read with besides its own words. */
export interface Reading {
  readonly sets: Sets;
  /** Null where nobody said in which zone quoted dates are. */
  readonly zone: Zone | null;
}

const END_OF_TIME = 1n << 62n;

/**
 * A match holds where the conditions of one of the alternatives do. There is one, and where elements of a set expire or may be
 * added one for each: for the elements that stay, for the others, as long as they have not, and for those to come.
 */
export function conditionsOf(match: Match, { sets, zone }: Reading): Condition[][] {
  const { left, operator, right } = match;
  const apart = perInterface(match, sets, (part) => plainConditionsOf(part, sets, zone));
  if (apart !== null) return apart;
  const set = right.kind === "reference" && selectorsOf(left) !== null ? sets(right.name, right) : null;
  const written = writtenConditionsOf(match, set, { sets, zone });
  if (set === null || !mayGrow(set)) return written;
  if (operator === "!=") {
    const [missing = [], ...expired] = written;
    return [[...missing, untilAdded(set, true)], ...expired];
  }
  return [...written, [...plainConditionsOf({ ...match, operator: "!=" }, sets, zone), untilAdded(set, false)]];
}

function writtenConditionsOf(match: Match, set: SetState | null, { sets, zone }: Reading): Condition[][] {
  const timed = set === null ? [] : timedOf(set);
  if (set === null || timed.length === 0) return [plainConditionsOf(match, sets, zone)];
  const gone = new Set(timed);
  const closed = { ...set, flags: new Set<string>(), timeout: false, leftovers: false };
  const lasting: Sets = () => ({
    ...closed,
    elements: set.elements.filter((element) => !gone.has(element)),
    leftovers: isOpen(set),
  });
  const expiring: Sets = () => ({ ...closed, elements: timed });
  const found = { ...match, operator: "implicit" } as const;
  return [
    plainConditionsOf(match, match.operator === "!=" ? sets : lasting, zone),
    [...plainConditionsOf(found, expiring, zone), untilExpiry(set, timed, match.operator !== "!=")],
  ];
}

/** Most sets have none, and some have millions of elements. */
function timedOf(set: SetState): Element[] {
  const { elements } = set;
  return elements.some((element) => isTimed(set, element)) ? elements.filter((each) => isTimed(set, each)) : [];
}

/** For elements with a timeout, which counts from a load that nobody recorded: as loaded, they are there. */
export function untilExpiry({ name }: SetState, elements: readonly Element[], there: boolean): Condition {
  const lives = [...new Set(elements.flatMap(({ timeout }) => timeout ?? []))].sort(compareText);
  const some = `${lives.slice(0, 3).join(" or ")}${lives.length > 3 ? " or another" : ""}`;
  return { kind: "counted", holds: there, text: `the timeout ${some} of an element of @${name}`.replace("  ", " ") };
}

/** Whether what was not loaded is missing still. */
export function untilAdded({ name }: SetState, missing: boolean): Condition {
  return { kind: "counted", holds: missing, text: `what @${name} was loaded with` };
}

function selectorsOf(left: Value): Selector[] | null {
  const selectors = (left.kind === "concat" ? left.parts : [left]).map(selectorOf);
  return selectors.every((selector) => selector !== null) ? selectors : null;
}

function plainConditionsOf(match: Match, sets: Sets, zone: Zone | null): Condition[] {
  const { left, operator, right } = match;
  const text = printStatement(match);
  const head = left.kind === "selector" ? left.words.join(" ") : "";
  const asInterface = asInterfaceOf(match, sets);
  if (asInterface !== null) return [asInterface];
  if (head === "meta time") return [timeOf(operator, right, zone, text)];
  if (head === "meta hour") return [hourOf(operator, right, zone, text) ?? { kind: "opaque", text }];
  if (head === "meta day") return [dayOf(operator, right, text) ?? { kind: "opaque", text }];
  if (head === "fib daddr type") return [typeOf(operator, right, text)];
  const flags = flagsOf(match);
  if (flags !== null) return [flags];
  const masked = maskedOf(match);
  if (masked !== null) return [...implied(masked.selector), masked.condition];
  const selectors = selectorsOf(left);
  if (selectors === null) return [{ kind: "opaque", text }];
  const condition = membershipOf(selectors, operator, right, sets, text);
  return [...selectors.flatMap(implied), condition ?? { kind: "opaque", text }];
}

/** Selectors are few: what they read and what they imply is one for all rules that have them. */
const IMPLIED = new WeakMap<Selector, readonly Condition[]>();
const FIELDS = new WeakMap<Selector, readonly Field[]>();

function fieldsOf(selectors: readonly Selector[]): readonly Field[] {
  const only = selectors.length === 1 ? selectors[0] : undefined;
  const fields = (only && FIELDS.get(only)) ?? selectors.map(({ field }) => field);
  if (only !== undefined) FIELDS.set(only, fields);
  return fields;
}

/** What must hold before the selector reads anything: the family of the address, the protocol of the port. */
export function implied(selector: Selector): readonly Condition[] {
  const known = IMPLIED.get(selector);
  if (known !== undefined) return known;
  const conditions: Condition[] = [];
  if (selector.family !== null) conditions.push(exactly("family", BigInt(selector.family)));
  if (selector.protocol !== null) conditions.push(exactly("protocol", selector.protocol));
  IMPLIED.set(selector, conditions);
  return conditions;
}

export function exactly(field: "family" | "protocol", value: bigint): Condition {
  const set = new BoxSet([[point(value)]]);
  return { kind: "in", fields: [field], set, negated: false, elements: null, open: false, text: `${field} ${value}` };
}

function membershipOf(
  selectors: readonly Selector[],
  operator: Operator,
  right: Value,
  sets: Sets,
  text: string,
): Membership | null {
  const types = selectors.map(({ type }) => type);
  const fields = fieldsOf(selectors);
  const [only] = types;
  if (operator === "implicit" || operator === "==" || operator === "!=") {
    const negated = operator === "!=";
    const known = right.kind === "reference" ? sets(right.name, right) : null;
    const elements = known?.elements ?? (right.kind === "set" ? right.elements : null);
    if (elements !== null) {
      if (known !== null) checkKey(known, selectors, right);
      const members = membersOf(types, elements, known);
      return { kind: "in", fields, ...members, negated, text };
    }
    const box = boxOf(types, right);
    return box && { kind: "in", fields, set: new BoxSet([box]), negated, elements: null, open: false, text };
  }
  if (right.kind === "range" || right.kind === "prefix")
    refuse(right, `unexpected ${shown(printValue(right))}, expected one value after ${operator}`);
  const range = only === undefined || types.length > 1 ? null : ordered(only, operator, rangeIn(only, right));
  if (range === null) return null;
  return { kind: "in", fields, set: new BoxSet([[range]]), negated: false, elements: null, open: false, text };
}

/**
 * The boxes of a set's elements, as far as they can be told. Missing from it proves nothing where something fills it at run
 * time, or where one of its elements cannot be told.
 */
function membersOf(
  types: readonly DataType[],
  elements: readonly Element[],
  known: SetState | null,
): Pick<Membership, "set" | "elements" | "open"> {
  const boxes: Box[] = [];
  const notes: ElementNote[] = [];
  for (const element of elements) {
    const box = boxOf(types, element.key);
    if (box === null) continue;
    boxes.push(box);
    notes.push({ at: element.key.at, key: printValue(element.key), comment: element.comment });
  }
  if (known !== null && types.length === 1 && mustBeApart(known) && !areAscending(boxes))
    refuseOverlaps(intervalsOf(boxes, notes));
  const open = (known !== null && isOpen(known)) || boxes.length < elements.length;
  return { set: new BoxSet(boxes), elements: notes, open };
}

/** The catch-all element is beside all others. */
function intervalsOf(boxes: readonly Box[], notes: readonly ElementNote[]): Interval[] {
  return notes.flatMap(({ at, key }, i) =>
    boxes[i]?.[0] && key !== "*" ? [{ range: boxes[i][0], at, key, gives: "" }] : [],
  );
}

function boxOf(types: readonly DataType[], key: Value): Box | null {
  if (key.kind === "any") return types.map((type) => ({ first: 0n, last: greatest(type) }));
  const [only] = types;
  if (only !== undefined && types.length === 1 && key.kind !== "concat") {
    const range = rangeIn(only, key);
    return range && [range];
  }
  const parts = key.kind === "concat" ? key.parts : [key];
  if (parts.length !== types.length) {
    if (["concat", "word", "prefix", "range"].includes(key.kind)) refuse(key, partsExpected(key, types.length));
    return null;
  }
  const box: Range[] = [];
  for (const [i, type] of types.entries()) {
    const range = parts[i] === undefined ? null : rangeIn(type, parts[i]);
    if (range === null) return null;
    box.push(range);
  }
  return box;
}

function partsExpected(key: Value, count: number): string {
  const values = count === 1 ? "one value" : `${count} values with " . " between them`;
  return `unexpected ${shown(printValue(key))}, expected ${values}`;
}

function ordered(type: DataType, operator: Operator, bound: Range | null): Range | null {
  if (bound === null || bound.first !== bound.last) return null;
  if (operator === "<") return { first: 0n, last: bound.first - 1n };
  if (operator === "<=") return { first: 0n, last: bound.first };
  if (operator === ">") return { first: bound.first + 1n, last: greatest(type) };
  return operator === ">=" ? { first: bound.first, last: greatest(type) } : null;
}

/** Seconds since 1970 as an integer are exact; a date in quotes means another instant in every zone. */
function timeOf(operator: Operator, right: Value, zone: Zone | null, text: string): Condition {
  const bounds = right.kind === "range" ? [right.from, right.to] : [right];
  const instants = bounds.map((bound) => secondsOf(bound, zone));
  const [first, last = first] = instants;
  if (first === undefined || last === undefined || first === null || last === null) return { kind: "opaque", text };
  const slack = first.slack > last.slack ? first.slack : last.slack;
  const said = slack > 0n && zone === null ? `${text}, in a time zone that --zone can name` : text;
  const time = (from: bigint, to: bigint): Condition & { kind: "time" } => ({
    kind: "time",
    from,
    to,
    slack,
    text: said,
  });
  if (operator === "<") return time(0n, first.seconds - 1n);
  if (operator === "<=") return time(0n, first.seconds);
  if (operator === ">" || operator === ">=") return time(first.seconds, END_OF_TIME);
  if (operator === "!=") return { ...time(first.seconds, last.seconds), kind: "outside" };
  return operator === "implicit" || operator === "==" ? time(first.seconds, last.seconds) : { kind: "opaque", text };
}

function secondsOf(value: Value, zone: Zone | null): { seconds: bigint; slack: bigint } | null {
  if (value.kind === "word" && /^\d{1,18}$/.test(value.text)) return { seconds: BigInt(value.text), slack: 0n };
  if (value.kind !== "quoted") return null;
  const [date = "", clock = "00:00:00"] = value.text.split(" ");
  const at = parseInstant(`${date}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
  if (at === null) return null;
  const { first, last } = instantsOf(at / SECOND, zone);
  const slack = Math.ceil((last - first) / 2);
  return { seconds: BigInt(first + slack), slack: BigInt(slack) };
}

const of = (family: 4 | 6, range: Range): Box => [point(BigInt(family)), range];

/** What is of a type whatever the host's routes are. */
const TYPED: Readonly<Record<string, readonly Box[]>> = {
  local: [of(4, { first: 127n << 24n, last: (128n << 24n) - 1n }), of(6, point(1n))],
  broadcast: [of(4, point((1n << 32n) - 1n))],
  multicast: [of(4, { first: 224n << 24n, last: (240n << 24n) - 1n })],
  anycast: [],
};

/** Loopback is local; whether another address is one of the host's own, or its link's broadcast, no file tells. */
function typeOf(operator: Operator, right: Value, text: string): Condition {
  const names = right.kind === "set" ? right.elements.map(({ key }) => key) : [right];
  const boxes = names.map((name) =>
    name.kind === "word" && Object.hasOwn(TYPED, name.text) ? TYPED[name.text] : null,
  );
  if (!boxes.every((each) => each !== null && each !== undefined) || !["implicit", "==", "!="].includes(operator)) {
    return { kind: "opaque", text };
  }
  const [set, negated] = [new BoxSet(boxes.flat()), operator === "!="];
  return { kind: "in", fields: ["family", "daddr"], set, negated, elements: null, open: true, text };
}
