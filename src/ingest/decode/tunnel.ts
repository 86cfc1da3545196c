/** Tunnels over UDP and GRE: recognises them by port and header, and moves the cursor to what they carry. */
import { u16be, u32be } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { enterEthernet, enterEtherType, enterMpls } from "./ethertype.ts";
import { enterTunnelledWlan } from "./wlan.ts";

const ERSPAN = 0x88be;

/** Null when the datagram is no tunnel; the cursor stands at the UDP payload. */
export function enterUdpTunnel(c: Cursor, sourcePort: number, destinationPort: number): Network | null {
  return enterByPort(c, destinationPort) ?? enterByPort(c, sourcePort) ?? enterRelayedTeredo(c);
}

function enterByPort(c: Cursor, port: number): Network | null {
  switch (port) {
    case 4789:
    case 8472: // what Linux used before IANA assigned 4789, and flannel still does
      return enterVxlan(c);
    case 6081:
      return enterGeneve(c);
    case 3544:
      return enterTeredo(c);
    case 4754:
      return enterGre(c);
    case 6635: // MPLS in UDP (RFC 7510)
      return c.left < 5 ? null : enterMpls(c);
    case 5072:
      return enterAyiya(c);
    case 2152:
      return enterGtpUser(c);
    case 5247:
      return enterCapwap(c);
    default:
      return null;
  }
}

/** RFC 7348: a header of eight bytes in which the I flag is set and everything reserved is zero. */
function enterVxlan(c: Cursor): Network | null {
  if (c.left < 22 || c.bytes[c.at] !== 8 || u32be(c.bytes, c.at) !== 0x0800_0000 || c.bytes[c.at + 7] !== 0)
    return null;
  c.at += 8;
  return enterEthernet(c);
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

/** RFC 2784 and 2890, and the version 1 of PPTP (RFC 2637), whose payload is PPP. */
export function enterGre(c: Cursor): Network | null {
  if (c.left < 4) return null;
  const flags = u16be(c.bytes, c.at);
  const version = flags & 7;
  if (version > 1) return null;
  const type = u16be(c.bytes, c.at + 2);
  const isNumbered = (flags & 0x1000) !== 0;
  let header = 4;
  if ((flags & 0xc000) !== 0) header += 4; // checksum or routing: both bring both fields
  if ((flags & 0x2000) !== 0) header += 4; // key
  if (isNumbered) header += 4; // sequence number
  if (version === 1 && (flags & 0x0080) !== 0) header += 4; // acknowledgement number
  if (c.left <= header) return null;
  c.at += header;
  if (type !== ERSPAN) return enterEtherType(c, type);
  // Type II numbers its packets and has a header of its own, type I has neither (draft-foschiano-erspan).
  if (isNumbered) c.at += 8;
  return enterEthernet(c);
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

/** RFC 5415: whole IEEE 802.11 frames (binding 1, native format) that are no keep-alives and no fragments. */
function enterCapwap(c: Cursor): Network | null {
  if (c.left < 8 || c.bytes[c.at] !== 0) return null;
  const fields = u32be(c.bytes, c.at);
  const isNative = ((fields >> 9) & 31) === 1 && (fields & 0x100) !== 0;
  if (!isNative || (fields & 0x88) !== 0) return null;
  c.at += ((fields >> 19) & 31) * 4;
  return enterTunnelledWlan(c);
}
