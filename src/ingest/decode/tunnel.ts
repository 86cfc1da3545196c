/** Tunnels over UDP: recognises them by port and header, and moves the cursor to what they carry. */
import { u16be, u32be } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { enterEthernet, enterEtherType } from "./ethertype.ts";
import { ETHERTYPE } from "./ethertypes.ts";
import { enterGre } from "./gre.ts";
import { typeAfterVxlan } from "./shims.ts";
import { enterTunnelledWlan, enterWlan } from "./wlan.ts";

/** Null when the datagram is no tunnel; the cursor stands at the UDP payload. */
export function enterUdpTunnel(c: Cursor, sourcePort: number, destinationPort: number): Network | null {
  return enterByPort(c, destinationPort) ?? enterByPort(c, sourcePort) ?? enterRelayedTeredo(c);
}

/** SCTP over UDP (RFC 6951), whose first chunk must fit; a transport in a transport, where the others carry networks. */
export function isSctpInUdp(c: Cursor, sourcePort: number, destinationPort: number): boolean {
  if ((destinationPort !== 9899 && sourcePort !== 9899) || c.left < 16) return false;
  const length = u16be(c.bytes, c.at + 14);
  return length >= 4 && length <= c.left - 12;
}

function enterByPort(c: Cursor, port: number): Network | null {
  switch (port) {
    case 4789:
    case 8472: // what Linux used before IANA assigned 4789, and flannel still does
      return enterVxlan(c);
    case 4790:
      return enterVxlanGpe(c);
    case 6081:
      return enterGeneve(c);
    case 3544:
      return enterTeredo(c);
    case 4754:
      return enterGre(c);
    case 6635: // MPLS in UDP (RFC 7510)
      return c.left < 5 ? null : enterEtherType(c, ETHERTYPE.mpls);
    case 1701:
      return enterL2tp(c);
    case 4341:
      return enterLisp(c);
    case 37_008:
      return enterTzsp(c);
    case 5072:
      return enterAyiya(c);
    case 2152:
      return enterGtpUser(c);
    case 3386:
      return enterFirstGtp(c);
    case 5247:
      return enterCapwap(c);
    case 4342:
      return enterLispControl(c);
    case 2268:
      return enterAmt(c);
    default:
      return null;
  }
}

/**
 * RFC 7348: a header of eight bytes in which the I flag is set and everything reserved is zero. Group policies
 * (draft-smith-vxlan-group-policy) set more flags, and use two of the reserved bytes if the first of them says so.
 */
function enterVxlan(c: Cursor): Network | null {
  if (c.left < 22 || c.bytes[c.at + 7] !== 0) return null;
  const flags = c.bytes[c.at]!;
  const more = c.bytes[c.at + 1]!;
  const isPolicy = flags === 0x88 && (more & 0xb7) === 0;
  if (!isPolicy && u32be(c.bytes, c.at) !== 0x0800_0000) return null;
  c.at += 8;
  return enterEthernet(c);
}

/** draft-ietf-nvo3-vxlan-gpe: the P flag announces a next protocol. */
function enterVxlanGpe(c: Cursor): Network | null {
  if (c.left < 9 || (c.bytes[c.at]! & 0xfc) !== 0x0c || u16be(c.bytes, c.at + 1) !== 0) return null;
  const type = typeAfterVxlan(c.bytes[c.at + 3]!);
  if (type === null) return null;
  c.at += 8;
  return enterEtherType(c, type);
}

/** RFC 9300: flags, nonce and locator bits, then IP. */
function enterLisp(c: Cursor): Network | null {
  const { bytes, at } = c;
  if (c.left < 28) return null;
  const version = bytes[at + 8]! >> 4;
  // The header holds nothing to know it by, so the packet in it must fill the datagram.
  const length = version === 4 ? u16be(bytes, at + 10) : version === 6 ? 40 + u16be(bytes, at + 12) : -1;
  if (length !== c.left - 8) return null;
  c.at += 8;
  return version === 4 ? 4 : 6;
}

/** RFC 9301 §5.8: a control message in an IP packet of its own, as it would go to another system. */
function enterLispControl(c: Cursor): Network | null {
  // Type 8, without the authentication that the S flag announces.
  if (c.left < 24 || (c.bytes[c.at]! & 0xf8) !== 0x80) return null;
  const version = c.bytes[c.at + 4]! >> 4;
  if (version !== 4 && version !== 6) return null;
  c.at += 4;
  return version;
}

/** RFC 7450 §5.1.6: multicast data behind two bytes, to those whose network has none. */
function enterAmt(c: Cursor): Network | null {
  if (c.left < 22 || c.bytes[c.at] !== 6) return null;
  const version = c.bytes[c.at + 2]! >> 4;
  if (version !== 4 && version !== 6) return null;
  c.at += 2;
  return version;
}

/** RFC 2661: data messages of version 2, whose flags tell which fields there are; then PPP. */
function enterL2tp(c: Cursor): Network | null {
  if (c.left < 6) return null;
  const flags = u16be(c.bytes, c.at);
  // Neither a control message nor another version, and nothing reserved.
  if ((flags & 0xb4ff) !== 2) return null;
  let header = (flags & 0x4000) === 0 ? 6 : 8; // length
  if ((flags & 0x0800) !== 0) header += 4; // sequence numbers
  if ((flags & 0x0200) !== 0) {
    if (c.left < header + 2) return null;
    header += 2 + u16be(c.bytes, c.at + header); // offset
  }
  if (c.left <= header) return null;
  c.at += header;
  return enterEtherType(c, ETHERTYPE.ppp);
}

