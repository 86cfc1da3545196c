/** Proofs of who wrote a record: an Ed25519 signature that anybody can check, an HMAC for those who share a key. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { InputError } from "../../model/error.ts";
import type { Signature } from "../../model/ledger.ts";

export interface PrivateSeals {
  readonly signKey?: KeyObject | null;
  readonly hmacKey?: Uint8Array | null;
}

export interface PublicSeals {
  readonly publicKey?: KeyObject | null;
  readonly hmacKey?: Uint8Array | null;
}

/** Shorter keys can be guessed (RFC 2104 asks for the length of the hash, half of it is beyond guessing). */
const MIN_HMAC_KEY_BYTES = 16;

export function readPrivateKey(pem: string, file: string): KeyObject {
  return keyFrom(() => createPrivateKey(pem), file, "private");
}

/** A private key says its public one too. */
export function readPublicKey(pem: string, file: string): KeyObject {
  return keyFrom(() => createPublicKey(pem), file, "public");
}

function keyFrom(read: () => KeyObject, file: string, kind: string): KeyObject {
  let key: KeyObject | null = null;
  try {
    key = read();
  } catch {
    // What OpenSSL says of it may hold parts of the key.
  }
  if (key?.asymmetricKeyType !== "ed25519")
    throw new InputError(`${file}: expected an Ed25519 ${kind} key in PEM form`);
  return key;
}

export function readHmacKey(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes.length < MIN_HMAC_KEY_BYTES)
    throw new InputError(`${file}: an HMAC key has at least ${MIN_HMAC_KEY_BYTES} bytes`);
  return bytes;
}

export function signatureOf(text: string, key: KeyObject): Signature {
  return { key: fingerprint(createPublicKey(key)), value: sign(null, Buffer.from(text), key).toString("base64") };
}

export function isSigned(text: string, signature: Signature, key: KeyObject): boolean {
  return (
    fingerprint(key) === signature.key && verify(null, Buffer.from(text), key, Buffer.from(signature.value, "base64"))
  );
}

function fingerprint(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
}

export function hmacOf(text: string, key: Uint8Array): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

export function isAuthentic(text: string, hmac: string, key: Uint8Array): boolean {
  return timingSafeEqual(Buffer.from(hmacOf(text, key), "hex"), Buffer.from(hmac, "hex"));
}
