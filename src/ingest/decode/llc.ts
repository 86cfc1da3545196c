/** IEEE 802.2 LLC and its SNAP extension, which carry an EtherType where the link layer has no place for one. */
import { u16be } from "../capture/bytes.ts";
import type { Cursor } from "./cursor.ts";
import { ETHERTYPE, type NextType } from "./ethertypes.ts";

const UNNUMBERED = 3;
/** Service access points of SNAP and, before it, of IP itself (RFC 948). */
const SAP = { snap: 0xaa, ip: 0x06 } as const;

/** Organisations whose SNAP protocol numbers are EtherTypes: RFC 1042's, and IEEE 802.1H's bridge-tunnel encapsulation. */
const ETHERNET_COMPATIBLE: ReadonlySet<number> = new Set([0x000000, 0x0000f8]);
const BRIDGED = 0x0080c2;

export function passLlc(c: Cursor): NextType {
  if (c.left < 3) return "truncated-packet";
  const { bytes, at } = c;
  const service = bytes[at];
  if (service !== bytes[at + 1] || bytes[at + 2] !== UNNUMBERED) return "not-ip";
  c.at += 3;
  if (service === SAP.ip) return ETHERTYPE.ipv4;
  // Two bytes of padding align what is bridged over ATM (RFC 2684, 5.2).
  return service === SAP.snap ? passSnap(c, 2) : "not-ip";
}

/** The organisation and its protocol number; `padding` bytes lie before a bridged frame. */
export function passSnap(c: Cursor, padding: number): NextType {
  if (c.left < 5) return "truncated-packet";
  const organisation = (c.bytes[c.at]! << 16) | u16be(c.bytes, c.at + 1);
  const protocol = u16be(c.bytes, c.at + 3);
  c.at += 5;
  if (ETHERNET_COMPATIBLE.has(organisation)) return protocol;
  // Ethernet with its check sequence and without.
  if (organisation !== BRIDGED || (protocol !== 1 && protocol !== 7)) return "not-ip";
  c.at += padding;
  return ETHERTYPE.bridged;
}
