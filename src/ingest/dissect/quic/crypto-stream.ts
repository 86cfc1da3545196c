/** The CRYPTO frames of Initial packets (RFC 9000 §19.6), put together in whatever order and pieces they come. */
import { readVarint } from "./packet.ts";

const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
const CRYPTO = 0x06;
const CONNECTION_CLOSE = 0x1c;

/** Offsets from here on are dropped: a ClientHello is a tenth of it. */
export const MAX_CRYPTO = 16_384;

export class CryptoStream {
  private data = new Uint8Array(0);
  private present = new Uint8Array(0);
  private contiguous = 0;
  private readonly crypto: number;

  /** `crypto` is the type of the frames that matter, in the version at hand. */
  constructor(crypto: number = CRYPTO) {
    this.crypto = crypto;
  }

  /** Bytes from the start of the stream up to the first hole. */
  get prefix(): Uint8Array {
    return this.data.subarray(0, this.contiguous);
  }

  /**
   * Takes the CRYPTO frames of one packet, in one pass over its bytes; false where something stands that an Initial
   * must not hold (§12.4), and what follows cannot be read.
   */
  addFrames(frames: Uint8Array): boolean {
    let at = 0;
    while (at < frames.length) {
      const type = frames[at];
      if (type === PADDING || type === PING) at++;
      else if (type === this.crypto) {
        const next = this.addFrame(frames, at + 1);
        if (next === null) return false;
        at = next;
      } else if (type === ACK || type === ACK_ECN) {
        const next = skipAck(frames, at + 1, type === ACK_ECN);
        if (next === null) return false;
        at = next;
      } else return type === CONNECTION_CLOSE;
    }
    return true;
  }

  private addFrame(frames: Uint8Array, at: number): number | null {
    const offset = readVarint(frames, at);
    const length = offset && readVarint(frames, offset.next);
    if (!offset || !length || length.next + length.value > frames.length) return null;
    this.add(offset.value, frames.subarray(length.next, length.next + length.value));
    return length.next + length.value;
  }

  /** What came first stands; a later copy that says otherwise changes nothing. */
  add(offset: number, piece: Uint8Array): void {
    const end = Math.min(offset + piece.length, MAX_CRYPTO);
    if (offset >= end) return;
    this.reserve(end);
    for (let at = offset; at < end; at++) {
      if (this.present[at] === 1) continue;
      this.present[at] = 1;
      this.data[at] = piece[at - offset] ?? 0;
    }
    while (this.present[this.contiguous] === 1) this.contiguous++;
  }

  private reserve(end: number): void {
    if (end <= this.data.length) return;
    const size = Math.min(MAX_CRYPTO, Math.max(end, this.data.length * 2, 2048));
    const [data, present] = [new Uint8Array(size), new Uint8Array(size)];
    data.set(this.data);
    present.set(this.present);
    this.data = data;
    this.present = present;
  }
}

/** RFC 9000 §19.3: largest, delay, range count, first range, pairs of gap and range, and three counters with ECN. */
function skipAck(frames: Uint8Array, from: number, hasEcn: boolean): number | null {
  let fields = 4;
  let at = from;
  for (let i = 0; i < fields; i++) {
    const field = readVarint(frames, at);
    if (field === null) return null;
    if (i === 2) fields += 2 * field.value + (hasEcn ? 3 : 0);
    at = field.next;
  }
  return at;
}
