/** MPLS labels. They do not say what they carry, so that is told by what it looks like. */
import { u16be } from "../capture/bytes.ts";
import type { Cursor } from "./cursor.ts";
import { ETHERTYPE, type NextType } from "./ethertypes.ts";

/** The first nibble tells IP from the control word of a pseudowire (RFC 4928). */
export function passMpls(c: Cursor): NextType {
  for (;;) {
    if (c.left < 5) return "truncated-packet";
    const isBottom = (c.bytes[c.at + 2]! & 1) === 1;
    c.at += 4;
    if (!isBottom) continue;
    const nibble = c.bytes[c.at]! >> 4;
    if (nibble === 4) return ETHERTYPE.ipv4;
    if (nibble === 6) return ETHERTYPE.ipv6;
    if (nibble === 0 && isEthernet(c, 4)) {
      c.at += 4;
      return ETHERTYPE.bridged;
    }
    // Control words are optional (RFC 4448, 4.6), and addresses of network cards may begin with a zero, too.
    return isEthernet(c, 0) ? ETHERTYPE.bridged : "not-ip";
  }
}

const USUAL: ReadonlySet<number> = new Set([0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8, 0x8847, 0x8864]);

function isEthernet(c: Cursor, ahead: number): boolean {
  return c.left >= ahead + 14 && USUAL.has(u16be(c.bytes, c.at + ahead + 12));
}
