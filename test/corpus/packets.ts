/** A naive reader of captures for tests of dissection alone: enough of pcap, pcapng, IP, UDP and TCP to reach payloads. */
import { type Address, fromV6Bytes, parseAddress } from "../../src/model/address.ts";

export interface Payload {
  readonly transport: "tcp" | "udp";
  readonly from: string;
  readonly to: string;
  readonly address: Address;
  readonly ports: readonly [number, number];
  readonly sequence: number;
  readonly bytes: Buffer;
}

interface Frame {
  readonly link: number;
  readonly bytes: Buffer;
}

export function framesOf(file: Buffer): Frame[] {
  const frames: Frame[] = [];
  const magic = file.length < 24 ? 0 : file.readUInt32BE(0);
  const little =
    magic === 0x0a0d0d0a ? file.readUInt32LE(8) === 0x1a2b3c4d : magic >>> 8 !== 0xa1b2c3 && magic >>> 8 !== 0xa1b23c;
  const u32 = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  if (magic !== 0x0a0d0d0a) {
    for (let at = 24; at + 16 <= file.length; at += 16 + u32(at + 8)) {
      frames.push({ link: u32(20) & 0xffff, bytes: file.subarray(at + 16, at + 16 + u32(at + 8)) });
    }
    return frames;
  }
  const links: number[] = [];
  for (let at = 0; at + 12 <= file.length && u32(at + 4) >= 12; at += u32(at + 4)) {
    if (u32(at) === 1) links.push(u32(at + 8) & 0xffff);
    if (u32(at) === 3) frames.push({ link: links[0] ?? 1, bytes: file.subarray(at + 12, at + u32(at + 4) - 4) });
    if (u32(at) === 6)
      frames.push({ link: links[u32(at + 8)] ?? 1, bytes: file.subarray(at + 28, at + 28 + u32(at + 20)) });
  }
  return frames;
}

const HEADERS: Readonly<Record<number, number>> = {
  0: 4,
  1: 14,
  9: 2,
  12: 0,
  101: 0,
  104: 4,
  108: 4,
  113: 16,
  276: 20,
};

export function payloadOf({ link, bytes }: Frame): Payload | null {
  let at = HEADERS[link] ?? 14;
  while (at >= 14 && bytes.length > at + 4 && [0x8100, 0x88a8].includes(bytes.readUInt16BE(at - 2))) at += 4;
  const packet = bytes.subarray(at);
  if (packet.length < 28) return null;
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) {
    if ((packet.readUInt16BE(6) & 0x3fff) !== 0) return null;
    const header = ((packet[0] ?? 0) & 15) * 4;
    const [from, to] = [12, 16].map((i) => packet.subarray(i, i + 4).join("."));
    return segment(packet[9], packet.subarray(header, packet.readUInt16BE(2)), from ?? "", to ?? "");
  }
  if (version !== 6 || packet.length < 48) return null;
  return segment(
    packet[6],
    packet.subarray(40, 40 + packet.readUInt16BE(4)),
    fromV6Bytes(packet, 8),
    fromV6Bytes(packet, 24),
  );
}

function segment(protocol: number | undefined, bytes: Buffer, from: string, to: string): Payload | null {
  const address = parseAddress(to);
  if (bytes.length < 8 || address === null) return null;
  const ports = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)] as const;
  const ends = { from: `${from} ${ports[0]}`, to: `${to} ${ports[1]}`, address, ports };
  if (protocol === 17)
    return { transport: "udp", ...ends, sequence: 0, bytes: bytes.subarray(8, bytes.readUInt16BE(4)) };
  if (protocol !== 6 || bytes.length < 20) return null;
  const syn = ((bytes[13] ?? 0) & 2) >> 1;
  return {
    transport: "tcp",
    ...ends,
    sequence: bytes.readUInt32BE(4) + syn,
    bytes: bytes.subarray(((bytes[12] ?? 0) >> 4) * 4),
  };
}

/** What one side of each TCP connection sent from its first byte on, up to the first hole. */
export function streamsOf(payloads: readonly Payload[]): Map<Payload, Buffer> {
  const sides = new Map<string, Payload[]>();
  for (const payload of payloads.filter((p) => p.transport === "tcp")) {
    const key = `${payload.from} ${payload.to}`;
    sides.set(key, [...(sides.get(key) ?? []), payload]);
  }
  const streams = new Map<Payload, Buffer>();
  for (const segments of sides.values()) {
    const [first] = segments;
    if (!first) continue;
    const pieces: Buffer[] = [];
    let next = 0;
    for (const { sequence, bytes } of segments.toSorted((a, b) => offset(first, a) - offset(first, b))) {
      const overlap = next - ((sequence - first.sequence) >>> 0);
      if (overlap < 0 || next > 40_000) break;
      pieces.push(bytes.subarray(overlap));
      next += Math.max(0, bytes.length - overlap);
    }
    streams.set(first, Buffer.concat(pieces));
  }
  return streams;
}

function offset(first: Payload, later: Payload): number {
  return (later.sequence - first.sequence) >>> 0;
}
