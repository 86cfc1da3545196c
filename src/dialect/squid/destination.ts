/** `dst`: an address, one with a mask or its length, or everything between two. */
import { type Address, familyOf, fromBigInt, parseAddress, toBigInt } from "../../model/address.ts";
import { type Prefix, prefixOf, rangeOf, widthOf } from "../../model/prefix.ts";
import { blocksV4, blocksV6 } from "../../model/set/blocks.ts";
import { some, type Test } from "../lists/list.ts";

/** Null for a host name, and for a mask that leaves bits out in between. */
export function destinationTest(value: string): Test | null {
  const [, from = "", to = null, mask = null] = /^([^-/]+)(?:-([^-/]+))?(?:\/([^-/]+))?$/.exec(value) ?? [];
  const first = parseAddress(from);
  const last = to === null ? first : parseAddress(to);
  if (first === null || last === null || familyOf(first) !== familyOf(last)) return null;
  const length = mask === null ? widthOf(familyOf(first)) : lengthOf(mask, first);
  return length === null ? null : some(between(first, last, length).map((prefix) => ({ kind: "block", prefix })));
}

/** Squid puts the mask on both ends, and on the address it compares: a range of networks. */
function between(first: Address, last: Address, length: number): Prefix[] {
  const family = familyOf(first);
  const [from, to] = [rangeOf(prefixOf(first, length)).first, rangeOf(prefixOf(last, length)).last + 1n];
  const blocks = family === 4 ? blocksV4(Number(from), Number(to)) : blocksV6(from, to);
  return [...blocks].map((block) => prefixOf(fromBigInt(BigInt(block.base), family), block.length));
}

/** `24`, or `255.255.255.0` for IPv4. */
function lengthOf(mask: string, address: Address): number | null {
  const width = widthOf(familyOf(address));
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= width ? Number(mask) : null;
  const dotted = parseAddress(mask);
  if (dotted === null || familyOf(dotted) !== familyOf(address) || width !== 32) return null;
  const bits = toBigInt(dotted).toString(2).padStart(width, "0");
  return /^1*0*$/.test(bits) ? bits.replaceAll("0", "").length : null;
}
