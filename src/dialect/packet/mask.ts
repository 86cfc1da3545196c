/** Values told by a mask: all those that agree with one in the bits that it looks at. */
import type { Range } from "./box.ts";

/** A mask of this many separate holes stands for 65,536 ranges. */
const MOST_HOLES = 16;

/** The bits that the mask leaves free, those at the end as one range and each other both ways; null where there are too many. */
export function rangesUnder(mask: bigint, value: bigint, width: number): Range[] | null {
  // No number has what the mask takes away.
  if ((value & ~mask) !== 0n) return [];
  const isFree = (bit: number): boolean => ((mask >> BigInt(bit)) & 1n) === 0n;
  let tail = 0;
  while (tail < width && isFree(tail)) tail++;
  const holes: bigint[] = [];
  for (let bit = tail; bit < width; bit++) if (isFree(bit)) holes.push(1n << BigInt(bit));
  // The ones in one piece from the top are an ordinary prefix, whose free bits are all at the end.
  if (holes.length > MOST_HOLES) return null;
  let firsts = [value];
  for (const hole of holes) firsts = [...firsts, ...firsts.map((first) => first | hole)];
  const rest = (1n << BigInt(tail)) - 1n;
  return firsts.map((first) => ({ first, last: first | rest }));
}
