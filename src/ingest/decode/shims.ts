/** Headers of bridges, fabrics and service chains between one EtherType and the next. */
import { u16be } from "../capture/bytes.ts";
import type { Cursor } from "./cursor.ts";
import { ETHERTYPE, type NextType } from "./ethertypes.ts";

export function passShim(c: Cursor, type: number): NextType {
  switch (type) {
    case 0x8926: // VN-tag
    case 0x892f: // HSR (IEC 62439-3)
      return passTag(c, 4);
    case 0x8909: // Cisco's security group tag
    case 0x893f: // E-tag (IEEE 802.1BR)
      return passTag(c, 6);
    case 0x88e5:
      return passMacSec(c);
    case 0x88e7: // provider backbone bridges (IEEE 802.1ah)
      return bridgedAfter(c, 4);
    case 0x8903: // FabricPath
      return bridgedAfter(c, 2);
    case 0x22f3: // TRILL (RFC 6325, 3): options in words
      return c.left < 6 ? "truncated-packet" : bridgedAfter(c, 6 + ((u16be(c.bytes, c.at) >> 6) & 31) * 4);
    case 0x22eb: // ERSPAN type III, with a platform header if its O flag says so
      return c.left < 12 ? "truncated-packet" : bridgedAfter(c, (c.bytes[c.at + 11]! & 1) === 0 ? 12 : 20);
    case 0x4305:
      return passBatman(c);
    case ETHERTYPE.nsh:
      return passServiceHeader(c);
    default:
      return "not-ip";
  }
}

/** So many bytes, then an EtherType. */
function passTag(c: Cursor, width: number): NextType {
  if (c.left < width + 2) return "truncated-packet";
  c.at += width + 2;
  return u16be(c.bytes, c.at - 2);
}

function bridgedAfter(c: Cursor, width: number): NextType {
  c.at += width;
  return ETHERTYPE.bridged;
}

/** IEEE 802.1AE: readable where only integrity is protected. The check value behind the packet is beyond IP's length. */
function passMacSec(c: Cursor): NextType {
  if (c.left < 8) return "truncated-packet";
  const control = c.bytes[c.at]!;
  if ((control & 0x0c) !== 0) return "encrypted-frame";
  return passTag(c, (control & 0x20) === 0 ? 6 : 14);
}

/** batman-adv version 15: unicast with a short and a long header, and broadcast. */
function passBatman(c: Cursor): NextType {
  if (c.left < 10) return "truncated-packet";
  switch (c.bytes[c.at]!) {
    case 0x40:
      return bridgedAfter(c, 10);
    case 0x42:
      return bridgedAfter(c, 18);
    case 0x01:
      return bridgedAfter(c, 14);
    default:
      return "not-ip";
  }
}

/** RFC 8300: a length in words, at least two, and a protocol number of its own. */
function passServiceHeader(c: Cursor): NextType {
  if (c.left < 8) return "truncated-packet";
  const next = c.bytes[c.at + 3]!;
  const words = c.bytes[c.at + 1]! & 63;
  if (words < 2) return "bad-packet";
  c.at += words * 4;
  return typeAfterVxlan(next) ?? "not-ip";
}

/** The "next protocol" numbers of NSH, which VXLAN-GPE shares. */
export function typeAfterVxlan(next: number): number | null {
  switch (next) {
    case 1:
      return ETHERTYPE.ipv4;
    case 2:
      return ETHERTYPE.ipv6;
    case 3:
      return ETHERTYPE.bridged;
    case 4:
      return ETHERTYPE.nsh;
    case 5:
      return ETHERTYPE.mpls;
    default:
      return null;
  }
}
