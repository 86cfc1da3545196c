/** Builds ClientHellos and the records that carry them, for tests. */

export interface HelloOptions {
  /** Written into the server_name extension byte for byte; several make several entries. */
  readonly names?: readonly (string | Uint8Array)[];
  readonly alpn?: readonly string[];
  /** Further extensions: type and content. */
  readonly extensions?: readonly (readonly [number, Uint8Array])[];
}

export const u8 = (value: number): Buffer => Buffer.of(value & 255);
export const u16 = (value: number): Buffer => Buffer.of((value >> 8) & 255, value & 255);
export const u24 = (value: number): Buffer => Buffer.of((value >> 16) & 255, (value >> 8) & 255, value & 255);

/** An X25519MLKEM768 key share is 1216 bytes: what makes a hello of today longer than a segment. */
export const POST_QUANTUM: readonly [number, Uint8Array] = [51, Buffer.alloc(1222, 0x5a)];

export function serverNames(names: readonly (string | Uint8Array)[]): Buffer {
  const entries = names.map((name) => {
    const bytes = Buffer.from(name as string, "latin1");
    return Buffer.concat([u8(0), u16(bytes.length), bytes]);
  });
  const list = Buffer.concat(entries);
  return Buffer.concat([u16(list.length), list]);
}

/** The handshake message, its four-byte header included. */
export function clientHello({ names = [], alpn = [], extensions = [] }: HelloOptions): Buffer {
  const all: (readonly [number, Uint8Array])[] = [[0x2a2a, Buffer.alloc(0)]]; // GREASE first, as browsers send it
  if (names.length > 0) all.push([0, serverNames(names)]);
  if (alpn.length > 0) {
    const list = Buffer.concat(alpn.map((protocol) => Buffer.concat([u8(protocol.length), Buffer.from(protocol)])));
    all.push([16, Buffer.concat([u16(list.length), list])]);
  }
  const extended = Buffer.concat(
    [...all, ...extensions].map(([type, data]) => Buffer.concat([u16(type), u16(data.length), data])),
  );
  const body = Buffer.concat([
    u16(0x0303), // legacy_version
    Buffer.alloc(32, 7), // random
    u8(32),
    Buffer.alloc(32, 9), // legacy_session_id
    u16(4),
    Buffer.of(0x0a, 0x0a, 0x13, 0x01), // a GREASE suite and a real one
    Buffer.of(1, 0), // no compression
    u16(extended.length),
    extended,
  ]);
  return Buffer.concat([u8(1), u24(body.length), body]);
}

/** TLS records of at most `size` bytes each. */
export function records(handshake: Uint8Array, size = 16_384): Buffer {
  const out: Buffer[] = [];
  for (let at = 0; at < handshake.length; at += size) {
    const piece = handshake.subarray(at, at + size);
    out.push(Buffer.concat([Buffer.of(22, 3, 1), u16(piece.length), piece]));
  }
  return Buffer.concat(out);
}

export function tls(name: string): Buffer {
  return records(clientHello({ names: [name] }));
}

/** The hello of DTLS without its header: that of TLS with a cookie put into it. */
export function dtlsBody(options: HelloOptions, cookie = 0): Buffer {
  const hello = clientHello(options).subarray(4);
  const place = 35 + (hello[34] ?? 0);
  return Buffer.concat([hello.subarray(0, place), u8(cookie), Buffer.alloc(cookie, 3), hello.subarray(place)]);
}

export interface DtlsOptions {
  readonly sequence?: number;
  readonly version?: number;
}

/** One record of DTLS with a fragment of a hello. */
export function dtlsRecord(
  body: Uint8Array,
  from = 0,
  to: number = body.length,
  { sequence = 0, version = 0xfefd }: DtlsOptions = {},
): Buffer {
  const piece = body.subarray(from, to);
  const message = Buffer.concat([u8(1), u24(body.length), u16(sequence), u24(from), u24(piece.length), piece]);
  return Buffer.concat([u8(22), u16(version), Buffer.alloc(8), u16(message.length), message]);
}
