/** Pseudo-random numbers that the same two seeds always give again: the fuzzer has no other chance. */

/** Numbers at which lengths, counts and offsets go wrong. */
const EDGES = [0, 1, 2, 3, 4, 7, 8, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff, 0x100, 0x3fff, 0x7fff, 0x8000, 0xffff];
const WIDE_EDGES = [...EDGES, 0x1_0000, 0xff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

/** Mulberry32: 32 bits of state are plenty for the few dozen draws of one input. */
export class Chance {
  #state: number;

  constructor(seed: number, input: number) {
    this.#state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(input + 1, 0xc2b2_ae35);
  }

  /** 0 to `below - 1`. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  }

  byte(): number {
    return this.below(256);
  }

  /** A number of up to 32 bits, often one at an edge. */
  number(): number {
    return this.oneIn(3) ? this.below(2 ** 32) : this.pick(WIDE_EDGES);
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.byte());
  }
}
