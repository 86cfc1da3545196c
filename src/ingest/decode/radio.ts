/** What drivers of wireless cards write before an IEEE 802.11 frame: strengths, rates, channels. */
import { u16le, u32be, u32le } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { enterWlan } from "./wlan.ts";

const FLAG_PADDED = 0x20;

/** radiotap.org: a bit map of fields; of these only the flags matter, which stand behind the eight bytes of a time. */
export function enterRadiotap(c: Cursor): Network {
  if (c.left < 8) return "truncated-packet";
  const { bytes, at } = c;
  const length = u16le(bytes, at + 2);
  const present = u32le(bytes, at + 4);
  // The highest bit announces another map.
  let fields = at + 8;
  for (let map = present; map >>> 31 === 1 && fields + 4 <= at + length && fields + 4 <= c.end; fields += 4) {
    map = u32le(bytes, fields);
  }
  if ((present & 1) !== 0) fields = at + ((fields - at + 7) & ~7) + 8;
  const isPadded = (present & 2) !== 0 && fields < at + length && (bytes[fields]! & FLAG_PADDED) !== 0;
  c.at += length;
  return enterWlan(c, isPadded);
}

/** AVS: a version and the header's length, both in network order. */
export function enterAvs(c: Cursor): Network {
  if (c.left < 8) return "truncated-packet";
  c.at += u32be(c.bytes, c.at + 4);
  return enterWlan(c);
}

/** Prism: a message code and a length in the byte order of whoever captured; some drivers write AVS instead. */
export function enterPrism(c: Cursor): Network {
  if (c.left < 8) return "truncated-packet";
  if (u32be(c.bytes, c.at) >>> 8 === 0x802110) return enterAvs(c);
  c.at += Math.min(u32be(c.bytes, c.at + 4), u32le(c.bytes, c.at + 4));
  return enterWlan(c);
}
