/** Sources and destinations: addresses, prefixes, masks of any shape, ranges. */
import { type Family, familyOf, parseAddress, toBigInt } from "../../../model/address.ts";
import { widthOf } from "../../../model/prefix.ts";
import type { Range } from "../../packet/box.ts";
import { rangesUnder } from "../../packet/mask.ts";
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
      // With a mask of nothing, what stands before it is not even read.
      const anywhere = word.endsWith("/0") && scope.family !== null;
      const written = rangesOf(anywhere ? (scope.family === 4 ? "0.0.0.0/0" : "::/0") : word);
      // A host name would be looked up when the file is loaded, and so would `10.1`; what it gave then, no file tells.
      if (written === "unknown" || (written === null && /^([a-z][a-z0-9.-]*|\d+(\.\d+){0,2})(\/\d+)?$/i.test(word)))
        return null;
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
  const ranges = rangesUnder(toBigInt(bits), written.first & toBigInt(bits), widthOf(written.family));
  return ranges === null ? "unknown" : { family: written.family, ranges };
}