/** TaZmen Sniffer Protocol: what routers and access points send to a sniffer elsewhere. Tags end with a 1. */
function enterTzsp(c: Cursor): Network | null {
  if (c.left < 5 || c.bytes[c.at] !== 1 || c.bytes[c.at + 1]! > 1) return null;
  const type = u16be(c.bytes, c.at + 2);
  let at = c.at + 4;
  // Zero is padding; every other tag has a length.
  while (at < c.end && c.bytes[at] !== 1) at += c.bytes[at] === 0 || at + 1 >= c.end ? 1 : 2 + c.bytes[at + 1]!;
  if (at >= c.end || (type !== 1 && type !== 18)) return null;
  c.at = at + 1;
  return type === 1 ? enterEthernet(c) : enterWlan(c);
}

/** RFC 8926: version 0, options in words, an EtherType. */
function enterGeneve(c: Cursor): Network | null {
  if (c.left < 8 || c.bytes[c.at]! >> 6 !== 0) return null;
  const header = 8 + (c.bytes[c.at]! & 0x3f) * 4;
  if (c.left <= header) return null;
  const type = u16be(c.bytes, c.at + 2);
  c.at += header;
  return enterEtherType(c, type);
}

/** RFC 4380: IPv6 behind optional authentication and origin indications. */
function enterTeredo(c: Cursor): Network | null {
  let at = c.at;
  if (c.end - at >= 4 && u16be(c.bytes, at) === 0x0001) at += 13 + c.bytes[at + 2]! + c.bytes[at + 3]!;
  if (c.end - at >= 8 && u16be(c.bytes, at) === 0x0000) at += 8;
  if (c.end - at < 40 || c.bytes[at]! >> 4 !== 6) return null;
  c.at = at;
  return 6;
}

/**
 * Teredo relays use any port, so their packets are known by what is in them: exactly one IPv6 packet, with an address
 * out of Teredo's own 2001::/32 at either end.
 */
function enterRelayedTeredo(c: Cursor): Network | null {
  const { bytes, at } = c;
  if (c.left < 40 || bytes[at]! >> 4 !== 6 || u16be(bytes, at + 4) !== c.left - 40) return null;
  return u32be(bytes, at + 8) === 0x2001_0000 || u32be(bytes, at + 24) === 0x2001_0000 ? 6 : null;
}

/** draft-massar-v6ops-ayiya: identity and signature lengths in the header, then a whole IP packet. */
function enterAyiya(c: Cursor): Network | null {
  if (c.left < 8) return null;
  const identity = 1 << (c.bytes[c.at]! >> 4);
  const signature = (c.bytes[c.at + 1]! >> 4) * 4;
  const next = c.bytes[c.at + 3]!;
  const header = 8 + identity + signature;
  if ((next !== 41 && next !== 4) || c.left <= header) return null;
  c.at += header;
  return next === 41 ? 6 : 4;
}

/** 3GPP TS 29.281: only user data (message 255), whose extension headers are chained. */
function enterGtpUser(c: Cursor): Network | null {
  if (c.left < 8 || c.bytes[c.at]! >> 4 !== 3 || c.bytes[c.at + 1] !== 255) return null;
  const flags = c.bytes[c.at]!;
  let at = c.at + 8;
  if ((flags & 7) !== 0) {
    at += 4;
    let next = (flags & 4) !== 0 && at <= c.end ? c.bytes[at - 1]! : 0;
    while (next !== 0 && at < c.end && c.bytes[at] !== 0) {
      at += c.bytes[at]! * 4;
      next = at <= c.end ? c.bytes[at - 1]! : 0;
    }
  }
  const version = at < c.end ? c.bytes[at]! >> 4 : 0;
  if (version !== 4 && version !== 6) return null;
  c.at = at;
  return version;
}

/** GTP before version 1 (3GPP TS 09.60): twenty bytes, of which only the kind of message matters. */
function enterFirstGtp(c: Cursor): Network | null {
  if (c.left < 40 || (c.bytes[c.at]! & 0xf0) !== 0x10 || c.bytes[c.at + 1] !== 255) return null;
  const version = c.bytes[c.at + 20]! >> 4;
  if (version !== 4 && version !== 6) return null;
  c.at += 20;
  return version;
}

/** RFC 5415: whole IEEE 802.11 frames (binding 1, native format) or Ethernet; no keep-alives and no fragments. */
function enterCapwap(c: Cursor): Network | null {
  if (c.left < 8 || c.bytes[c.at] !== 0) return null;
  const fields = u32be(c.bytes, c.at);
  const length = ((fields >> 19) & 31) * 4;
  if (((fields >> 9) & 31) !== 1 || (fields & 0x88) !== 0 || length < 8) return null;
  const isNative = (fields & 0x100) !== 0;
  c.at += length;
  return isNative ? enterTunnelledWlan(c) : enterEthernet(c);
}
