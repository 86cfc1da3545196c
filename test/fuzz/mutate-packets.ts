/** Changes to the packets of a capture that keep enough of their headers right for the change to reach deep. */
import type { Packet } from "./capture.ts";
import type { Chance } from "./chance.ts";
import { type Layers, layersOf, withPayload, withTransport } from "./layers.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { payload } from "./payloads.ts";

/** Packets of one input: enough for a conversation, few enough for a thousand inputs a second. */
const MOST_PACKETS = 32;

export function mutatePackets(chance: Chance, from: readonly Packet[], other: readonly Packet[]): Packet[] {
  let packets = [...from];
  for (let i = 1 + chance.below(5); i > 0; i--) {
    packets = chance.oneIn(4) ? ordered(chance, packets, other) : changed(chance, packets);
  }
  return packets.slice(0, MOST_PACKETS);
}

/** Drops, doubles, swaps and splices. */
function ordered(chance: Chance, packets: readonly Packet[], other: readonly Packet[]): Packet[] {
  const [i, j] = [chance.below(packets.length), chance.below(packets.length)];
  switch (chance.below(4)) {
    case 0:
      return packets.toSpliced(i, 1 + chance.below(3));
    case 1:
      return packets.toSpliced(i, 0, ...packets.slice(j, j + 1 + chance.below(3)));
    case 2: {
      const [a, b] = [packets[i], packets[j]];
      return a && b ? packets.with(i, b).with(j, a) : [...packets];
    }
    default: {
      const start = chance.below(other.length);
      return packets.toSpliced(i, 0, ...other.slice(start, start + 1 + chance.below(8)));
    }
  }
}

/** One packet becomes another one, or several. */
function changed(chance: Chance, packets: readonly Packet[]): Packet[] {
  const i = chance.below(packets.length);
  const packet = packets[i];
  if (!packet) return [...packets];
  const layers = layersOf(packet.link, packet.bytes);
  if (layers === null) return packets.with(i, { ...packet, bytes: mutateBytes(chance, packet.bytes) });
  const become = chance.pick(CHANGES)(chance, packet, layers);
  return packets.toSpliced(i, 1, ...become);
}

type Change = (chance: Chance, packet: Packet, layers: Layers) => Packet[];

const CHANGES: readonly Change[] = [
  // The payload, behind headers that still fit; twice, because that is where the parsers are deepest.
  newPayload,
  newPayload,
  madeUp,
  madeUp,
  flippedHeader,
  (chance, packet) => [{ ...packet, bytes: mutateBytes(chance, packet.bytes) }],
  snapped,
  (chance, packet) => [
    { ...packet, at: chance.oneIn(2) ? packet.at + chance.number() * 1000 : chance.number() * 2 ** 20 },
  ],
  (chance, packet) => [
    { ...packet, link: chance.pick([0, 1, 9, 12, 51, 101, 104, 105, 113, 127, 192, 228, 239, 276, 999]) },
  ],
  newPorts,
  wrapped,
  fragmented,
  segmented,
];

function newPayload(chance: Chance, packet: Packet, layers: Layers): Packet[] {
  const content = mutateBytes(chance, packet.bytes.subarray(layers.payload, layers.end));
  return [resized(packet, withPayload(packet.bytes, layers, content))];
}

function resized(packet: Packet, bytes: Uint8Array): Packet {
  return { ...packet, bytes, wire: bytes.length };
}

/** Another protocol's message in this packet's place, or in a flow of its own with it. */
function madeUp(chance: Chance, packet: Packet, layers: Layers): Packet[] {
  const made = payload(chance);
  const protocol = made.protocol === "tcp" ? 6 : 17;
  const ports = made.isAnswer ? [made.port, 40_000] : [40_000 + chance.below(4), made.port];
  const header = Buffer.alloc(protocol === 6 ? 20 : 8);
  for (const [i, port] of ports.entries()) header.writeUInt16BE(port, 2 * i);
  if (protocol === 17) header.writeUInt16BE(Math.min(0xffff, 8 + made.bytes.length), 4);
  else header.set([0x50, 0x10], 12);
  const segment = resized(packet, withTransport(packet.bytes, layers, protocol, Buffer.concat([header, made.bytes])));
  if (protocol === 17) return [segment];
  header.writeInt32BE(-1, 4);
  header[13] = made.isAnswer ? 0x12 : 2;
  const opening = resized(packet, withTransport(packet.bytes, layers, protocol, header));
  if (!chance.oneIn(3)) return [opening, segment];
  const inner = layersOf(segment.link, segment.bytes);
  return inner ? [opening, ...segmented(chance, segment, inner)] : [opening, segment];
}

