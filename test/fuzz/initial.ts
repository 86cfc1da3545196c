/** Seals frames into a QUIC Initial: mutating what is encrypted would only ever break its tag. */
import { createCipheriv } from "node:crypto";
import { clientKeys, type InitialKeys } from "../../src/ingest/dissect/quic/protection.ts";
import { versionOf } from "../../src/ingest/dissect/quic/versions.ts";

const VERSIONS: readonly number[] = [1, 0x6b3343cf, 0xff00_001d];

const keysOf = new Map<string, InitialKeys>();

function keys(version: number, destination: Uint8Array): InitialKeys {
  const id = `${version} ${Buffer.from(destination).toString("hex")}`;
  const known = keysOf.get(id) ?? clientKeys(versionOf(version)!, destination);
  if (keysOf.size < 1000) keysOf.set(id, known);
  return known;
}

/** `pick` chooses the version, `number` is the packet's; the packet number takes four bytes. */
export function initial(frames: Uint8Array, destination: Uint8Array, number: number, pick = 0): Buffer {
  return initialOf(VERSIONS[pick % VERSIONS.length] ?? 1, frames, destination, number);
}

export function initialOf(version: number, frames: Uint8Array, destination: Uint8Array, number: number): Buffer {
  const { key, iv, hp } = keys(version, destination);
  const first = 0xc3 | (versionOf(version)!.initial << 4);
  const length = 4 + frames.length + 16;
  const head = Buffer.alloc(12);
  head[0] = first;
  head.writeUInt32BE(version, 1);
  const header = Buffer.concat([
    head.subarray(0, 5),
    Buffer.of(destination.length),
    destination,
    Buffer.of(0, 0), // no source connection id, no token
    Buffer.of(0x80 | (length >>> 24), length >>> 16, length >>> 8, length),
    Buffer.of(number >>> 24, number >>> 16, number >>> 8, number),
  ]);
  const at = header.length - 4;
  const nonce = Buffer.from(iv);
  for (let i = 0; i < 4; i++) nonce[8 + i] = (nonce[8 + i] ?? 0) ^ (header[at + i] ?? 0);
  const cipher = createCipheriv("aes-128-gcm", key, nonce).setAAD(header);
  const body = Buffer.concat([cipher.update(frames), cipher.final(), cipher.getAuthTag()]);
  const mask = createCipheriv("aes-128-ecb", hp, null).update(body.subarray(0, 16));
  header[0] = first ^ ((mask[0] ?? 0) & 15);
  for (let i = 0; i < 4; i++) header[at + i] = (header[at + i] ?? 0) ^ (mask[1 + i] ?? 0);
  return Buffer.concat([header, body]);
}

/** RFC 9000 §16, in eight bytes whatever the value: offsets near 2^62 are among what is tried. */
export function varint(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(62, value) | (3n << 62n));
  return bytes;
}

export function cryptoFrame(offset: bigint, data: Uint8Array, type = 6): Buffer {
  return Buffer.concat([Buffer.of(type), varint(offset), varint(BigInt(data.length)), data]);
}
