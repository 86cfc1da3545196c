/** The minimal cover of an interval of addresses by prefixes. */
import type { Point } from "./toggles.ts";

/** A prefix by its first address and its length. */
export interface Block {
  readonly base: Point;
  readonly length: number;
}

/** From `from` up to, not including, `to`: at each step the widest block that begins there and still fits. */
export function* blocksV4(from: number, to: number): Generator<Block> {
  for (let base = from; base < to;) {
    // Bits that are zero at the end of the base, and bits of what is left: both bound the block.
    const aligned = base === 0 ? 32 : 31 - Math.clz32(base & -base);
    const left = to - base >= 2 ** 32 ? 32 : 31 - Math.clz32(to - base);
    const bits = Math.min(aligned, left);
    yield { base, length: 32 - bits };
    base += 2 ** bits;
  }
}

export function* blocksV6(from: bigint, to: bigint): Generator<Block> {
  for (let base = from; base < to;) {
    const aligned = base === 0n ? 128 : (base & -base).toString(2).length - 1;
    const left = (to - base).toString(2).length - 1;
    const bits = Math.min(aligned, left);
    yield { base, length: 128 - bits };
    base += 1n << BigInt(bits);
  }
}
