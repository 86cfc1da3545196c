/** Matches on some bits of an address or a number: `ip daddr & 255.0.0.255 == 10.0.0.1`. */
import { type Box, BoxSet } from "../packet/box.ts";
import { rangesUnder } from "../packet/mask.ts";
import type { Condition } from "../packet/program.ts";
import { rangeIn, selectorOf, type Selector, widthOfType } from "./datatype.ts";
import type { Statement, Value } from "./tree.ts";
import { printStatement } from "./write.ts";

type Match = Statement & { readonly kind: "match" };

/** As many as one mask can leave; a set of values under it has no more. */
const MOST_RANGES = 65_536;

/** What is read, and which of it; null where the match is not of that form, or leaves too many ranges. */
export function maskedOf(match: Match): { readonly selector: Selector; readonly condition: Condition } | null {
  const { left, operator, right } = match;
  if (left.kind !== "binary" || left.operator !== "&" || !["implicit", "==", "!="].includes(operator)) return null;
  const selector = selectorOf(left.left);
  const mask = selector && pointOf(selector, left.right);
  if (selector === null || mask === null) return null;
  const boxes: Box[] = [];
  for (const value of right.kind === "set" ? right.elements.map(({ key }) => key) : [right]) {
    const wanted = pointOf(selector, value);
    const ranges = wanted === null ? null : rangesUnder(mask, wanted, widthOfType(selector.type));
    if (ranges === null || boxes.length + ranges.length > MOST_RANGES) return null;
    for (const range of ranges) boxes.push([range]);
  }
  const [set, negated, text] = [new BoxSet(boxes), operator === "!=", printStatement(match)];
  return {
    selector,
    condition: { kind: "in", fields: [selector.field], set, negated, elements: null, open: false, text },
  };
}

function pointOf({ type }: Selector, value: Value): bigint | null {
  const range = rangeIn(type, value);
  return range !== null && range.first === range.last ? range.first : null;
}
