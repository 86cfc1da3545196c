/** Sources and destinations: addresses, prefixes, masks of any shape, ranges. */
import { type Family, familyOf, parseAddress, toBigInt } from "../../../model/address.ts";
import { widthOf } from "../../../model/prefix.ts";
import type { Range } from "../../packet/box.ts";
import type { Condition, Field } from "../../packet/program.ts";
import { rangeOfAddress, rangeOfPrefix } from "../../packet/written.ts";
import type { Option } from "../tree.ts";
import { inFamily, type Reader, refuse, type Scope, within } from "./reading.ts";

interface Written {
  readonly family: Family;
  readonly ranges: readonly Range[];
}

export function addresses(field: "saddr" | "daddr"): Reader {
  const fields = [field];
  return (option, scope) => {
    const ranges: Range[] = [];
    let family: Family | null = null;
    for (const word of (option.words[0] ?? "").split(",")) {
      const written = rangesOf(word);
      // A host name would be looked up when the file is loaded; what it gave then, no file tells.
      if (written === "unknown" || (written === null && /^[a-z][a-z0-9.-]*$/i.test(word))) return null;
      if (written === null) return refuse(option, "an address or a prefix");
      family = checked(option, written.family, scope);
      ranges.push(...written.ranges);
    }
    return family === null ? null : among(option, fields, family, ranges);
  };
}

export function addressRange(field: "saddr" | "daddr"): Reader {
  const fields = [field];
  return (option, scope) => {
    const [from, to = from] = (option.words[0] ?? "").split("-").map(rangeOfAddress);
    if (!from || !to || from.family !== to.family || to.last < from.first) return refuse(option, "two addresses");
    return among(option, fields, checked(option, from.family, scope), [{ first: from.first, last: to.last }]);
  };
}

/** A file for one family that names the other's addresses is refused by its loader. */
function checked(option: Option, family: Family, scope: Scope): Family {
  return scope.family === null || scope.family === family ? family : refuse(option, `an IPv${scope.family} address`);
}

function among(option: Option, fields: readonly Field[], family: Family, ranges: readonly Range[]): Condition[] {
  const all = ranges.some(({ first, last }) => first === 0n && last === (1n << BigInt(widthOf(family))) - 1n);
  const boxes = ranges.map((range) => [range]);
  return all && !option.negated ? [inFamily(family)] : [inFamily(family), within(option, fields, boxes)];
}

/** Null for what is no address; `unknown` for a mask with too many holes to write its addresses down. */
function rangesOf(word: string): Written | null | "unknown" {
  const [base = "", mask = ""] = word.split("/");
  const bits = mask.includes(".") || mask.includes(":") ? parseAddress(mask) : null;
  if (bits === null) {
    const range = rangeOfPrefix(word);
    return range && { family: range.family, ranges: [range] };
  }
  const written = rangeOfAddress(base);
  if (written === null || written.family !== familyOf(bits)) return null;
  const ranges = masked(written.first, toBigInt(bits), widthOf(written.family));
  return ranges === null ? "unknown" : { family: written.family, ranges };
}

/** A mask of this many separate holes stands for 65,536 ranges. */
const MOST_HOLES = 16;

/** `10.0.0.1/255.0.0.255`: the bits that the mask leaves free, those at the end as one range and each other both ways. */
function masked(base: bigint, mask: bigint, width: number): Range[] | null {
  const isFree = (bit: number): boolean => ((mask >> BigInt(bit)) & 1n) === 0n;
  let tail = 0;
  while (tail < width && isFree(tail)) tail++;
  const holes: bigint[] = [];
  for (let bit = tail; bit < width; bit++) if (isFree(bit)) holes.push(1n << BigInt(bit));
  // The ones in one piece from the top are an ordinary prefix, whose free bits are all at the end.
  if (holes.length > MOST_HOLES) return null;
  let firsts = [base & mask];
  for (const hole of holes) firsts = [...firsts, ...firsts.map((first) => first | hole)];
  const rest = (1n << BigInt(tail)) - 1n;
  return firsts.map((first) => ({ first, last: first | rest }));
}
