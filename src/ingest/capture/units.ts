/** Cuts pushed chunks into a container's units; a unit that lies within one chunk is never copied. */
import { InputError } from "../../model/error.ts";
import type { Rejections } from "../../model/flow.ts";

/** What {@link Units.measure} answers besides a length: the rest of the file cannot be framed. */
const CORRUPT = -1;

export abstract class Units {
  /** Packets seen in the run so far. */
  records: number;
  protected readonly rejections: Rejections;
  /** How many bytes must be there before a unit's length can be told. */
  protected headerLength: number;
  /** Whether anything usable was read: after that a defect costs the rest of the file and not the whole. */
  protected usable = false;
  #pending: Uint8Array = new Uint8Array(4096);
  #held = 0;
  #skip = 0;
  #stopped = false;
  /** Offset in the file of the first byte not yet consumed. */
  #offset = 0;

  constructor(rejections: Rejections, firstRecord: number, headerLength: number) {
    this.rejections = rejections;
    this.records = firstRecord;
    this.headerLength = headerLength;
  }

  /**
   * Length of the unit at `at`, of which `headerLength` bytes are there; {@link corrupt} if it cannot be framed, or
   * {@link pass} for a unit nobody reads. A length must be bounded here: it decides how much is buffered.
   */
  protected abstract measure(bytes: Uint8Array, at: number): number;
  protected abstract unit(bytes: Uint8Array, at: number, length: number): void;

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, chunk.length - at);
        this.#skip -= passed;
        this.#offset += passed;
        at += passed;
      } else at = this.#held > 0 ? this.#complete(chunk, at) : this.#cut(chunk, at);
    }
  }

  /** The end of the file: whatever is left over is half a unit. */
  end(): void {
    if (this.#stopped || (this.#held === 0 && this.#skip === 0 && this.#offset > 0)) return;
    this.corrupt("truncated-file", "the capture ends in the middle of a record");
  }

  /** @throws InputError when nothing usable came before; else counts the defect and ignores the rest of the file. */
  protected corrupt(reason: string, message: string): number {
    if (!this.usable) throw new InputError(`${message} (at byte ${this.#offset})`);
    this.rejections.add(reason, this.records + 1);
    this.#stopped = true;
    return CORRUPT;
  }

  /** Steps over `length` bytes without buffering them, so that even 4 GiB of it costs no memory. */
  protected pass(length: number): number {
    this.#skip = length;
    return CORRUPT;
  }

  #cut(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at + this.headerLength <= chunk.length) {
      const length = this.measure(chunk, at);
      if (length < 0) return at;
      if (at + length > chunk.length) break;
      this.unit(chunk, at, length);
      if (this.#stopped) return at;
      this.#offset += length;
      at += length;
    }
    this.#hold(chunk, at, chunk.length);
    return chunk.length;
  }

  /** Fills the held half of a unit with just the bytes it lacks. */
  #complete(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.#held < this.headerLength) {
      at = this.#hold(chunk, at, Math.min(chunk.length, at + this.headerLength - this.#held));
      if (this.#held < this.headerLength) return at;
    }
    const length = this.measure(this.#pending, 0);
    if (length < 0) {
      // What is held already belongs to what is passed over.
      const held = Math.min(this.#held, this.#skip);
      this.#skip -= held;
      this.#offset += held;
      this.#held = 0;
      return at;
    }
    at = this.#hold(chunk, at, Math.min(chunk.length, at + length - this.#held));
    if (this.#held < length) return at;
    this.#held = 0;
    this.unit(this.#pending, 0, length);
    this.#offset += length;
    return at;
  }

  #hold(chunk: Uint8Array, from: number, to: number): number {
    const needed = this.#held + to - from;
    if (needed > this.#pending.length) {
      const grown = new Uint8Array(Math.max(needed, this.#pending.length * 2));
      grown.set(this.#pending.subarray(0, this.#held));
      this.#pending = grown;
    }
    this.#pending.set(chunk.subarray(from, to), this.#held);
    this.#held = needed;
    return to;
  }
}
