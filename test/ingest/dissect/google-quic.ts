/** Packets of Google's QUIC before TLS, as a client writes its first ones. */

export type ChloValue = readonly [tag: string, value: string];

/** A hello: tags, and where the value of each ends, then the values. */
export function chlo(values: readonly ChloValue[]): Buffer {
  const header = Buffer.alloc(8 + 8 * values.length);
  header.write("CHLO", "latin1");
  header.writeUInt16LE(values.length, 4);
  let end = 0;
  for (const [i, [tag, value]] of values.entries()) {
    end += value.length;
    header.write(tag, 8 + 8 * i, "latin1");
    header.writeUInt32LE(end, 8 + 8 * i + 4);
  }
  return Buffer.concat([header, ...values.map(([, value]) => Buffer.from(value, "latin1"))]);
}

interface FrameOptions {
  readonly stream?: number;
  readonly offset?: number;
  /** Without a length. */
  readonly toEnd?: boolean;
}

/** Numbers are in network order from Q039 on. */
export function streamFrame(version: number, data: Buffer, options: FrameOptions = {}): Buffer {
  const { stream = 1, offset = 0, toEnd = false } = options;
  const u16 = (value: number): Buffer => {
    const bytes = Buffer.alloc(2);
    if (version >= 39) bytes.writeUInt16BE(value);
    else bytes.writeUInt16LE(value);
    return bytes;
  };
  const type = 0x80 | (toEnd ? 0 : 0x20) | (offset > 0 ? 0x04 : 0);
  const header = [Buffer.of(type, stream), ...(offset > 0 ? [u16(offset)] : []), ...(toEnd ? [] : [u16(data.length)])];
  return Buffer.concat([...header, data]);
}

/** From Q044 on with a header like the standard's. */
export function googlePacket(version: number, frames: Buffer, { asLong = version >= 44 } = {}): Buffer {
  const [id, hash] = [Buffer.from("8394c8f03e515708", "hex"), Buffer.alloc(12, 0xaa)];
  const name = Buffer.from(`Q0${version}`, "latin1");
  if (asLong) return Buffer.concat([Buffer.of(0xc3), name, Buffer.of(0x50), id, Buffer.of(0, 0, 0, 1), hash, frames]);
  const privateFlags = version < 34 ? [Buffer.of(0)] : [];
  return Buffer.concat([Buffer.of(0x0d), id, name, Buffer.of(1), hash, ...privateFlags, frames]);
}
