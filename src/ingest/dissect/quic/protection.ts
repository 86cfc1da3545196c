/** Removing the protection of a client's Initial packets (RFC 9001 §5), whose keys follow from the packet itself. */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import type { LongPacket } from "./packet.ts";
import type { QuicVersion } from "./versions.ts";

export interface InitialKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly hp: Buffer;
}

const TAG = 16;
const SAMPLE = 16;

/** `destination`: the connection id of the client's first Initial, or of the first after a Retry. */
export function clientKeys(version: QuicVersion, destination: Uint8Array): InitialKeys {
  const initial = hmac(version.salt, destination);
  const client = expandLabel(initial, "client in", 32);
  const { labels } = version;
  return {
    key: expandLabel(client, labels.key, 16),
    iv: expandLabel(client, labels.iv, 12),
    hp: expandLabel(client, labels.hp, 16),
  };
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

/** HKDF-Expand-Label (RFC 8446 §7.1) without context; one round of HKDF-Expand makes up to 32 bytes. */
function expandLabel(secret: Buffer, label: string, length: number): Buffer {
  const text = Buffer.from(`tls13 ${label}`, "latin1");
  const info = Buffer.concat([Uint8Array.of(0, length, text.length), text, Uint8Array.of(0, 1)]);
  return hmac(secret, info).subarray(0, length);
}

/** The frames of the packet, or null where these are not its keys or it was altered: the AEAD tag is proof. */
export function openInitial(keys: InitialKeys, packet: LongPacket): Buffer | null {
  const { bytes, numberAt } = packet;
  if (bytes.length < numberAt + 4 + SAMPLE) return null;
  const mask = headerMask(keys.hp, bytes.subarray(numberAt + 4, numberAt + 4 + SAMPLE));
  const first = (bytes[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  const header = Buffer.from(bytes.subarray(0, numberAt + 1 + (first & 3)));
  header[0] = first;
  const nonce = Buffer.from(keys.iv);
  for (let at = numberAt, back = header.length - numberAt; at < header.length; at++, back--) {
    const byte = (header[at] ?? 0) ^ (mask[1 + at - numberAt] ?? 0);
    header[at] = byte;
    // The client's first packet numbers are small enough to stand in full (RFC 9000 §17.1).
    nonce[nonce.length - back] = (nonce[nonce.length - back] ?? 0) ^ byte;
  }
  const decipher = createDecipheriv("aes-128-gcm", keys.key, nonce);
  decipher.setAAD(header);
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
  const frames = decipher.update(bytes.subarray(header.length, bytes.length - TAG));
  try {
    decipher.final();
    return frames;
  } catch {
    return null;
  }
}

/** RFC 9001 §5.4.3. */
function headerMask(hp: Buffer, sample: Uint8Array): Buffer {
  return createCipheriv("aes-128-ecb", hp, null).update(sample);
}
