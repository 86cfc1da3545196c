/** Interfaces that rules name, alone, or in a concatenation with what else they ask of a packet. */
import type { Condition, Position } from "../packet/program.ts";
import type { Match, Sets } from "./match.ts";
import { isOpen, isTimed, mayGrow, type SetState } from "./state.ts";
import type { Element, Value } from "./tree.ts";
import { printStatement, printValue } from "./write.ts";

const DIRECTIONS: ReadonlyMap<string, "in" | "out"> = new Map([
  ["iif", "in"],
  ["iifname", "in"],
  ["oif", "out"],
  ["oifname", "out"],
]);

function directionOf(value: Value): "in" | "out" | null {
  return value.kind === "selector" ? (DIRECTIONS.get(value.words.join(" ")) ?? null) : null;
}

const isInterface = (part: Value | undefined): boolean => part !== undefined && directionOf(part) !== null;

/** Null when the match asks for something else. An index counts the host's interfaces as they came; the first of every host is `lo`. */
export function asInterfaceOf(match: Match, sets: Sets): Condition | null {
  const { left, operator, right } = match;
  const direction = directionOf(left);
  if (direction === null) return null;
  const text = printStatement(match);
  const set = right.kind === "reference" ? sets(right.name, right) : null;
  if (set !== null && changes(set)) return { kind: "opaque", text };
  const elements = set?.elements ?? (right.kind === "set" ? right.elements : null);
  const keys = elements?.map(({ key }) => key) ?? [right];
  const names = keys.map((key) => nameOf(left, key));
  if (!names.every((name) => name !== null) || !["implicit", "==", "!="].includes(operator))
    return { kind: "opaque", text };
  return { kind: "interface", direction, names, negated: operator === "!=", text };
}

const changes = (set: SetState): boolean =>
  isOpen(set) || mayGrow(set) || set.elements.some((element) => isTimed(set, element));

function nameOf(left: Value, key: Value): string | null {
  const byIndex = left.kind === "selector" && ["iif", "oif"].includes(left.words.join(" "));
  if (byIndex && key.kind === "word" && /^\d+$/.test(key.text)) return key.text === "1" ? "lo" : null;
  if (key.kind === "any") return "*";
  return key.kind === "word" || key.kind === "quoted" ? key.text : null;
}

/** Each makes a rule of its own; a set with more of them is left untold. */
const MOST_INTERFACES = 31;

/** Of the elements that name the same interfaces, what else they say. */
interface Group {
  readonly names: readonly Value[];
  readonly rest: Element[];
}

/**
 * `oifname . ip daddr { "lo" . 127.0.0.1, … }` as an alternative for each interface. What is in none of the elements goes out
 * by one of the interfaces to elsewhere, or by another. Null where the match names no interface beside other things.
 */
export function perInterface(match: Match, sets: Sets, plain: (match: Match) => Condition[]): Condition[][] | null {
  const { left, operator, right, at } = match;
  if (left.kind !== "concat" || !left.parts.some(isInterface)) return null;
  const untold: Condition[][] = [[{ kind: "opaque", text: printStatement(match) }]];
  const set = right.kind === "reference" ? sets(right.name, right) : null;
  const elements = set?.elements ?? (right.kind === "set" ? right.elements : [elementOf(right)]);
  const groups = (set !== null && changes(set)) || !isEquality(match) ? null : groupsOf(left.parts, elements);
  if (groups === null) return untold;

  const keys = new Map(elements.map(({ key }) => [key.at, printValue(key)]));
  const asked = left.parts.filter(isInterface);
  const others = left.parts.filter((part) => !isInterface(part));
  const besides = others.length === 1 ? others[0] : ({ kind: "concat", parts: others, at } as const);
  const bySet = (selector: Value, among: readonly Element[], negated: boolean): Condition[] =>
    plain({
      ...match,
      left: selector,
      operator: negated ? "!=" : "implicit",
      right: { kind: "set", elements: among, at },
    });
  const named = ({ names }: Group): Condition[] =>
    asked.flatMap((selector, i) => bySet(selector, names.slice(i, i + 1).map(elementOf), false));
  const beside = (rest: readonly Element[], negated: boolean): Condition[] =>
    besides === undefined || others.length === 0 ? [] : bySet(besides, rest, negated).map((each) => noted(each, keys));

  if (operator !== "!=") return groups.map((group) => [...named(group), ...beside(group.rest, false)]);
  const [only, another] = asked;
  if (only === undefined || another !== undefined || !areApart(groups)) return untold;
  const all = groups.flatMap(({ names }) => names).map(elementOf);
  const elsewhere = [...bySet(only, all, true), ...beside([], true)];
  return [...groups.map((group) => [...named(group), ...beside(group.rest, true)]), elsewhere];
}

const isEquality = ({ operator }: Match): boolean => ["implicit", "==", "!="].includes(operator);

function elementOf(key: Value): Element {
  return { key, timeout: null, expires: null, comment: null, options: [], data: null };
}

/** Null where an element does not have a value for each part, or there are too many interfaces. */
function groupsOf(parts: readonly Value[], elements: readonly Element[]): Group[] | null {
  const groups = new Map<string, Group>();
  for (const element of elements) {
    const { key } = element;
    if (key.kind !== "concat" || key.parts.length !== parts.length) return null;
    const names = key.parts.filter((_, i) => isInterface(parts[i]));
    const rest = key.parts.filter((_, i) => !isInterface(parts[i]));
    const id = names.map(textOf).join(" . ");
    const group = groups.get(id) ?? { names, rest: [] };
    groups.set(id, group);
    if (groups.size > MOST_INTERFACES) return null;
    const [only] = rest;
    const besides = rest.length === 1 && only !== undefined ? only : { ...key, parts: rest };
    group.rest.push({ ...element, key: { ...besides, at: key.at }, data: null });
  }
  return [...groups.values()];
}

/** With quotes and without it is one name. */
const textOf = (name: Value): string => (name.kind === "quoted" ? name.text : printValue(name));

/** No packet goes out by two interfaces, so long as no name stands for another too; whose number is whose, no file tells. */
function areApart(groups: readonly Group[]): boolean {
  const names = groups.flatMap((group) => group.names.map(textOf));
  return names.every((one, i) => names.every((other, j) => i === j || (!holds(one, other) && !/^\d+$/.test(one))));
}

function holds(one: string, other: string): boolean {
  return one.endsWith("*") && other.startsWith(one.slice(0, -1));
}

/** A reviewer is pointed at the whole element. */
function noted(condition: Condition, keys: ReadonlyMap<Position, string>): Condition {
  if (condition.kind !== "in" || condition.elements === null) return condition;
  const notes = condition.elements.map((note) => ({ ...note, key: keys.get(note.at) ?? note.key }));
  return { ...condition, elements: notes };
}