function flippedHeader(chance: Chance, packet: Packet, layers: Layers): Packet[] {
  const bytes = new Uint8Array(packet.bytes);
  const [from, to] = chance.pick([
    [0, layers.network],
    [layers.network, layers.transport],
    [layers.transport, layers.payload],
  ] as const);
  const at = from + chance.below(to - from);
  bytes[at] = chance.oneIn(2) ? chance.byte() : (bytes[at] ?? 0) ^ (1 << chance.below(8));
  return [{ ...packet, bytes }];
}

/** Cut by the snap length: less captured than there was. */
function snapped(chance: Chance, packet: Packet): Packet[] {
  return [
    {
      ...packet,
      bytes: packet.bytes.subarray(0, chance.below(packet.bytes.length + 1)),
      wire: chance.oneIn(4) ? chance.number() : packet.wire,
    },
  ];
}

const PORTS = [0, 53, 80, 443, 853, 1080, 2152, 3544, 4754, 4789, 5072, 5247, 5355, 6081, 6635, 8472, 40_000];

function newPorts(chance: Chance, packet: Packet, { transport }: Layers): Packet[] {
  const bytes = Buffer.from(packet.bytes);
  bytes.writeUInt16BE(chance.pick(PORTS), transport + 2 * chance.below(2));
  return [{ ...packet, bytes }];
}

/** The IP packet in a tunnel, or in several. */
function wrapped(chance: Chance, packet: Packet, layers: Layers): Packet[] {
  let bytes = packet.bytes;
  for (let i = 1 + chance.below(chance.oneIn(4) ? 12 : 2); i > 0 && bytes.length < 20_000; i--) {
    const inner = bytes.subarray(layers.network);
    const isV4 = layers.version === 4;
    const ethernet = Buffer.concat([Buffer.alloc(12), Buffer.of(isV4 ? 8 : 0x86, isV4 ? 0 : 0xdd), inner]);
    const [protocol, content] = chance.pick([
      [isV4 ? 4 : 41, inner],
      [47, Buffer.concat([Buffer.of(0, 0, isV4 ? 8 : 0x86, isV4 ? 0 : 0xdd), inner])],
      [17, datagram(4789, Buffer.concat([Buffer.of(8, 0, 0, 0, 0, 0, 1, 0), ethernet]))],
      [17, datagram(6081, Buffer.concat([Buffer.of(0, 0, 0x65, 0x58, 0, 0, 1, 0), ethernet]))],
      [17, datagram(2152, Buffer.concat([Buffer.of(0x30, 255, 0, 0, 0, 0, 0, 1), inner]))],
    ] as const);
    bytes = withTransport(bytes, layers, protocol, content);
  }
  return [resized(packet, bytes)];
}

function datagram(port: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(port, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt16BE(Math.min(0xffff, 8 + content.length), 4);
  return Buffer.concat([header, content]);
}

/** IPv4 fragments, in any order, some of them twice or not at all. */
function fragmented(chance: Chance, packet: Packet, layers: Layers): Packet[] {
  if (layers.version !== 4) return [packet];
  const content = packet.bytes.subarray(layers.transport, layers.end);
  const size = 8 * (1 + chance.below(40));
  const pieces: Packet[] = [];
  for (let at = 0; at < content.length && pieces.length < 16; at += size) {
    const piece = Buffer.from(withTransport(packet.bytes, layers, layers.protocol, content.subarray(at, at + size)));
    const offset = chance.oneIn(24) ? chance.below(0x2000) : at / 8;
    piece.writeUInt16BE((at + size < content.length ? 0x2000 : 0) | offset, layers.network + 6);
    if (!chance.oneIn(16)) pieces.push(resized(packet, piece));
    if (chance.oneIn(16)) pieces.push(resized(packet, piece));
    if (chance.oneIn(6)) pieces.reverse();
  }
  return pieces;
}

/** TCP segments, in any order, overlapping by a few bytes that may differ. */
function segmented(chance: Chance, packet: Packet, layers: Layers): Packet[] {
  if (layers.protocol !== 6) return [packet];
  const content = packet.bytes.subarray(layers.payload, layers.end);
  const size = 1 + chance.below(chance.oneIn(3) ? 8 : 600);
  const segments: Packet[] = [];
  for (let at = 0; at < content.length && segments.length < 32; at += size) {
    const back = chance.oneIn(6) ? Math.min(at, chance.below(20)) : 0;
    const piece = new Uint8Array(content.subarray(at - back, at + size));
    if (back > 0 && chance.oneIn(2)) piece[0] = chance.byte();
    const bytes = Buffer.from(withPayload(packet.bytes, layers, piece));
    bytes.writeUInt32BE((bytes.readUInt32BE(layers.transport + 4) + at - back) % 2 ** 32, layers.transport + 4);
    segments.push(resized(packet, bytes));
    if (chance.oneIn(6)) segments.reverse();
  }
  return segments.length === 0 ? [packet] : segments;
}
