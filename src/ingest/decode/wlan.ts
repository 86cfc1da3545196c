/** IEEE 802.11 data frames, which carry an EtherType behind LLC/SNAP when they are not encrypted. */
import { u16be } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { enterEtherType } from "./ethertype.ts";
import { ETHERTYPE } from "./ethertypes.ts";

const DATA = 2;

/** `isPadded`: some cards align what follows the header to four bytes, and say so. */
export function enterWlan(c: Cursor, isPadded = false): Network {
  return c.left < 24 ? "truncated-packet" : enterData(c, c.bytes[c.at]!, c.bytes[c.at + 1]!, isPadded);
}

/** Access points send the two bytes of the frame control field swapped in tunnels; version 0 tells which way it is. */
export function enterTunnelledWlan(c: Cursor): Network {
  if (c.left < 24) return "truncated-packet";
  const [first, second] = [c.bytes[c.at]!, c.bytes[c.at + 1]!];
  return (first & 15) === DATA << 2 ? enterData(c, first, second, false) : enterData(c, second, first, false);
}

function enterData(c: Cursor, control: number, flags: number, isPadded: boolean): Network {
  const subtype = control >> 4;
  // Subtypes with bit 2 set carry no data (null frames, polls).
  if (((control >> 2) & 3) !== DATA || (subtype & 4) !== 0) return "not-ip";
  if ((flags & 0x40) !== 0) return "encrypted-frame";
  let header = (flags & 3) === 3 ? 30 : 24;
  let isAggregate = false;
  if ((subtype & 8) !== 0) {
    if (c.left < header + 2) return "truncated-packet";
    isAggregate = (c.bytes[c.at + header]! & 0x80) !== 0;
    header += (flags & 0x80) === 0 ? 2 : 6;
  }
  if (isPadded) header = (header + 3) & ~3;
  c.at += header;
  return isAggregate ? enterAggregate(c) : enterEtherType(c, ETHERTYPE.llc);
}

/** Several packets in one frame (A-MSDU), each behind addresses and a length; what follows the first waits in the cursor. */
function enterAggregate(c: Cursor): Network {
  if (c.hasMore) return "tunnel-too-deep";
  c.keepRest(c.at);
  return enterNextSubframe(c);
}

/** The next packet of an aggregate, which {@link Cursor.hasMore} has promised. */
export function enterNextSubframe(c: Cursor): Network {
  c.takeRest();
  if (c.left < 14) return "truncated-packet";
  const length = 14 + u16be(c.bytes, c.at + 12);
  const start = c.at;
  // All but the last are padded to four bytes.
  const next = start + ((length + 3) & ~3);
  if (next < c.end) c.keepRest(next);
  c.limit(start + length);
  c.at += 14;
  return enterEtherType(c, ETHERTYPE.llc);
}
