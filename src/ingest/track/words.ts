/** Addresses kept as words, to text. */
import { type Address, fromGroups, fromV4 } from "../../model/address.ts";

export function addressOf(family: 4 | 6, w0: number, w1: number, w2: number, w3: number): Address {
  if (family === 4) return fromV4(w0 >>> 0);
  return fromGroups([w0, w1, w2, w3].flatMap((word) => [word >>> 16, word & 0xffff]));
}
