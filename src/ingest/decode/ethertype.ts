/** From an EtherType down to IP, through VLAN tags, MPLS labels, PPPoE and bridged Ethernet. */
import { u16be } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { isSnap } from "./snap.ts";

export const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, bridged: 0x6558, mpls: 0x8847, ppp: 0x880b } as const;

export function enterEthernet(c: Cursor): Network {
  if (c.left < 14) return "truncated-packet";
  const type = u16be(c.bytes, c.at + 12);
  c.at += 14;
  if (type === ETHERTYPE.ipv4) return 4;
  if (type >= 0x0600) return enterEtherType(c, type);
  // Below 0x0600 it is a length, and LLC follows (IEEE 802.3).
  if (c.left < 8 || !isSnap(c.bytes, c.at)) return "not-ip";
  c.at += 8;
  return enterEtherType(c, u16be(c.bytes, c.at - 2));
}

/** Every tag moves the cursor on, so however many an attacker stacks, the end of the frame ends the loop. */
export function enterEtherType(c: Cursor, first: number): Network {
  let type = first;
  for (;;) {
    switch (type) {
      case ETHERTYPE.ipv4:
        return 4;
      case ETHERTYPE.ipv6:
        return 6;
      case 0x8100: // IEEE 802.1Q
      case 0x88a8: // IEEE 802.1ad
      case 0x9100: // QinQ before it was standardised
      case 0x9200:
        if (c.left < 4) return "truncated-packet";
        type = u16be(c.bytes, c.at + 2);
        c.at += 4;
        break;
      case ETHERTYPE.mpls:
      case 0x8848:
        return enterMpls(c);
      case 0x8864: // PPPoE session (RFC 2516)
        c.at += 6;
        return enterPpp(c);
      case ETHERTYPE.ppp:
        return enterPpp(c);
      case ETHERTYPE.bridged:
        return enterEthernet(c);
      case 0x22eb: // ERSPAN type III, with a platform header if its O flag says so
        if (c.left < 12) return "truncated-packet";
        c.at += (c.bytes[c.at + 11]! & 1) === 0 ? 12 : 20;
        return enterEthernet(c);
      default:
        return "not-ip";
    }
  }
}

/** MPLS does not say what it carries: the first nibble tells IP from a pseudowire's control word (RFC 4928). */
export function enterMpls(c: Cursor): Network {
  for (;;) {
    if (c.left < 5) return "truncated-packet";
    const isBottom = (c.bytes[c.at + 2]! & 1) === 1;
    c.at += 4;
    if (!isBottom) continue;
    const nibble = c.bytes[c.at]! >> 4;
    if (nibble === 4 || nibble === 6) return nibble;
    if (nibble !== 0) return "not-ip";
    c.at += 4;
    return enterEthernet(c);
  }
}

/** PPP with or without HDLC framing, and with its protocol field in one byte or two (RFC 1661, 1662). */
export function enterPpp(c: Cursor): Network {
  if (c.left >= 2 && c.bytes[c.at] === 0xff && c.bytes[c.at + 1] === 3) c.at += 2;
  if (c.left < 2) return "truncated-packet";
  const first = c.bytes[c.at]!;
  const isCompressed = (first & 1) === 1;
  const protocol = isCompressed ? first : u16be(c.bytes, c.at);
  c.at += isCompressed ? 1 : 2;
  switch (protocol) {
    case 0x0021:
      return 4;
    case 0x0057:
      return 6;
    case 0x0281:
    case 0x0283:
      return enterMpls(c);
    default:
      return "not-ip";
  }
}
