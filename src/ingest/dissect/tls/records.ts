/** A ClientHello out of the TLS records that carry it (RFC 8446 §5.1): one, or several, of any size. */
import { u16, u24 } from "../bytes.ts";
import { type Layer, MORE, OTHER } from "../verdict.ts";
import { readClientHello } from "./client-hello.ts";

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER = 5;
const HANDSHAKE_HEADER = 4;
/** 2^14 of plaintext, and the margin that RFC 5246 gave to compression. */
const MAX_RECORD = 16_384 + 2048;

export function readTls(bytes: Uint8Array, last: boolean): Layer {
  const extent = measure(bytes);
  if (extent === null || (bytes.length > RECORD_HEADER && bytes[RECORD_HEADER] !== CLIENT_HELLO)) return OTHER;
  const { length, need, broken } = extent;
  const whole = length >= need;
  if (!whole && !broken && !last) return MORE;
  if (need === Infinity) return OTHER;
  const body = join(bytes, extent.end).subarray(HANDSHAKE_HEADER, need);
  const { names, literals, flags } = readClientHello(body, whole || broken);
  return { kind: "end", claims: names.map((said) => ({ source: "tls-sni", ...said })), literals, flags };
}

interface Extent {
  /** Of the records that hold the first message, as far as they are there. */
  readonly end: number;
  /** Handshake bytes in them, and those of the first message once its header is there. */
  readonly length: number;
  readonly need: number;
  /** Something else came before the message was complete. */
  readonly broken: boolean;
}

/** Record and handshake header, and the version that every hello says it is of. */
const RECOGNISED = 11;

/** Whether bytes that nothing announced begin with a ClientHello: so strictly that hardly anything else does. */
export function beginsClientHello(bytes: Uint8Array): boolean {
  if (bytes[0] !== HANDSHAKE || bytes.length < RECOGNISED || !isHandshakeRecord(bytes, 0)) return false;
  const [record, hello, version] = [u16(bytes, 3), u24(bytes, 6), u16(bytes, 9)];
  // A post-quantum hello may be cut into records; an ordinary one fills its own.
  const fits = hello + HANDSHAKE_HEADER >= record && hello >= 38 && hello <= MAX_RECORD;
  return bytes[5] === CLIENT_HELLO && fits && version >= 0x0301 && version <= 0x0303;
}

/** A record that changes nothing, which a client in compatibility mode puts before its second hello (RFC 8446, D.4). */
const CHANGE_CIPHER_SPEC = [0x14, 3, 3, 0, 1, 1] as const;

/** Where a capture begins between two hellos of one handshake, the second stands behind it. */
export function readChangeCipherSpec(bytes: Uint8Array, last: boolean): Layer {
  const length = CHANGE_CIPHER_SPEC.length;
  if (CHANGE_CIPHER_SPEC.some((byte, i) => i < bytes.length && bytes[i] !== byte)) return OTHER;
  if (bytes.length < length + RECOGNISED) return last ? OTHER : MORE;
  // Mostly the end of a handshake stands there, encrypted, which may look like anything.
  if (!beginsClientHello(bytes.subarray(length))) return OTHER;
  return { kind: "preamble", length, tunnel: null, flags: [], expects: "tls" };
}

/** Walks the records without touching their contents. Null when not even the first is one of the handshake. */
function measure(bytes: Uint8Array): Extent | null {
  if (!isHandshakeRecord(bytes, 0)) return null;
  let [length, need, end] = [0, Infinity, 0];
  while (length < need && end < bytes.length) {
    if (!isHandshakeRecord(bytes, end)) return { end, length, need, broken: true };
    const next = end + RECORD_HEADER + u16(bytes, end + 3);
    length += Math.max(0, Math.min(next, bytes.length) - end - RECORD_HEADER);
    end = next;
    if (need === Infinity && length >= HANDSHAKE_HEADER) need = HANDSHAKE_HEADER + u24(join(bytes, end), 1);
  }
  return { end, length, need, broken: false };
}

/** The contents of the records before `end`. The usual hello is one record and needs no copy. */
function join(bytes: Uint8Array, end: number): Uint8Array {
  const first = RECORD_HEADER + u16(bytes, 3);
  if (first >= Math.min(end, bytes.length)) return bytes.subarray(RECORD_HEADER, first);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < Math.min(end, bytes.length); at += RECORD_HEADER + u16(bytes, at + 3)) {
    pieces.push(bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + u16(bytes, at + 3)));
  }
  return Buffer.concat(pieces);
}

/** Whether the bytes at `at` begin a handshake record, as far as they go. */
function isHandshakeRecord(bytes: Uint8Array, at: number): boolean {
  const left = bytes.length - at;
  if (left > 0 && bytes[at] !== HANDSHAKE) return false;
  if (left > 1 && bytes[at + 1] !== 3) return false;
  if (left > 2 && (bytes[at + 2] ?? 0) > 4) return false;
  if (left < RECORD_HEADER) return true;
  const size = u16(bytes, at + 3);
  return size > 0 && size <= MAX_RECORD;
}
