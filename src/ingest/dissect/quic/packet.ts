/** Long-header packets (RFC 9000 §17.2): where each begins and ends in a datagram, and what protects it. */
import { u32 } from "../bytes.ts";
import { type QuicVersion, versionOf } from "./versions.ts";

export interface LongPacket {
  readonly version: QuicVersion;
  readonly isInitial: boolean;
  readonly destination: Uint8Array;
  /** From the first byte of the header to the last of the payload. */
  readonly bytes: Uint8Array;
  /** Where the protected packet number begins in `bytes`. */
  readonly numberAt: number;
}

/** RFC 9000 §17.2: longer connection ids are not of versions 1 and 2. */
const MAX_CONNECTION_ID = 20;

/** The packet at the front of `bytes`; null for short headers, unknown versions, Retry, and lengths that do not fit. */
export function readLongPacket(bytes: Uint8Array): LongPacket | null {
  const first = bytes[0] ?? 0;
  // Long header form and fixed bit; the latter may be greased (RFC 9287), but not in a client's first packets.
  if (first >> 6 !== 3 || bytes.length < 7) return null;
  const version = versionOf(u32(bytes, 1));
  if (version === null) return null;
  const type = (first >> 4) & 3;
  const destinationSize = bytes[5] ?? 0;
  const sourceSize = bytes[6 + destinationSize] ?? 0;
  if (type === version.retry || destinationSize > MAX_CONNECTION_ID || sourceSize > MAX_CONNECTION_ID) return null;
  const isInitial = type === version.initial;
  let at: number | null = 7 + destinationSize + sourceSize;
  if (isInitial) {
    const token = readVarint(bytes, at);
    if (token === null) return null;
    at = token.next + token.value;
  }
  const length = readVarint(bytes, at);
  if (length === null || length.next + length.value > bytes.length) return null;
  return {
    version,
    isInitial,
    destination: bytes.subarray(6, 6 + destinationSize),
    bytes: bytes.subarray(0, length.next + length.value),
    numberAt: length.next,
  };
}

/** RFC 9000 §16. Values above 2^53 lose their last bits, and are far out of any bounds anyway. */
export function readVarint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | null {
  const first = bytes[at];
  if (first === undefined) return null;
  const next = at + (1 << (first >> 6));
  if (next > bytes.length) return null;
  let value = first & 0x3f;
  for (let i = at + 1; i < next; i++) value = value * 256 + (bytes[i] ?? 0);
  return { value, next };
}
