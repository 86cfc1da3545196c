/** IEEE 802.11 data frames, which carry an EtherType behind LLC/SNAP when they are not encrypted. */
import { enterEtherType } from "./ethertype.ts";
import type { Cursor, Network } from "./cursor.ts";
import { isSnap } from "./snap.ts";
import { u16be } from "../capture/bytes.ts";

const DATA = 2;

export function enterWlan(c: Cursor): Network {
  return c.left < 24 ? "truncated-packet" : enterData(c, c.bytes[c.at]!, c.bytes[c.at + 1]!);
}

/** Access points send the two bytes of the frame control field swapped in CAPWAP; version 0 tells which way it is. */
export function enterTunnelledWlan(c: Cursor): Network {
  if (c.left < 24) return "truncated-packet";
  const [first, second] = [c.bytes[c.at]!, c.bytes[c.at + 1]!];
  return (first & 15) === DATA << 2 ? enterData(c, first, second) : enterData(c, second, first);
}

function enterData(c: Cursor, control: number, flags: number): Network {
  const subtype = control >> 4;
  // Subtypes with bit 2 set carry no data (null frames, polls).
  if (((control >> 2) & 3) !== DATA || (subtype & 4) !== 0) return "not-ip";
  if ((flags & 0x40) !== 0) return "encrypted-frame";
  let header = (flags & 3) === 3 ? 30 : 24;
  if ((subtype & 8) !== 0) header += (flags & 0x80) === 0 ? 2 : 6;
  c.at += header;
  if (c.left < 8) return "truncated-packet";
  if (!isSnap(c.bytes, c.at)) return "not-ip";
  c.at += 8;
  return enterEtherType(c, u16be(c.bytes, c.at - 2));
}
