/** Addresses kept as words, to text. */
import { type Address, fromGroups, fromV4 } from "../../model/address.ts";

/**
 * IPv4 addresses made lately, at a place that their bits choose: flows and answers are about the same few hosts, and one
 * text for all of them is hashed once and kept once.
 */
const LATELY = 8192;
const values = new Int32Array(LATELY);
const texts: Address[] = Array.from({ length: LATELY }, () => fromV4(0));

export function addressOf(family: 4 | 6, w0: number, w1: number, w2: number, w3: number): Address {
  if (family === 6) return fromGroups([w0, w1, w2, w3].flatMap((word) => [word >>> 16, word & 0xffff]));
  const place = (Math.imul(w0, 0x9e37_79b1) >>> 16) & (LATELY - 1);
  if (values[place] !== w0) {
    values[place] = w0;
    texts[place] = fromV4(w0 >>> 0);
  }
  return texts[place]!;
}
