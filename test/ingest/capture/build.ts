/** Writes capture files for tests, in either byte order. */

export interface Written {
  readonly bytes: Uint8Array;
  readonly seconds?: number;
  readonly fraction?: number;
  readonly wireLength?: number;
}

/** Numbers of 2, 4 or 8 bytes and raw bytes, one after the other. */
export class Writer {
  readonly #parts: Uint8Array[] = [];
  readonly little: boolean;

  constructor(little: boolean) {
    this.little = little;
  }

  u16(...values: number[]): this {
    for (const value of values) this.#put(2, (view) => view.setUint16(0, value, this.little));
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.#put(4, (view) => view.setUint32(0, value, this.little));
    return this;
  }

  i64(value: bigint): this {
    return this.#put(8, (view) => view.setBigInt64(0, value, this.little));
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  /** Zeros up to a multiple of four bytes. */
  pad(): this {
    return this.raw(new Uint8Array(-this.bytes().length & 3));
  }

  bytes(): Uint8Array {
    return join(this.#parts);
  }

  #put(length: number, set: (view: DataView) => void): this {
    const bytes = new Uint8Array(length);
    set(new DataView(bytes.buffer));
    return this.raw(bytes);
  }
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface PcapOptions {
  readonly little?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

export function pcap(packets: readonly Written[], options: PcapOptions = {}): Uint8Array {
  const { little = true, nanoseconds = false, linkType = 1 } = options;
  const w = new Writer(little);
  w.u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4)
    .u16(2, 4)
    .u32(0, 0, 262_144, linkType);
  for (const { bytes, seconds = 0, fraction = 0, wireLength = bytes.length } of packets) {
    w.u32(seconds, fraction, bytes.length, wireLength).raw(bytes);
  }
  return w.bytes();
}

/** Blocks of one byte order. */
export class Pcapng {
  readonly little: boolean;

  constructor(little = true) {
    this.little = little;
  }

  block(type: number, body: Uint8Array): Uint8Array {
    const padded = this.#writer().raw(body).pad().bytes();
    const length = padded.length + 12;
    return this.#writer().u32(type, length).raw(padded).u32(length).bytes();
  }

  section(): Uint8Array {
    return this.block(0x0a0d0d0a, this.#writer().u32(0x1a2b3c4d).u16(1, 0).i64(-1n).bytes());
  }

  interface(linkType: number, options: Uint8Array = new Uint8Array(0), snapLength = 0): Uint8Array {
    return this.block(1, this.#writer().u16(linkType, 0).u32(snapLength).raw(options).bytes());
  }

  option(code: number, value: Uint8Array): Uint8Array {
    return this.#writer().u16(code, value.length).raw(value).pad().bytes();
  }

  offset(seconds: bigint): Uint8Array {
    return this.option(14, this.#writer().i64(seconds).bytes());
  }

  packet(
    number: number,
    ticks: bigint,
    bytes: Uint8Array,
    wireLength = bytes.length,
    options: Uint8Array = new Uint8Array(0),
  ): Uint8Array {
    const w = this.#writer().u32(number, Number(ticks >> 32n), Number(ticks & 0xffff_ffffn), bytes.length, wireLength);
    return this.block(6, w.raw(bytes).pad().raw(options).bytes());
  }

  oldPacket(number: number, ticks: bigint, bytes: Uint8Array, drops = 0): Uint8Array {
    const w = this.#writer()
      .u16(number, drops)
      .u32(Number(ticks >> 32n), Number(ticks & 0xffff_ffffn));
    return this.block(2, w.u32(bytes.length, bytes.length).raw(bytes).bytes());
  }

  simplePacket(bytes: Uint8Array, wireLength = bytes.length): Uint8Array {
    return this.block(3, this.#writer().u32(wireLength).raw(bytes).bytes());
  }

  statistics(...options: Uint8Array[]): Uint8Array {
    return this.block(5, this.#writer().u32(0, 0, 0).raw(join(options)).bytes());
  }

  names(...records: Uint8Array[]): Uint8Array {
    return this.block(4, join([...records, this.#writer().u16(0, 0).bytes()]));
  }

  nameRecord(type: number, address: readonly number[], text: string): Uint8Array {
    const value = join([new Uint8Array(address), ascii(text)]);
    return this.#writer().u16(type, value.length).raw(value).pad().bytes();
  }

  #writer(): Writer {
    return new Writer(this.little);
  }
}
