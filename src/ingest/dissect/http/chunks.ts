/** The body of a request in chunks (RFC 9112 §7.1), passed over to where the next request begins. */

const LF = 10;
/** A chunk's size with its extensions, or a trailer field; programs write neither extensions nor long trailers. */
const MAX_LINE = 1024;
/** A size of eight digits is 4 GiB; hardly any program sends chunks of more than a few megabytes. */
const SIZE = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?\r?\n$/;

export class Chunks {
  #inTrailers = false;
  isOver = false;

  /**
   * How many bytes of the body are passed, of which `bytes` are the next: more than there are where a chunk goes on
   * behind them, fewer where they end within a line. Null for what is no such body.
   */
  pass(bytes: Uint8Array): number | null {
    let at = 0;
    while (at < bytes.length && !this.isOver) {
      const line = bytes.subarray(at, at + MAX_LINE);
      const length = line.indexOf(LF) + 1;
      if (length === 0) return line.length === MAX_LINE ? null : at;
      at += length;
      if (this.#inTrailers) {
        this.isOver = length === 1 || (length === 2 && line[0] === 13);
        continue;
      }
      const size = sizeOf(line.subarray(0, length));
      if (size === null) return null;
      // The line's end behind the data is not counted in its size.
      if (size > 0) at += size + 2;
      else this.#inTrailers = true;
    }
    return at;
  }
}

function sizeOf(line: Uint8Array): number | null {
  const digits = SIZE.exec(String.fromCharCode(...line))?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}
