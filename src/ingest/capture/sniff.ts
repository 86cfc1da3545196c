/** Recognises captures by their first bytes, and says why the relatives of pcap are refused. */
import { u32be } from "./bytes.ts";

export type CaptureFormat = "pcap" | "pcapng";

/** Enough bytes for {@link sniffCapture} and {@link refusedCapture}. */
export const SNIFF_BYTES = 16;

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
export const SECTION_HEADER = 0x0a0d0d0a;

const swap32 = (x: number): number =>
  (((x & 0xff) << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)) >>> 0;

/** How a classic file is written, or null when its magic is not one of the four. */
export interface PcapMagic {
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
}

export function pcapMagic(head: Uint8Array): PcapMagic | null {
  if (head.length < 4) return null;
  const magic = u32be(head, 0);
  for (const littleEndian of [true, false]) {
    const value = littleEndian ? swap32(magic) : magic;
    if (value === MICROSECONDS || value === NANOSECONDS) return { littleEndian, nanoseconds: value === NANOSECONDS };
  }
  return null;
}

export function sniffCapture(head: Uint8Array): CaptureFormat | null {
  if (head.length < 4) return null;
  if (u32be(head, 0) === SECTION_HEADER) return "pcapng";
  return pcapMagic(head) ? "pcap" : null;
}

/** Capture formats that we know and do not read; each with the program that turns them into one we do. */
const REFUSED: readonly { readonly magic: readonly number[]; readonly what: string }[] = [
  { magic: [0xa1, 0xb2, 0xcd, 0x34], what: "a modified pcap file (Kuznetzov's kernel patch)" },
  { magic: [0x34, 0xcd, 0xb2, 0xa1], what: "a modified pcap file (Kuznetzov's kernel patch)" },
  { magic: [0xa1, 0xe2, 0xcb, 0x12], what: "a Navtel pcap file" },
  { magic: [0x12, 0xcb, 0xe2, 0xa1], what: "a Navtel pcap file" },
  { magic: [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0, 0, 0], what: "a snoop capture" },
  { magic: [0x47, 0x4d, 0x42, 0x55], what: "a Microsoft Network Monitor capture" },
  { magic: [0x52, 0x54, 0x53, 0x53], what: "a Microsoft Network Monitor capture" },
];

/** Why a capture is refused, as one line for the user; null when the bytes are no capture that we know of. */
export function refusedCapture(head: Uint8Array): string | null {
  const match = REFUSED.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
  return match ? `${match.what} is not read; convert it with "editcap -F pcapng"` : null;
}
