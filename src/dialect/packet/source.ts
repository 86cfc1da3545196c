/** The source a question is asked from: a prefix counts as one address wherever no rule tells its addresses apart. */
import type { AddressRange } from "../../model/prefix.ts";
import type { Condition, Program } from "./program.ts";

/**
 * The first address where every rule says the same of all of them; else the range itself, and what depends on it is unknown.
 * A bound of the other family may fall inside by its number alone: that makes an answer unknown, never wrong.
 */
export function narrowed(source: AddressRange | null, program: Program): AddressRange | null {
  if (source === null || source.first === source.last) return source;
  const { first, last } = source;
  for (const { rules } of program.chains.values())
    for (const { conditions } of rules) if (conditions.some((each) => divides(each, first, last))) return source;
  return { ...source, last: first };
}

function divides(condition: Condition, first: bigint, last: bigint): boolean {
  if (condition.kind !== "in") return false;
  const dimension = condition.fields.indexOf("saddr");
  if (dimension < 0) return false;
  return condition.set.boxes.some((box) => {
    const range = box[dimension];
    if (range === undefined || range.last < first || range.first > last) return false;
    return range.first > first || range.last < last;
  });
}
