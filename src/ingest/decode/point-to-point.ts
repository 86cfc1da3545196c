/** PPP and Frame Relay: links with two ends, whose headers say what follows and hardly more. */
import { u16be } from "../capture/bytes.ts";
import type { Cursor } from "./cursor.ts";
import { ETHERTYPE, type NextType } from "./ethertypes.ts";
import { passSnap } from "./llc.ts";

/** With or without HDLC framing, and with the protocol field in one byte or two (RFC 1661, 1662). */
export function passPpp(c: Cursor): NextType {
  if (c.left >= 2 && c.bytes[c.at] === 0xff && c.bytes[c.at + 1] === 3) c.at += 2;
  if (c.left < 2) return "truncated-packet";
  const first = c.bytes[c.at]!;
  const isCompressed = (first & 1) === 1;
  const protocol = isCompressed ? first : u16be(c.bytes, c.at);
  c.at += isCompressed ? 1 : 2;
  switch (protocol) {
    case 0x0021:
      return ETHERTYPE.ipv4;
    case 0x0057:
      return ETHERTYPE.ipv6;
    case 0x0031: // bridged (RFC 3518), behind flags and the kind of network
      c.at += 2;
      return ETHERTYPE.bridged;
    case 0x003d: {
      // One of several links (RFC 1990); only a packet that both begins and ends here is whole.
      const isWhole = c.left >= 4 && c.bytes[c.at]! >> 6 === 3;
      c.at += 4;
      return isWhole ? ETHERTYPE.ppp : "not-ip";
    }
    case 0x0281:
    case 0x0283:
      return ETHERTYPE.mpls;
    default:
      return "not-ip";
  }
}

const UNNUMBERED = 3;

/** RFC 2427, or an EtherType right behind the address, as Cisco has it. */
export function passFrameRelay(c: Cursor): NextType {
  // The last byte of the address is odd (Q.922, 3.3.1).
  do if (c.left < 3) return "truncated-packet";
  while ((c.bytes[c.at++]! & 1) === 0);
  if (c.bytes[c.at] !== UNNUMBERED) {
    c.at += 2;
    return u16be(c.bytes, c.at - 2);
  }
  c.at++;
  if (c.bytes[c.at] === 0) c.at++; // padding
  if (c.left < 1) return "truncated-packet";
  switch (c.bytes[c.at++]!) {
    case 0xcc:
      return ETHERTYPE.ipv4;
    case 0x8e:
      return ETHERTYPE.ipv6;
    case 0x80:
      return passSnap(c, 0);
    default:
      return "not-ip";
  }
}
