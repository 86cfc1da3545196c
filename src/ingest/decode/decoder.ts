/** Frames to transport segments: link layer, IP, fragments, tunnels, transport; one packet object, no allocation. */
import type { Rejections } from "../../model/flow.ts";
import { u16be, u32be } from "../capture/bytes.ts";
import type { Frame } from "../capture/frame.ts";
import { readV4, readV6 } from "./addresses.ts";
import { Cursor, type Network, type Unusable } from "./cursor.ts";
import { enterEthernet, enterEtherType } from "./ethertype.ts";
import { ETHERTYPE } from "./ethertypes.ts";
import { Fragments } from "./fragments.ts";
import { isIcmpError, readQuoted } from "./icmp-error.ts";
import { enterLink } from "./link.ts";
import { Packet, PROTOCOL, type SegmentHandler } from "./packet.ts";
import { readPlain } from "./plain.ts";
import { enterSampled, readSamples } from "./sflow.ts";
import { readTransport } from "./transport.ts";
import { enterGre } from "./gre.ts";
import { enterUdpTunnel, isSctpInUdp } from "./tunnel.ts";
import { enterNextSubframe } from "./wlan.ts";

/** Tunnels within tunnels. Overlays need two or three; an attacker would nest as many as fit into a frame. */
const MAX_DEPTH = 8;

/** The port of those who collect samples. */
const SFLOW = 6343;

export class Decoder {
  readonly #packet = new Packet();
  readonly #quoted = new Packet();
  readonly #cursor = new Cursor();
  readonly #handler: SegmentHandler;
  readonly #rejections: Rejections;
  readonly #fragments: Fragments;

  constructor(handler: SegmentHandler, rejections: Rejections) {
    this.#handler = handler;
    this.#rejections = rejections;
    this.#fragments = new Fragments(rejections);
  }

  frame(frame: Frame): void {
    const packet = this.#packet;
    packet.at = frame.at;
    packet.record = frame.record;
    packet.fragment = false;
    if (readPlain(frame, packet)) this.#handler.segment(packet);
    else this.#layers(frame);
  }

