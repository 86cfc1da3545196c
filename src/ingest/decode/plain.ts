/** The frames that captures are made of, Ethernet with IPv4 and TCP and nothing odd, read in one go instead of layer by layer. */
import type { Frame } from "../capture/frame.ts";
import { ETHERTYPE } from "./ethertypes.ts";
import { type Packet, PROTOCOL } from "./packet.ts";

const ETHERNET = 14;
const IPV4 = 20;
const TCP = 20;
/** LINKTYPE_ETHERNET. */
const LINK_TYPE = 1;

/**
 * Fills the packet and answers true, as the decoder would do; false for every frame that has to be looked at closely,
 * among them all that are cut short, and then the packet is as it was.
 */
export function readPlain({ bytes, view, start, end, linkType }: Frame, packet: Packet): boolean {
  const ip = start + ETHERNET;
  const tcp = ip + IPV4;
  if (linkType !== LINK_TYPE || tcp + TCP > end) return false;
  // Version 4, a header without options, and no fragment.
  if (view.getUint16(start + 12) !== ETHERTYPE.ipv4 || bytes[ip] !== 0x45 || bytes[ip + 9] !== PROTOCOL.tcp)
    return false;
  if ((view.getUint16(ip + 6) & 0x3fff) !== 0) return false;
  const payloadEnd = ip + view.getUint16(ip + 2);
  const header = (bytes[tcp + 12]! >> 4) * 4;
  const payload = tcp + header;
  if (header < TCP || payload > payloadEnd || payloadEnd > end) return false;
  // Nearly always it is the array of the frame before, and to store a reference costs more than to compare it.
  if (packet.bytes !== bytes) packet.bytes = bytes;
  packet.family = 4;
  packet.protocol = PROTOCOL.tcp;
  packet.s0 = view.getInt32(ip + 12);
  packet.d0 = view.getInt32(ip + 16);
  packet.s1 = packet.s2 = packet.s3 = packet.d1 = packet.d2 = packet.d3 = 0;
  packet.sourcePort = view.getUint16(tcp);
  packet.destinationPort = view.getUint16(tcp + 2);
  packet.seq = view.getInt32(tcp + 4);
  packet.ack = view.getInt32(tcp + 8);
  packet.flags = bytes[tcp + 13]!;
  packet.payload = payload;
  packet.payloadEnd = payloadEnd;
  packet.payloadLength = payloadEnd - payload;
  return true;
}
