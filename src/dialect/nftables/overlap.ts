/** Refuses elements that nft takes for two answers to one question: intervals that overlap, keys with two verdicts. */
import { PolicySyntaxError } from "../contract.ts";
import type { Box, Range } from "../packet/box.ts";
import type { Position } from "../packet/program.ts";
import { shown } from "./token.ts";

/** `gives`: what a map has for it. */
export interface Interval {
  readonly range: Range;
  readonly at: Position;
  readonly key: string;
  readonly gives: string;
}

/** The same once more is no error, and neither are neighbours. */
export function refuseOverlaps(intervals: readonly Interval[]): void {
  const inOrder = [...intervals].sort((a, b) => compare(a.range, b.range));
  let widest = inOrder[0];
  for (const each of inOrder.slice(1)) {
    if (widest !== undefined && each.range.first <= widest.range.last && !isSame(each, widest)) refuse(widest, each);
    if (widest === undefined || each.range.last > widest.range.last) widest = each;
  }
}

/** As long sets mostly are, which then have no overlaps. */
export function areAscending(boxes: readonly Box[]): boolean {
  let last = -1n;
  for (const [range] of boxes) {
    if (range === undefined || range.first <= last) return false;
    last = range.last;
  }
  return true;
}

function isSame(a: Interval, b: Interval): boolean {
  return a.range.first === b.range.first && a.range.last === b.range.last && a.gives === b.gives;
}

function refuse(before: Interval, { at, key }: Interval): never {
  const problem = `unexpected ${shown(key)}, expected nothing that overlaps ${shown(before.key)}`;
  throw new PolicySyntaxError(at.file, at.line, at.column, problem);
}

function compare(a: Range, b: Range): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.last < b.last ? -1 : a.last > b.last ? 1 : 0;
}
