/** Finds lines in pushed chunks: whole ones are handed on in place, only what straddles two chunks is copied. */

const LF = 10;
const CR = 13;

/** What a longer line could hold is not worth the memory it could take. */
export const MAX_LINE: number = 1024 * 1024;

export interface LineHandler {
  /** One line without its end, valid during the call only; `line` counts from 1 within the file. */
  line(bytes: Uint8Array, start: number, end: number, line: number): void;
  tooLong(line: number): void;
}

export class LineSplitter {
  private readonly handler: LineHandler;
  private carry = new Uint8Array(4096);
  private carried = 0;
  private skipping = false;
  /** Lines of this file. */
  private count = 0;
  /** Lines of the files before it. */
  private past = 0;

  constructor(handler: LineHandler) {
    this.handler = handler;
  }

  /** Lines of all files so far. */
  get lines(): number {
    return this.past + this.count;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    if (this.carried > 0 || this.skipping) {
      const end = chunk.indexOf(LF);
      this.hold(chunk, 0, end < 0 ? chunk.length : end);
      if (end < 0) return;
      this.endCarried();
      start = end + 1;
    }
    for (let end = chunk.indexOf(LF, start); end >= 0; end = chunk.indexOf(LF, start)) {
      this.emit(chunk, start, end);
      start = end + 1;
    }
    this.hold(chunk, start, chunk.length);
  }

  /** The last line of a file need not end; the next file counts from 1 again. */
  endOfFile(): void {
    if (this.carried > 0 || this.skipping) this.endCarried();
    this.past += this.count;
    this.count = 0;
  }

  private hold(chunk: Uint8Array, start: number, end: number): void {
    const length = this.carried + end - start;
    // One byte more than the limit, for the CR of an end of line that may still come.
    if (this.skipping || length > MAX_LINE + 1) {
      this.skipping = true;
      this.carried = 0;
      return;
    }
    if (length > this.carry.length) {
      const larger = new Uint8Array(Math.min(MAX_LINE + 1, Math.max(length, this.carry.length * 2)));
      larger.set(this.carry.subarray(0, this.carried));
      this.carry = larger;
    }
    this.carry.set(chunk.subarray(start, end), this.carried);
    this.carried = length;
  }

  private endCarried(): void {
    const length = this.carried;
    const tooLong = this.skipping;
    this.carried = 0;
    this.skipping = false;
    if (tooLong) this.handler.tooLong(++this.count);
    else this.emit(this.carry, 0, length);
  }

  private emit(bytes: Uint8Array, start: number, end: number): void {
    const last = end > start && bytes[end - 1] === CR ? end - 1 : end;
    const first = this.count === 0 && isByteOrderMark(bytes, start, last) ? start + 3 : start;
    this.count++;
    if (last - first > MAX_LINE) this.handler.tooLong(this.count);
    else this.handler.line(bytes, first, last, this.count);
  }
}

function isByteOrderMark(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}
