/** ICMP errors quote the packet they are about, and so tell of that packet's flow and are none themselves. */
import { u16be } from "../capture/bytes.ts";
import { readV4, readV6 } from "./addresses.ts";
import { type Packet, PROTOCOL } from "./packet.ts";

/** Unreachable, source quench, redirect, time exceeded, parameter problem; in ICMPv6 all types below 128 (RFC 4443). */
export function isIcmpError(packet: Packet): boolean {
  const { protocol, kind } = packet;
  if (protocol === PROTOCOL.icmpv6) return kind < 128;
  return protocol === PROTOCOL.icmp && (kind === 3 || kind === 4 || kind === 5 || kind === 11 || kind === 12);
}

/** Reads what an "unreachable" quotes; false for the other errors, for "too big", and for quotations without ports. */
export function readQuoted(error: Packet, quoted: Packet): boolean {
  const { bytes, payload, payloadEnd } = error;
  if (payloadEnd - payload < 28) return false;
  const code = bytes[payload - 7];
  if (error.protocol === PROTOCOL.icmp ? error.kind !== 3 || code === 4 : error.kind !== 1) return false;
  const version = bytes[payload]! >> 4;
  let at = payload + 40;
  if (version === 4) {
    readV4(quoted, bytes, payload + 12);
    quoted.protocol = bytes[payload + 9]!;
    at = payload + (bytes[payload]! & 15) * 4;
  } else if (version === 6 && payloadEnd - payload >= 44) {
    readV6(quoted, bytes, payload + 8);
    quoted.protocol = bytes[payload + 6]!;
  } else return false;
  if (at + 4 > payloadEnd) return false;
  quoted.record = error.record;
  quoted.sourcePort = u16be(bytes, at);
  quoted.destinationPort = u16be(bytes, at + 2);
  return true;
}
