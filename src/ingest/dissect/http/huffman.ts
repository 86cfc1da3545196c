/** The Huffman code of HPACK (RFC 7541 §5.2 and appendix B). */

/**
 * Bits of the code of each byte. The code is canonical: codes of one length are consecutive, in the order of their
 * bytes, and each length goes on where the shorter left off; so the lengths are all there is to write down.
 */
const LENGTHS: readonly number[] = [
  [13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28],
  [28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28],
  [6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6],
  [5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10],
  [13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7],
  [7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6],
  [15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5],
  [6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28],
  [20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23],
  [24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24],
  [22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23],
  [21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23],
  [26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25],
  [19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27],
  [20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23],
  [26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26],
].flat();

const MAX_LENGTH = 30;

interface Row {
  /** The first code of this length, and the bytes whose codes follow it. */
  readonly first: number;
  readonly bytes: readonly number[];
}

const ROWS: readonly Row[] = buildRows();

function buildRows(): Row[] {
  const rows: Row[] = [];
  let code = 0;
  for (let length = 0; length <= MAX_LENGTH; length++) {
    const bytes = [...LENGTHS.keys()].filter((byte) => LENGTHS[byte] === length);
    rows.push({ first: code, bytes });
    code = (code + bytes.length) * 2;
  }
  return rows;
}

/** One character a byte; null for what §5.2 calls a decoding error (the end-of-string symbol, or wrong padding). */
export function decodeHuffman(bytes: Uint8Array): string | null {
  const out: number[] = [];
  let [code, length] = [0, 0];
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length++;
      const row = ROWS[length];
      const symbol = row?.bytes[code - row.first];
      if (symbol !== undefined) {
        out.push(symbol);
        [code, length] = [0, 0];
      } else if (length === MAX_LENGTH) return null;
    }
  }
  // Padding is less than a byte of the end-of-string symbol, which is all ones.
  return length < 8 && code === 2 ** length - 1 ? Buffer.from(out).toString("latin1") : null;
}
