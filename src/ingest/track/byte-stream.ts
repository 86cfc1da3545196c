/** One direction of a TCP stream from its first byte on: segments in any order become contiguous bytes. */

/** Separate stretches of received bytes that are kept; more holes than this are no network's doing. */
const MAX_STRETCHES = 64;
const FIRST_BYTES = 2048;

export class ByteStream {
  readonly #limit: number;
  /** Sequence number of the first byte. */
  base: number;
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  /** Received stretches as from, to, from, to, ...; disjoint, in order, never touching. */
  #stretches: number[] = [];

  /** `base` is the sequence number of the first byte; no more than `limit` bytes from there are kept. */
  constructor(base: number, limit: number) {
    this.base = base;
    this.#limit = limit;
  }

  /** Bytes of memory held. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** How many bytes are there without a hole, from the first. */
  get length(): number {
    return this.#stretches[0] === 0 ? this.#stretches[1]! : 0;
  }

  /** The bytes without a hole, from the first: a view that the next call of `add` or `consume` makes stale. */
  get contiguous(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Whether bytes came behind some that did not. */
  get hasHole(): boolean {
    return this.#stretches.length > 2 || (this.#stretches[0] ?? 0) > 0;
  }

  /** Whether bytes beyond the limit would be needed for more. */
  get isFull(): boolean {
    return this.length >= this.#limit;
  }

  /**
   * Adds a segment. Of bytes sent twice with different content, the ones that came first are kept. False when there was
   * no room for all of it: beyond the limit, or one hole too many.
   */
  add(seq: number, bytes: Uint8Array, start: number, end: number): boolean {
    const position = (seq - this.base) | 0;
    const from = Math.max(0, position);
    const to = Math.min(this.#limit, position + end - start);
    const fits = position + end - start <= this.#limit;
    if (from >= to) return fits;
    this.#reserve(to);
    const copy = (a: number, b: number): void => {
      if (a < b) this.#bytes.set(bytes.subarray(start + a - position, start + b - position), a);
    };
    const merged: number[] = [];
    let [low, high, at] = [from, to, from];
    const old = this.#stretches;
    let i = 0;
    for (; i < old.length && old[i + 1]! < from; i += 2) merged.push(old[i]!, old[i + 1]!);
    for (; i < old.length && old[i]! <= to; i += 2) {
      copy(at, Math.min(to, old[i]!));
      at = Math.max(at, old[i + 1]!);
      low = Math.min(low, old[i]!);
      high = Math.max(high, old[i + 1]!);
    }
    copy(at, to);
    merged.push(low, high);
    for (; i < old.length; i++) merged.push(old[i]!);
    if (merged.length > 2 * MAX_STRETCHES) return false;
    this.#stretches = merged;
    return fits;
  }

  /** Whether nothing at all is there, behind a hole or not. */
  get isEmpty(): boolean {
    return this.#stretches.length === 0;
  }

  /** Forgets the first `count` bytes, whether they are there or yet to come; the stream goes on behind them. */
  consume(count: number): void {
    this.#bytes.copyWithin(0, count);
    this.base = (this.base + count) | 0;
    this.#stretches = this.#stretches.map((edge) => Math.max(0, edge - count));
    while (this.#stretches[1] === 0) this.#stretches.splice(0, 2);
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.#bytes.length * 2)));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
