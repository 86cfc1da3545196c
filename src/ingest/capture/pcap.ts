/** Classic pcap: one link type, one resolution of time, packets to the end of the file. */
import type { Rejections } from "../../model/flow.ts";
import { type ByteOrder, BIG_ENDIAN, LITTLE_ENDIAN } from "./bytes.ts";
import { type CaptureEvents, Frame, MAX_FRAME } from "./frame.ts";
import { pcapMagic } from "./sniff.ts";
import { Units } from "./units.ts";

const FILE_HEADER = 24;
const PACKET_HEADER = 16;

export class PcapFile extends Units {
  readonly #events: CaptureEvents;
  readonly #frame = new Frame();
  #order: ByteOrder = LITTLE_ENDIAN;
  #nanoseconds = false;

  constructor(events: CaptureEvents, rejections: Rejections, firstRecord = 0) {
    super(rejections, firstRecord, FILE_HEADER);
    this.#events = events;
  }

  protected override measure(bytes: Uint8Array, at: number): number {
    if (!this.usable) return FILE_HEADER;
    const captured = this.#order.u32(bytes, at + 8);
    if (captured > MAX_FRAME) {
      return this.corrupt("bad-length", `a packet claims ${captured} bytes, more than the ${MAX_FRAME} believed`);
    }
    return PACKET_HEADER + captured;
  }

  protected override unit(bytes: Uint8Array, at: number, length: number): void {
    if (!this.usable) {
      this.#header(bytes.subarray(at, at + length));
      return;
    }
    const frame = this.#frame;
    const fraction = this.#order.u32(bytes, at + 4);
    frame.at = this.#order.u32(bytes, at) * 1e6 + (this.#nanoseconds ? Math.floor(fraction / 1000) : fraction);
    frame.bytes = bytes;
    frame.start = at + PACKET_HEADER;
    frame.end = at + length;
    frame.wireLength = Math.max(this.#order.u32(bytes, at + 12), length - PACKET_HEADER);
    frame.record = ++this.records;
    this.#events.frame(frame);
  }

  #header(bytes: Uint8Array): void {
    const magic = pcapMagic(bytes);
    if (!magic) {
      this.corrupt("bad-header", "not a pcap file");
      return;
    }
    this.#order = magic.littleEndian ? LITTLE_ENDIAN : BIG_ENDIAN;
    this.#nanoseconds = magic.nanoseconds;
    const major = this.#order.u16(bytes, 4);
    if (major !== 2) this.corrupt("bad-header", `pcap version ${major} is not read; 2.4 is the one everybody writes`);
    // The upper six bits tell of frame check sequences and are not part of the link type.
    this.#frame.linkType = this.#order.u32(bytes, 20) & 0x03ff_ffff;
    this.headerLength = PACKET_HEADER;
    this.usable = true;
  }
}
