/** Local networks before Ethernet was the only one, which old captures and test suites still hold. */
import type { Cursor } from "./cursor.ts";
import { ETHERTYPE, type NextType } from "./ethertypes.ts";

/** IEEE 802.5: the first bit of the source address announces a route, whose first byte has its length. */
export function passTokenRing(c: Cursor): NextType {
  if (c.left < 16) return "truncated-packet";
  const isRouted = (c.bytes[c.at + 8]! & 0x80) !== 0;
  c.at += 14 + (isRouted ? c.bytes[c.at + 14]! & 31 : 0);
  return ETHERTYPE.llc;
}

/** A frame control byte and two addresses; only asynchronous LLC frames carry packets. */
export function passFddi(c: Cursor): NextType {
  if (c.left < 13) return "truncated-packet";
  const isLlc = (c.bytes[c.at]! & 0xf0) === 0x50;
  c.at += 13;
  return isLlc ? ETHERTYPE.llc : "not-ip";
}

/** IP over ARCNET, by RFC 1051 or, with a field for fragments, by RFC 1201; addresses and offset come before `typeAt`. */
export function passArcnet(c: Cursor, typeAt: number): NextType {
  if (c.left < typeAt + 9) return "truncated-packet";
  const type = c.bytes[c.at + typeAt]!;
  c.at += typeAt + 1;
  switch (type) {
    case 0xf0:
      return ETHERTYPE.ipv4;
    case 0xc4:
    case 0xd4: {
      // An "exception" packet, of a length that the hardware cannot send, repeats the type behind padding.
      if (c.bytes[c.at] === 0xff) c.at += 4;
      const isFirst = (c.bytes[c.at]! & 1) === 1 || c.bytes[c.at] === 0;
      c.at += 3;
      if (!isFirst) return "not-ip";
      return type === 0xd4 ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6;
    }
    default:
      return "not-ip";
  }
}
