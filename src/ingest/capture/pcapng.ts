/** pcapng: sections of interfaces and packets, each interface with its own link type and clock. */
import type { Rejections } from "../../model/flow.ts";
import { type ByteOrder, BIG_ENDIAN, LITTLE_ENDIAN, u32be } from "./bytes.ts";
import { type CaptureEvents, Frame, MAX_FRAME } from "./frame.ts";
import { readNameResolution } from "./name-resolution.ts";
import { type Clock, DEFAULT_CLOCK, eachOption, toInstant } from "./pcapng-options.ts";
import { SECTION_HEADER } from "./sniff.ts";
import { Units } from "./units.ts";

const BLOCK = {
  interface: 1,
  oldPacket: 2,
  simplePacket: 3,
  names: 4,
  statistics: 5,
  packet: 6,
} as const;

/**
 * Blocks that Wireshark numbers as packets although no packet is in them: custom blocks, system calls, journal entries.
 * They are numbered here too, so that a record number is the one to open in Wireshark.
 */
const NUMBERED: ReadonlySet<number> = new Set([9, 0x204, 0x208, 0x209, 0x210, 0x216, 0x221, 0x0bad, 0x4000_0bad]);

/** Type and length in front, the length again behind; a section's byte order lies just after the first two. */
const OVERHEAD = 12;

/**
 * Longest block that is buffered: Wireshark's and libpcap's own limit of 16 MiB. Longer ones can only be blocks that
 * are passed over, and passing over costs nothing.
 */
const MAX_BLOCK = 16 * 1024 * 1024;

/** Interfaces kept in one section. Real files have a handful; each costs memory for as long as the section lasts. */
const MAX_INTERFACES = 4096;

/** Options that count lost packets: `isb_ifdrop` and `isb_osdrop` of an interface, `epb_dropcount` before one packet. */
const INTERFACE_DROPS: readonly number[] = [5, 7];
const PACKET_DROPS: readonly number[] = [4];

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly clock: Clock;
}

export class PcapngFile extends Units {
  readonly #events: CaptureEvents;
  readonly #frame = new Frame();
  #order: ByteOrder = LITTLE_ENDIAN;
  #interfaces: Interface[] = [];

  constructor(events: CaptureEvents, rejections: Rejections, firstRecord = 0) {
    super(rejections, firstRecord, OVERHEAD);
    this.#events = events;
  }

  protected override measure(bytes: Uint8Array, at: number): number {
    // The type of a section header is a palindrome, so it is known before the byte order is.
    if (u32be(bytes, at) === SECTION_HEADER) {
      const magic = u32be(bytes, at + 8);
      if (magic === 0x1a2b3c4d) this.#order = BIG_ENDIAN;
      else if (magic === 0x4d3c2b1a) this.#order = LITTLE_ENDIAN;
      else return this.corrupt("bad-header", "a pcapng section without a byte-order magic");
    } else if (!this.usable) return this.corrupt("bad-header", "not a pcapng file");
    const claimed = this.#order.u32(bytes, at + 4);
    if (claimed < OVERHEAD) {
      return this.corrupt("bad-length", `a pcapng block claims the impossible length ${claimed}`);
    }
    // It ought to be a multiple of four. Where it is not, the padding was left out of the sum, as Wireshark takes it too.
    const length = Math.ceil(claimed / 4) * 4;
    if (!this.#isRead(bytes, at)) return this.#passOver(bytes, at, length);
    if (length > MAX_BLOCK) {
      return this.corrupt("bad-length", `a pcapng block claims ${length} bytes, more than the ${MAX_BLOCK} believed`);
    }
    return length;
  }

  /** Blocks of other types are passed over: among them secrets, which are better not even looked at. */
  #isRead(bytes: Uint8Array, at: number): boolean {
    const type = this.#order.u32(bytes, at);
    return type === SECTION_HEADER || (type >= BLOCK.interface && type <= BLOCK.packet);
  }

  #passOver(bytes: Uint8Array, at: number, length: number): number {
    if (NUMBERED.has(this.#order.u32(bytes, at))) this.rejections.add("not-a-packet", ++this.records);
    return this.pass(length);
  }

  protected override unit(bytes: Uint8Array, at: number, length: number): void {
    const order = this.#order;
    const end = at + length - 4;
    if (order.u32(bytes, end) !== order.u32(bytes, at + 4)) {
      this.corrupt("bad-length", "a pcapng block ends in another length than it began with");
      return;
    }
    const body = at + 8;
    switch (order.u32(bytes, at)) {
      case SECTION_HEADER:
        this.#section(bytes, body, end);
        return;
      case BLOCK.interface:
        this.#interface(bytes, body, end);
        return;
      case BLOCK.packet:
        this.#packet(bytes, body, end, end - body >= 20 ? order.u32(bytes, body) : -1);
        this.#countDrops(bytes, afterData(order, bytes, body, end), end, PACKET_DROPS);
        return;
      case BLOCK.oldPacket:
        // It counts what was lost before it in two bytes, all of them set where that is not known.
        if (end - body >= 20 && order.u16(bytes, body + 2) % 0xffff !== 0) this.#events.dropped();
        this.#packet(bytes, body, end, end - body >= 20 ? order.u16(bytes, body) : -1);
        return;
      case BLOCK.simplePacket:
        this.#simplePacket(bytes, body, end);
        return;
      case BLOCK.names:
        this.#names(bytes, body, end);
        return;
      case BLOCK.statistics:
        this.#countDrops(bytes, body + 12, end, INTERFACE_DROPS);
    }
  }

  #section(bytes: Uint8Array, body: number, end: number): void {
    const major = end - body >= 16 ? this.#order.u16(bytes, body + 4) : -1;
    if (major !== 1) {
      this.corrupt(
        "bad-header",
        major < 0 ? "a pcapng section header is too short" : `pcapng version ${major} is not read`,
      );
      return;
    }
    this.#interfaces = [];
    this.usable = true;
  }

