/** A capture as the fuzzer takes it apart and puts it together: frames, whatever container they came in. */
import { framesOf } from "../corpus/packets.ts";

export interface Packet {
  readonly link: number;
  readonly bytes: Uint8Array;
  /** Microseconds since 1970, up to 64 bits of them. */
  readonly at: number;
  /** Length on the wire, at least that of `bytes`, unless a mutation says otherwise. */
  readonly wire: number;
}

/** Unlike a real capture's, these times are the same on every run. */
const START = Date.UTC(2026, 10, 1, 12) * 1000;

export function packets(link: number, frames: readonly Uint8Array[]): Packet[] {
  return frames.map((bytes, i) => ({ link, bytes, at: START + i * 1000, wire: bytes.length }));
}

export function packetsOf(file: Uint8Array): Packet[] {
  return framesOf(Buffer.from(file)).map(({ link, bytes }, i) => packet(link, bytes, i));
}

function packet(link: number, bytes: Uint8Array, i: number): Packet {
  return { link, bytes, at: START + i * 1000, wire: bytes.length };
}

export interface Form {
  readonly little: boolean;
  /** A classic file has one link type: the first packet's. */
  readonly format: "pcap" | "pcap-nanoseconds" | "pcapng" | "pcapng-mixed";
  /** pcapng blocks to go between the packets, type and body. */
  readonly blocks: readonly (readonly [number, Uint8Array])[];
}

export function written(all: readonly Packet[], form: Form): Buffer {
  return form.format === "pcapng" || form.format === "pcapng-mixed" ? pcapng(all, form) : classic(all, form);
}

function numbers(little: boolean, ...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) {
    if (little) bytes.writeUInt32LE(value >>> 0, 4 * i);
    else bytes.writeUInt32BE(value >>> 0, 4 * i);
  }
  return bytes;
}

function classic(all: readonly Packet[], { little, format }: Form): Buffer {
  const nanoseconds = format === "pcap-nanoseconds";
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const version = little ? 0x0004_0002 : 0x0002_0004;
  const parts: Uint8Array[] = [numbers(little, magic, version, 0, 0, 262_144, all[0]?.link ?? 1)];
  for (const { bytes, at, wire } of all) {
    const fraction = (at % 1e6) * (nanoseconds ? 1000 : 1);
    parts.push(numbers(little, Math.floor(at / 1e6), fraction, bytes.length, wire), bytes);
  }
  return Buffer.concat(parts);
}

function pcapng(all: readonly Packet[], { little, format, blocks }: Form): Buffer {
  const links = [...new Set(all.map(({ link }) => link))];
  const version = little ? 0x0000_0001 : 0x0001_0000;
  const parts = [block(little, 0x0a0d0d0a, numbers(little, 0x1a2b3c4d, version, 0xffff_ffff, 0xffff_ffff))];
  for (const link of links) parts.push(block(little, 1, numbers(little, little ? link : link << 16, 0)));
  const every = Math.max(1, Math.floor(all.length / (blocks.length + 1)));
  for (const [i, { link, bytes, at, wire }] of all.entries()) {
    const between = i % every === every - 1 ? blocks[Math.floor(i / every)] : undefined;
    if (between) parts.push(block(little, ...between));
    const number = links.indexOf(link);
    const time = [Math.floor(at / 2 ** 32), at % 2 ** 32] as const;
    // Simple packets belong to the first interface, and old ones have 16 bits for its number.
    const kind = format === "pcapng" ? 6 : number === 0 && i % 3 === 1 ? 3 : i % 3 === 2 ? 2 : 6;
    const head = kind === 3 ? [wire] : [kind === 2 && !little ? number << 16 : number, ...time, bytes.length, wire];
    parts.push(block(little, kind, Buffer.concat([numbers(little, ...head), bytes])));
  }
  return Buffer.concat(parts);
}

function block(little: boolean, type: number, body: Uint8Array): Buffer {
  const length = 12 + ((body.length + 3) & ~3);
  const padding = Buffer.alloc(length - 12 - body.length);
  return Buffer.concat([numbers(little, type, length), body, padding, numbers(little, length)]);
}
