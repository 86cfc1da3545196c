/** One transport segment as the decoder found it: numbers and offsets, in an object that is reused for every packet. */
import type { Instant } from "../../model/instant.ts";

export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

export class Packet {
  record = 0;
  at: Instant = Number.NaN;
  family: 4 | 6 = 4;
  protocol = 0;
  /** Addresses as signed words in network order; IPv4 uses the first and leaves the others zero. */
  s0 = 0;
  s1 = 0;
  s2 = 0;
  s3 = 0;
  d0 = 0;
  d1 = 0;
  d2 = 0;
  d3 = 0;
  /** Zero for ICMP. */
  sourcePort = 0;
  destinationPort = 0;
  /** TCP only: header flags and the signed sequence and acknowledgement numbers. */
  flags = 0;
  seq = 0;
  ack = 0;
  /** The type of an ICMP message or of the first SCTP chunk. */
  kind = 0;
  bytes: Uint8Array = new Uint8Array(0);
  /** The captured payload is `bytes[payload..payloadEnd)`. */
  payload = 0;
  payloadEnd = 0;
  /** Payload bytes on the wire; more than were captured when the snap length cut the packet. */
  payloadLength = 0;
  /** The first fragment of a datagram whose rest is still to come: it proves the flow, its payload is not whole. */
  fragment = false;
  /** The latest datagram that came whole in fragments: all of them, and the one that completed it, which may be this packet. */
  joined: { readonly record: number; readonly fragments: readonly number[] } | null = null;
}

/** Whoever is told of segments. Packets are reused: copy what is to be kept. */
export interface SegmentHandler {
  /** One call for each transport layer: a tunnelled packet gives its tunnel's and then its own. */
  segment(packet: Packet): void;
  /** An ICMP error said that the quoted packet did not arrive; only its addresses, protocol and ports are set, and the error's record. */
  unreachable(quoted: Packet): void;
}

/** Whether the snap length took the end of the payload. */
export function isCutShort(p: Packet): boolean {
  return p.payloadLength > p.payloadEnd - p.payload;
}
