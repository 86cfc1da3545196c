/** Generic routing encapsulation (RFC 2784, 2890), PPTP's version of it (RFC 2637), and what vendors put into it. */
import { u16be } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { enterEthernet, enterEtherType } from "./ethertype.ts";
import { enterTunnelledWlan } from "./wlan.ts";

const TYPE = { wccp: 0x883e, erspan: 0x88be, eoip: 0x6400 } as const;

/** Null when it is no GRE, or nothing is in it. */
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
  if ((flags & 0x4000) !== 0) header += routes(c, header);
  if (c.left <= header) return null;
  c.at += header;
  if (type === TYPE.erspan) {
    // Type II numbers its packets and has a header of its own, type I has neither (draft-foschiano-erspan).
    if (isNumbered) c.at += 8;
    return enterEthernet(c);
  }
  // MikroTik's Ethernet over IP, whose length and tunnel stand in the key's place.
  if (type === TYPE.eoip) return enterEthernet(c);
  // Redirected by a web cache protocol: from version 2 on behind four bytes, the first of which is no IP version.
  if (type === TYPE.wccp) {
    if (c.bytes[c.at]! >> 4 !== 4) c.at += 4;
    return 4;
  }
  return isAruba(type) ? enterTunnelledWlan(c) : enterEtherType(c, type);
}

/** Length of the source routes (RFC 1701): family, offset, length and as many bytes each; the last one is empty. */
function routes(c: Cursor, from: number): number {
  let at = c.at + from;
  while (at + 4 <= c.end) {
    const [family, length] = [u16be(c.bytes, at), c.bytes[at + 3]!];
    at += 4 + length;
    if (family === 0 && length === 0) break;
  }
  return at - c.at - from;
}

/** Access points of Aruba send whole IEEE 802.11 frames, one type for each of their queues. */
function isAruba(type: number): boolean {
  return type === 0x9000 || (type >= 0x8200 && type <= 0x83f0 && (type & 15) === 0);
}
