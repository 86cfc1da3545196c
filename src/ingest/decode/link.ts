/** Link layers by LINKTYPE_ value (tcpdump.org/linktypes.html): moves the cursor to the IP header. */
import { u16be, u16le, u32be, u32le } from "../capture/bytes.ts";
import { passArcnet, passFddi, passTokenRing } from "./lan.ts";
import type { Cursor, Network } from "./cursor.ts";
import { enterEthernet, enterEtherType } from "./ethertype.ts";
import { ETHERTYPE, type NextType } from "./ethertypes.ts";
import { passErf, passJuniper, unwrapPktap, unwrapPpi } from "./recorder.ts";
import { enterAvs, enterPrism, enterRadiotap } from "./radio.ts";
import { passFrameRelay, passPpp } from "./point-to-point.ts";
import { enterWlan } from "./wlan.ts";

export function enterLink(c: Cursor, linkType: number): Network {
  switch (linkType) {
    case 1:
      return enterEthernet(c);
    case 0: // NULL: an address family in the byte order of whoever captured
    case 108: // LOOP: the same in network order
      return enterFamily(c);
    case 9: // PPP
      return enter(c, passPpp(c));
    case 50: // PPP_HDLC, on lines that may speak Cisco's protocol instead
      return c.bytes[c.at] === 0x0f || c.bytes[c.at] === 0x8f ? afterType(c, 4, 2) : enter(c, passPpp(c));
    case 51: // PPP_ETHER: from the PPPoE header on
      return enterEtherType(c, 0x8864);
    case 204: // PPP behind a direction
      c.at += 1;
      return enter(c, passPpp(c));
    case 104: // C_HDLC
      return afterType(c, 4, 2);
    case 107:
      return enter(c, passFrameRelay(c));
    case 12: // what BSD and Linux wrote as DLT_RAW
    case 14:
    case 101:
      return enterRaw(c);
    case 228:
      return 4;
    case 229:
      return 6;
    case 113: // LINUX_SLL
      return afterType(c, 16, 14);
    case 276: // LINUX_SLL2
      return afterType(c, 20, 0);
    case 239:
      return enterNflog(c);
    case 109: // ENC of BSD's IPsec: family, parameter index and flags
      return enterFamily(c, 12);
    case 117:
      return enterPflog(c);
    case 105:
      return enterWlan(c);
    case 119:
      return enterPrism(c);
    case 127:
      return enterRadiotap(c);
    case 163:
      return enterAvs(c);
    case 6:
      return enter(c, passTokenRing(c));
    case 7: // ARCNET of BSD
      return enter(c, passArcnet(c, 2));
    case 129: // ARCNET of Linux
      return enter(c, passArcnet(c, 4));
    case 10:
      return enter(c, passFddi(c));
    case 11: // ATM_RFC1483
      return enterEtherType(c, ETHERTYPE.llc);
    case 123: // SUNATM: flags and the circuit
      c.at += 4;
      return enterEtherType(c, ETHERTYPE.llc);
    case 138: // IP over FireWire (RFC 2734): two addresses
      return afterType(c, 18, 16);
    case 242: // IP over InfiniBand (RFC 4391), behind the global routing header
      return afterType(c, 44, 40);
    case 178: // Ethernet as Juniper's routers record it
      return enter(c, passJuniper(c));
    case 197:
      return enter(c, passErf(c));
    case 149: // a link type for private use, which older macOS used for PKTAP
    case 258:
      return enterWrapped(c, unwrapPktap(c));
    case 192:
      return enterWrapped(c, unwrapPpi(c));
    default:
      return "unknown-link-type";
  }
}

function enter(c: Cursor, next: NextType): Network {
  return typeof next === "string" ? next : enterEtherType(c, next);
}

/** A header of fixed length with an EtherType at a fixed place in it. */
function afterType(c: Cursor, header: number, typeAt: number): Network {
  if (c.left < header) return "truncated-packet";
  const type = u16be(c.bytes, c.at + typeAt);
  c.at += header;
  return enterEtherType(c, type);
}

/** Wrappers in wrappers are nobody's packets, and a way to exhaust the stack. */
const WRAPPERS: ReadonlySet<number> = new Set([149, 192, 258]);

function enterWrapped(c: Cursor, inner: ReturnType<typeof unwrapPpi>): Network {
  if (typeof inner === "string") return inner;
  return WRAPPERS.has(inner) ? "not-ip" : enterLink(c, inner);
}

function enterRaw(c: Cursor): Network {
  if (c.left < 1) return "truncated-packet";
  const version = c.bytes[c.at]! >> 4;
  return version === 4 || version === 6 ? version : "not-ip";
}

function networkOf(family: number): Network {
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

function enterFamily(c: Cursor, header = 4): Network {
  if (c.left < header) return "truncated-packet";
  if (u16be(c.bytes, c.at) === 0xff03) return enter(c, passPpp(c));
  // Families are small numbers, so whichever byte order gives the smaller one is the right one.
  const family = Math.min(u32be(c.bytes, c.at), u32le(c.bytes, c.at));
  c.at += header;
  // Some drivers write an EtherType there.
  return family >= 0x0600 && family < 0x10000 ? enterEtherType(c, family) : networkOf(family);
}

/** The log of BSD's packet filter: its header has a length, then the family. */
function enterPflog(c: Cursor): Network {
  if (c.left < 4) return "truncated-packet";
  const family = c.bytes[c.at + 1]!;
  c.at += (c.bytes[c.at]! + 3) & ~3;
  return networkOf(family);
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
      return networkOf(family);
    }
    at += (length + 3) & ~3;
  }
  return "truncated-packet";
}
