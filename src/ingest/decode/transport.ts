/** TCP, UDP, SCTP and ICMP headers at the cursor, read into the packet. */
import { i32be, u16be } from "../capture/bytes.ts";
import type { Cursor, Unusable } from "./cursor.ts";
import { type Packet, PROTOCOL } from "./packet.ts";

/** Null when the packet is complete, else why there is no segment. */
export function readTransport(c: Cursor, packet: Packet): Unusable | null {
  packet.bytes = c.bytes;
  switch (packet.protocol) {
    case PROTOCOL.tcp:
      return readTcp(c, packet);
    case PROTOCOL.udp:
      return readUdp(c, packet);
    case PROTOCOL.sctp:
      return readSctp(c, packet);
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      if (c.left < 4) return "truncated-packet";
      packet.kind = c.bytes[c.at]!;
      packet.sourcePort = 0;
      packet.destinationPort = 0;
      return setPayload(c, packet, 8, c.wireEnd);
    default:
      return "other-protocol";
  }
}

function readTcp(c: Cursor, packet: Packet): Unusable | null {
  // Fourteen bytes reach the flags: enough for the flow, should the snap length cut the rest of the header.
  if (c.left < 14) return "truncated-packet";
  const { bytes, at } = c;
  const header = (bytes[at + 12]! >> 4) * 4;
  if (header < 20) return "bad-packet";
  packet.sourcePort = u16be(bytes, at);
  packet.destinationPort = u16be(bytes, at + 2);
  packet.seq = i32be(bytes, at + 4);
  packet.ack = i32be(bytes, at + 8);
  packet.flags = bytes[at + 13]!;
  return setPayload(c, packet, header, c.wireEnd);
}

function readUdp(c: Cursor, packet: Packet): Unusable | null {
  if (c.left < 8) return "truncated-packet";
  const length = u16be(c.bytes, c.at + 4);
  // Zero is the length of IPv6's jumbograms (RFC 2675): the IP header knows.
  if (length < 8 && (length > 0 || packet.family === 4)) return "bad-packet";
  packet.sourcePort = u16be(c.bytes, c.at);
  packet.destinationPort = u16be(c.bytes, c.at + 2);
  return setPayload(c, packet, 8, length === 0 ? c.wireEnd : Math.min(c.wireEnd, c.at + length));
}

function readSctp(c: Cursor, packet: Packet): Unusable | null {
  if (c.left < 12) return "truncated-packet";
  packet.sourcePort = u16be(c.bytes, c.at);
  packet.destinationPort = u16be(c.bytes, c.at + 2);
  packet.kind = c.left > 12 ? c.bytes[c.at + 12]! : 0;
  return setPayload(c, packet, 12, c.wireEnd);
}

function setPayload(c: Cursor, packet: Packet, header: number, wireEnd: number): null {
  const from = c.at + header;
  packet.payload = Math.min(from, c.end);
  packet.payloadEnd = Math.max(packet.payload, Math.min(c.end, wireEnd));
  packet.payloadLength = Math.max(0, wireEnd - from);
  return null;
}