  #layers(frame: Frame): void {
    const c = this.#cursor;
    c.bytes = frame.bytes;
    c.at = frame.start;
    c.end = frame.end;
    c.wireEnd = frame.start + frame.wireLength;
    this.#count(this.#network(enterLink(c, frame.linkType), 0), frame.record);
    while (c.hasMore) this.#count(this.#network(enterNextSubframe(c), 0), frame.record);
  }

  #count(unusable: Unusable | null, record: number): void {
    if (unusable !== null) this.#rejections.add(unusable, record);
  }

  finish(): void {
    this.#fragments.finish();
  }

  #network(network: Network, depth: number): Unusable | null {
    if (network !== 4 && network !== 6) return network;
    if (depth > MAX_DEPTH) return "tunnel-too-deep";
    return network === 4 ? this.#ipv4(depth) : this.#ipv6(depth);
  }

  #ipv4(depth: number): Unusable | null {
    const c = this.#cursor;
    if (c.left < 20) return "truncated-packet";
    const { bytes, at } = c;
    // Some interfaces announce every packet as IPv4.
    if (bytes[at]! >> 4 === 6) return this.#ipv6(depth);
    const header = (bytes[at]! & 15) * 4;
    const total = u16be(bytes, at + 2);
    // Zero is what segmentation offload leaves in outgoing packets: the frame's own length counts then.
    if (bytes[at]! >> 4 !== 4 || header < 20 || (total !== 0 && total < header)) return "bad-packet";
    if (c.left < header) return "truncated-packet";
    if (total !== 0) c.limit(at + total);
    const packet = this.#packet;
    readV4(packet, bytes, at + 12);
    const fragment = u16be(bytes, at + 6);
    c.at += header;
    if ((fragment & 0x3fff) === 0) return this.#payload(bytes[at + 9]!, depth);
    return this.#fragment(
      bytes[at + 9]!,
      u16be(bytes, at + 4),
      (fragment & 0x1fff) * 8,
      (fragment & 0x2000) !== 0,
      depth,
    );
  }

  #ipv6(depth: number): Unusable | null {
    const c = this.#cursor;
    if (c.left < 40) return "truncated-packet";
    const { bytes, at } = c;
    if (bytes[at]! >> 4 !== 6) return "bad-packet";
    const length = u16be(bytes, at + 4);
    if (length !== 0) c.limit(at + 40 + length);
    readV6(this.#packet, bytes, at + 8);
    c.at += 40;
    return this.#extensions(bytes[at + 6]!, depth);
  }

  /** Of the extension headers, IPv4 knows the one for authentication only. */
  #payload(protocol: number, depth: number): Unusable | null {
    const isExtended = this.#packet.family === 6 || protocol === 51;
    return isExtended ? this.#extensions(protocol, depth) : this.#transport(protocol, depth);
  }

  /** Extension headers (RFC 8200, section 4): each is at least eight bytes, so the packet's end ends the loop. */
  #extensions(first: number, depth: number): Unusable | null {
    const c = this.#cursor;
    let next = first;
    for (;;) {
      switch (next) {
        case 0: // hop-by-hop options
        case 43: // routing
        case 60: // destination options
        case 135: // mobility
        case 140: // shim6 (RFC 5533)
          if (c.left < 8) return "truncated-packet";
          next = c.bytes[c.at]!;
          c.at += (c.bytes[c.at + 1]! + 1) * 8;
          break;
        case 51: // authentication (RFC 4302): its length is in words, less two
          if (c.left < 12) return "truncated-packet";
          next = c.bytes[c.at]!;
          c.at += (c.bytes[c.at + 1]! + 2) * 4;
          break;
        case 44: {
          if (c.left < 8) return "truncated-packet";
          const field = u16be(c.bytes, c.at + 2);
          const id = u32be(c.bytes, c.at + 4);
          next = c.bytes[c.at]!;
          c.at += 8;
          // A lone "atomic" fragment is a whole packet (RFC 6946).
          if ((field & 0xfff9) === 0) break;
          return this.#fragment(next, id, field & 0xfff8, (field & 1) === 1, depth);
        }
        default:
          return this.#transport(next, depth);
      }
    }
  }

  /** The first fragment proves the flow at once, whatever becomes of the others. */
  #fragment(protocol: number, id: number, from: number, more: boolean, depth: number): Unusable | null {
    const c = this.#cursor;
    const p = this.#packet;
    // A piece that the snap length cut would leave a hole that nobody can fill.
    if (c.end < c.wireEnd || c.left < 1) return from === 0 ? this.#firstFragment(protocol) : "truncated-packet";
    const key = [p.s0, p.s1, p.s2, p.s3, p.d0, p.d1, p.d2, p.d3, p.family, protocol, id].join();
    const whole = this.#fragments.add(key, from, more, c.bytes.subarray(c.at, c.end), p.at, p.record);
    if (!whole) return from === 0 ? this.#firstFragment(protocol) : null;
    p.joined = { record: p.record, fragments: whole.records };
    c.bytes = whole.bytes;
    c.at = 0;
    c.end = whole.bytes.length;
    c.wireEnd = whole.bytes.length;
    // Extension headers may follow the fragment header, in the reassembled part.
    return depth < MAX_DEPTH ? this.#payload(protocol, depth + 1) : "tunnel-too-deep";
  }

  #firstFragment(protocol: number): Unusable | null {
    const packet = this.#packet;
    packet.protocol = protocol;
    if (readTransport(this.#cursor, packet) !== null || isIcmpError(packet)) return null;
    packet.fragment = true;
    packet.payloadLength = 0;
    this.#handler.segment(packet);
    packet.fragment = false;
    return null;
  }

  #transport(protocol: number, depth: number): Unusable | null {
    const c = this.#cursor;
    const packet = this.#packet;
    switch (protocol) {
      case 4: // IPv4 in IP (RFC 2003)
        return this.#network(4, depth + 1);
      case 41: // IPv6 in IP (RFC 4213)
        return this.#network(6, depth + 1);
      case 47:
        return this.#network(enterGre(c) ?? "bad-packet", depth + 1);
      case 97: // Ethernet in IP (RFC 3378), behind a version
        c.at += 2;
        return this.#network(enterEthernet(c), depth + 1);
      case 137: // MPLS in IP (RFC 4023)
        return this.#network(enterEtherType(c, ETHERTYPE.mpls), depth + 1);
    }
    packet.protocol = protocol;
    const unusable = readTransport(c, packet);
    if (unusable !== null) return unusable;
    if (isIcmpError(packet)) {
      if (readQuoted(packet, this.#quoted)) this.#handler.unreachable(this.#quoted);
      return null;
    }
    this.#handler.segment(packet);
    return protocol === PROTOCOL.udp ? this.#udpTunnel(depth) : null;
  }

  #udpTunnel(depth: number): Unusable | null {
    const c = this.#cursor;
    const { sourcePort, destinationPort, payload, payloadEnd } = this.#packet;
    c.at = payload;
    c.end = payloadEnd;
    if (isSctpInUdp(c, sourcePort, destinationPort)) return this.#transport(PROTOCOL.sctp, depth);
    if (destinationPort === SFLOW) {
      this.#samples(depth);
      return null;
    }
    const inner = enterUdpTunnel(c, sourcePort, destinationPort);
    return inner === null ? null : this.#network(inner, depth + 1);
  }

  #samples(depth: number): void {
    const c = this.#cursor;
    // One of them may complete a fragmented datagram, which lies elsewhere.
    const { bytes } = c;
    for (const { at, end, wireEnd, protocol } of readSamples(c)) {
      c.bytes = bytes;
      c.at = at;
      c.end = end;
      c.wireEnd = wireEnd;
      this.#count(this.#network(enterSampled(c, protocol), depth + 1), this.#packet.record);
    }
  }
}
