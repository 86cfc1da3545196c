/** Addresses of IP headers, read into the packet as words. */
import { i32be } from "../capture/bytes.ts";
import type { Packet } from "./packet.ts";

/** Source and destination of an IPv4 header, which start at `at`. */
export function readV4(packet: Packet, bytes: Uint8Array, at: number): void {
  packet.family = 4;
  packet.s0 = i32be(bytes, at);
  packet.d0 = i32be(bytes, at + 4);
  packet.s1 = packet.s2 = packet.s3 = packet.d1 = packet.d2 = packet.d3 = 0;
}

/** Source and destination of an IPv6 header, which start at `at`. */
export function readV6(packet: Packet, bytes: Uint8Array, at: number): void {
  packet.family = 6;
  packet.s0 = i32be(bytes, at);
  packet.s1 = i32be(bytes, at + 4);
  packet.s2 = i32be(bytes, at + 8);
  packet.s3 = i32be(bytes, at + 12);
  packet.d0 = i32be(bytes, at + 16);
  packet.d1 = i32be(bytes, at + 20);
  packet.d2 = i32be(bytes, at + 24);
  packet.d3 = i32be(bytes, at + 28);
}
