/** sFlow version 5 (sflow.org/sflow_version_5.txt): headers of packets that a switch picked out, sent to a collector. */
import { u32be } from "../capture/bytes.ts";
import type { Cursor, Network } from "./cursor.ts";
import { enterEthernet, enterEtherType } from "./ethertype.ts";
import { ETHERTYPE } from "./ethertypes.ts";

/** One sampled packet, cut after its headers. */
interface Sample {
  readonly at: number;
  readonly end: number;
  /** Where it would end had all of it been sent on. */
  readonly wireEnd: number;
  readonly protocol: number;
}

/** Formats of samples and of what they hold; the upper bits are zero in those that the standard defines. */
const FORMAT = { flow: 1, expandedFlow: 3, header: 1 } as const;
const HEADER = { flow: 32, expandedFlow: 44 } as const;

/** The packets in a datagram, none if it is no sFlow; the cursor stands at the UDP payload. */
export function readSamples(c: Cursor): readonly Sample[] {
  const samples: Sample[] = [];
  if (c.left < 28 || u32be(c.bytes, c.at) !== 5) return samples;
  const family = u32be(c.bytes, c.at + 4);
  if (family !== 1 && family !== 2) return samples;
  // The agent's address, then four numbers.
  let at = c.at + 8 + (family === 1 ? 4 : 16) + 16;
  while (at + 8 <= c.end) {
    const format = u32be(c.bytes, at);
    const end = at + 8 + u32be(c.bytes, at + 4);
    if (format === FORMAT.flow) addHeaders(c, at + 8 + HEADER.flow, end, samples);
    else if (format === FORMAT.expandedFlow) addHeaders(c, at + 8 + HEADER.expandedFlow, end, samples);
    at = end;
  }
  return samples;
}

/** A sample's records; headers of packets are one kind. */
function addHeaders(c: Cursor, from: number, to: number, samples: Sample[]): void {
  const limit = Math.min(to, c.end);
  let at = from;
  while (at + 8 <= limit) {
    const end = at + 8 + u32be(c.bytes, at + 4);
    // Which link, the packet's length and how much of its end was cut off, the length of what follows.
    if (u32be(c.bytes, at) === FORMAT.header && at + 24 <= limit) {
      const [start, length] = [at + 24, u32be(c.bytes, at + 12)];
      const header = Math.min(start + u32be(c.bytes, at + 20), end, limit);
      samples.push({ at: start, end: header, wireEnd: start + length, protocol: u32be(c.bytes, at + 8) });
    }
    at = end;
  }
}

/** Numbers of links as the standard has them. */
export function enterSampled(c: Cursor, protocol: number): Network {
  switch (protocol) {
    case 1:
      return enterEthernet(c);
    case 7:
      return enterEtherType(c, ETHERTYPE.ppp);
    case 11:
      return 4;
    case 12:
      return 6;
    case 13:
      return enterEtherType(c, ETHERTYPE.mpls);
    default:
      return "not-ip";
  }
}