  #interface(bytes: Uint8Array, body: number, end: number): void {
    if (end - body < 8 || this.#interfaces.length >= MAX_INTERFACES) {
      this.rejections.add("bad-interface", this.records + 1);
      return;
    }
    const order = this.#order;
    let { resolution, offset } = DEFAULT_CLOCK;
    eachOption(order, bytes, body + 8, end, (code, at, length) => {
      if (code === 9 && length === 1) resolution = bytes[at]!;
      if (code === 14 && length === 8) {
        const [low, high] = order === LITTLE_ENDIAN ? [at, at + 4] : [at + 4, at];
        offset = (order.u32(bytes, high) | 0) * 2 ** 32 + order.u32(bytes, low);
      }
    });
    const linkType = order.u16(bytes, body);
    this.#interfaces.push({ linkType, snapLength: order.u32(bytes, body + 4), clock: { resolution, offset } });
  }

  /** Enhanced packets, and the obsolete ones, which differ in the width of the interface number only. */
  #packet(bytes: Uint8Array, body: number, end: number, number: number): void {
    const order = this.#order;
    const from = this.#interfaceOf(number);
    if (!from) return;
    const captured = order.u32(bytes, body + 12);
    const at = toInstant(from.clock, order.u32(bytes, body + 4), order.u32(bytes, body + 8));
    if (Number.isNaN(at)) this.rejections.add("bad-time", this.records);
    this.#emit(from, at, bytes, body + 20, end, captured, order.u32(bytes, body + 16));
  }

  /** A simple packet belongs to the first interface and has no time; its captured length follows from the snap length. */
  #simplePacket(bytes: Uint8Array, body: number, end: number): void {
    const from = this.#interfaceOf(end - body >= 4 ? 0 : -1);
    if (!from) return;
    const wire = this.#order.u32(bytes, body);
    const captured = Math.min(wire, from.snapLength === 0 ? wire : from.snapLength);
    this.#emit(from, Number.NaN, bytes, body + 4, end, captured, wire);
  }

  #interfaceOf(number: number): Interface | null {
    this.records++;
    const found = this.#interfaces[number];
    if (!found) this.rejections.add(number < 0 ? "bad-length" : "unknown-interface", this.records);
    return found ?? null;
  }

  #emit(
    from: Interface,
    at: number,
    bytes: Uint8Array,
    start: number,
    limit: number,
    length: number,
    wire: number,
  ): void {
    if (length > limit - start || length > MAX_FRAME) {
      this.rejections.add("bad-length", this.records);
      return;
    }
    const frame = this.#frame;
    frame.bytes = bytes;
    frame.start = start;
    frame.end = start + length;
    frame.wireLength = Math.max(wire, length);
    frame.linkType = from.linkType;
    frame.at = at;
    frame.record = this.records;
    this.#events.frame(frame);
  }

  #names(bytes: Uint8Array, body: number, end: number): void {
    const { names, invalid, cut } = readNameResolution(this.#order, bytes, body, end);
    for (const { address, name } of names) this.#events.resolved(address, name, this.records);
    if (invalid > 0) this.rejections.add("invalid-name", this.records, invalid);
    if (cut) this.rejections.add("too-many-names", this.records);
  }

  /** Tells of lost packets where an option that counts them is not zero. */
  #countDrops(bytes: Uint8Array, from: number, end: number, codes: readonly number[]): void {
    if (from + 4 > end) return;
    let lost = false;
    eachOption(this.#order, bytes, from, end, (code, at, length) => {
      const isDropCount = codes.includes(code) && length === 8;
      if (isDropCount) lost ||= bytes.subarray(at, at + 8).some((byte) => byte !== 0);
    });
    if (lost) this.#events.dropped();
  }
}

/** Where the options of an enhanced packet begin; its own end where its data does not end before it. */
function afterData(order: ByteOrder, bytes: Uint8Array, body: number, end: number): number {
  const captured = end - body >= 20 ? order.u32(bytes, body + 12) : end;
  return captured > end ? end : body + 20 + ((captured + 3) & ~3);
}
