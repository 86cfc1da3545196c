/** Refuses elements that nft takes for two answers to one question: intervals that overlap, keys with two verdicts. */
import { PolicySyntaxError } from "../contract.ts";
import type { Range } from "../packet/box.ts";
import { shown } from "./token.ts";
import type { Element } from "./tree.ts";
import { printValue } from "./write.ts";

/** `gives`: what a map has for it. */
export interface Interval {
  readonly range: Range;
  readonly element: Element;
  readonly gives: string;
}

/** The same once more is no error, and neither are neighbours. */
export function refuseOverlaps(intervals: readonly Interval[]): void {
  const inOrder = isAscending(intervals) ? [] : [...intervals].sort((a, b) => compare(a.range, b.range));
  let widest = inOrder[0];
  for (const each of inOrder.slice(1)) {
    if (widest !== undefined && each.range.first <= widest.range.last && !isSame(each, widest)) refuse(widest, each);
    if (widest === undefined || each.range.last > widest.range.last) widest = each;
  }
}

/** As long sets mostly are. */
function isAscending(intervals: readonly Interval[]): boolean {
  let last = -1n;
  for (const { range } of intervals) {
    if (range.first <= last) return false;
    last = range.last;
  }
  return true;
}

function isSame(a: Interval, b: Interval): boolean {
  return a.range.first === b.range.first && a.range.last === b.range.last && a.gives === b.gives;
}

function refuse(one: Interval, other: Interval): never {
  const { at } = other.element.key;
  const [said, before] = [other, one].map(({ element }) => shown(printValue(element.key)));
  throw new PolicySyntaxError(
    at.file,
    at.line,
    at.column,
    `unexpected ${said}, expected nothing that overlaps ${before}`,
  );
}

function compare(a: Range, b: Range): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.last < b.last ? -1 : a.last > b.last ? 1 : 0;
}
