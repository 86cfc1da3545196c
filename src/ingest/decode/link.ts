/** Link layers by LINKTYPE_ value (tcpdump.org/linktypes.html): moves the cursor to the IP header. */
import { u16be, u16le, u32be, u32le } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { enterEthernet, enterEtherType, enterPpp } from "./ethertype.ts";
import { enterWlan } from "./wlan.ts";

export function enterLink(c: Cursor, linkType: number): Network {
  switch (linkType) {
    case 1:
      return enterEthernet(c);
    case 0: // NULL: an address family in the byte order of whoever captured
    case 108: // LOOP: the same in network order
      return enterFamily(c);
    case 9: // PPP
    case 50: // PPP_HDLC
      return enterPpp(c);
    case 51: // PPP_ETHER: from the PPPoE header on
      return enterEtherType(c, 0x8864);
    case 12: // what BSD and Linux wrote as DLT_RAW
    case 14:
    case 101:
      return enterRaw(c);
    case 104: // C_HDLC
      return afterType(c, 4, 2);
    case 105:
      return enterWlan(c);
    case 113: // LINUX_SLL
      return afterType(c, 16, 14);
    case 127: // IEEE802_11_RADIOTAP
      if (c.left < 4) return "truncated-packet";
      c.at += u16le(c.bytes, c.at + 2);
      return enterWlan(c);
    case 192: // PPI, which wraps another link type (a PPI in a PPI is nobody's packet)
      return enterPpi(c);
    case 228:
      return 4;
    case 229:
      return 6;
    case 239:
      return enterNflog(c);
    case 276: // LINUX_SLL2
      return afterType(c, 20, 0);
    default:
      return "unknown-link-type";
  }
}

/** A header of fixed length with an EtherType at a fixed place in it. */
function afterType(c: Cursor, header: number, typeAt: number): Network {
  if (c.left < header) return "truncated-packet";
  const type = u16be(c.bytes, c.at + typeAt);
  c.at += header;
  return enterEtherType(c, type);
}

function enterRaw(c: Cursor): Network {
  if (c.left < 1) return "truncated-packet";
  const version = c.bytes[c.at]! >> 4;
  return version === 4 || version === 6 ? version : "not-ip";
}

function enterFamily(c: Cursor): Network {
  if (c.left < 4) return "truncated-packet";
  // Families are small numbers, so whichever byte order gives the smaller one is the right one.
  const family = Math.min(u32be(c.bytes, c.at), u32le(c.bytes, c.at));
  c.at += 4;
  switch (family) {
    case 2:
      return 4;
    case 10: // AF_INET6 on Linux, and below on NetBSD, FreeBSD and macOS
    case 24:
    case 28:
    case 30:
      return 6;
    default:
      return "not-ip";
  }
}

function enterPpi(c: Cursor): Network {
  if (c.left < 8) return "truncated-packet";
  const inner = u32le(c.bytes, c.at + 4);
  c.at += u16le(c.bytes, c.at + 2);
  return inner === 192 ? "not-ip" : enterLink(c, inner);
}

/** NFLOG: type-length-value attributes, one of which (9) is the packet. Lengths are in the capturing host's order. */
function enterNflog(c: Cursor): Network {
  if (c.left < 4) return "truncated-packet";
  const family = c.bytes[c.at]!;
  let at = c.at + 4;
  while (at + 4 <= c.end) {
    const length = u16le(c.bytes, at);
    const type = u16le(c.bytes, at + 2) & 0x7fff;
    if (length < 4) return "bad-packet";
    if (type === 9) {
      c.at = at + 4;
      c.end = Math.min(c.end, at + length);
      return family === 2 ? 4 : family === 10 ? 6 : "not-ip";
    }
    at += (length + 3) & ~3;
  }
  return "truncated-packet";
}
