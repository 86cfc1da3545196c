/**
 * What the same bytes were read as last time.
 *
 * Two places a value in flat arrays: the size is bounded by construction, and a hit touches no objects on the way.
 */
import { asciiText, hashOf } from "./words.ts";

/** Longer values are read anew each time. */
const MAX_KEY = 64;
const WORDS = MAX_KEY / 4;

export class ByteCache<T> {
  private readonly read: (text: string) => T;
  private readonly size: number;
  private readonly keys: Int32Array;
  private readonly lengths: Int32Array;
  private readonly hashes: Int32Array;
  private readonly values: (T | undefined)[];

  /** `size` is a power of two. */
  constructor(size: number, read: (text: string) => T) {
    this.read = read;
    this.size = size;
    // One place more than can be found: for what is too long to be kept.
    this.keys = new Int32Array((size + 1) * WORDS);
    this.lengths = new Int32Array(size + 1).fill(-1);
    this.hashes = new Int32Array(size + 1);
    this.values = Array<T | undefined>(size + 1).fill(undefined);
  }

  /** The place that holds the reading of the ASCII text in `start..end` until the next call. */
  find(view: DataView, start: number, end: number): number {
    const hash = hashOf(view, start, end);
    const first = hash & (this.size - 1);
    if (this.holds(first, hash, view, start, end)) return first;
    // The neighbour holds what the latest newcomer displaced, so that two common values do not evict each other.
    if (this.holds(first ^ 1, hash, view, start, end)) return first ^ 1;
    const place = end - start <= MAX_KEY ? first : this.size;
    if (place === first && this.lengths[first] !== -1) this.move(first, first ^ 1);
    this.hashes[place] = hash;
    this.values[place] = this.read(asciiText(view, start, end));
    if (place === first) this.keep(first, view, start, end);
    return place;
  }

  value(place: number): T {
    return this.values[place] as T;
  }

  hash(place: number): number {
    return this.hashes[place] ?? 0;
  }

  private holds(place: number, hash: number, view: DataView, start: number, end: number): boolean {
    if (this.hashes[place] !== hash || this.lengths[place] !== end - start) return false;
    let word = place * WORDS;
    let at = start;
    for (; at + 4 <= end; at += 4) if (this.keys[word++] !== view.getInt32(at, true)) return false;
    return at === end || this.keys[word] === tailWord(view, at, end);
  }

  private keep(place: number, view: DataView, start: number, end: number): void {
    this.lengths[place] = end - start;
    let word = place * WORDS;
    let at = start;
    for (; at + 4 <= end; at += 4) this.keys[word++] = view.getInt32(at, true);
    if (at < end) this.keys[word] = tailWord(view, at, end);
  }

  private move(from: number, to: number): void {
    this.keys.copyWithin(to * WORDS, from * WORDS, (from + 1) * WORDS);
    this.lengths[to] = this.lengths[from] ?? -1;
    this.hashes[to] = this.hashes[from] ?? 0;
    this.values[to] = this.values[from];
  }
}

function tailWord(view: DataView, start: number, end: number): number {
  let word = 0;
  for (let at = start; at < end; at++) word = (word << 8) | view.getUint8(at);
  return word;
}
