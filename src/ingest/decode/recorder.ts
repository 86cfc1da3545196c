/** Headers that a recording device or driver puts before the frame it has seen. */
import { u16be, u16le, u32be, u32le } from "../capture/bytes.ts";
import type { Cursor, Unusable } from "./cursor.ts";
import { ETHERTYPE, type NextType } from "./ethertypes.ts";

/** PPI: its length and the link type that it wraps. */
export function unwrapPpi(c: Cursor): number | Unusable {
  if (c.left < 8) return "truncated-packet";
  const inner = u32le(c.bytes, c.at + 4);
  c.at += u16le(c.bytes, c.at + 2);
  return inner;
}

/** The shortest header that Apple ever wrote; it also names the process, on machines whose owner allows that. */
const PKTAP_HEADER = 108;

/** Apple's PKTAP: a length, a record type of 1 for packets, and the link type that it wraps. */
export function unwrapPktap(c: Cursor): number | Unusable {
  if (c.left < PKTAP_HEADER) return "truncated-packet";
  const length = u32le(c.bytes, c.at);
  if (length < PKTAP_HEADER || length > c.left || u32le(c.bytes, c.at + 4) !== 1) return "unknown-link-type";
  const inner = u32le(c.bytes, c.at + 8);
  c.at += length;
  return inner;
}

const JUNIPER_MAGIC = 0x4d4743;

/** A magic number, flags, and extensions if the first of them says so. Without a link layer there is nothing to go by. */
export function passJuniper(c: Cursor): NextType {
  if (c.left < 6) return "truncated-packet";
  if (u32be(c.bytes, c.at) >>> 8 !== JUNIPER_MAGIC) return "bad-packet";
  const flags = c.bytes[c.at + 3]!;
  c.at += (flags & 0x80) === 0 ? 4 : 6 + u16be(c.bytes, c.at + 4);
  return (flags & 2) === 0 ? ETHERTYPE.bridged : "not-ip";
}

/** Endace's extensible record format: time, type, lengths; eight bytes more for each extension that is announced. */
export function passErf(c: Cursor): NextType {
  if (c.left < 16) return "truncated-packet";
  const type = c.bytes[c.at + 8]! & 0x7f;
  let isExtended = (c.bytes[c.at + 8]! & 0x80) !== 0;
  c.at += 16;
  while (isExtended) {
    if (c.left < 8) return "truncated-packet";
    isExtended = (c.bytes[c.at]! & 0x80) !== 0;
    c.at += 8;
  }
  switch (type) {
    case 2: // Ethernet, and below with a colour or a hash instead of a loss counter: all behind an offset
    case 11:
    case 16:
    case 20:
      c.at += 2;
      return ETHERTYPE.bridged;
    case 22:
      return ETHERTYPE.ipv4;
    case 23:
      return ETHERTYPE.ipv6;
    default:
      return "not-ip";
  }
}
