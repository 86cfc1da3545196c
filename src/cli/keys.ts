/** Keys and ledgers as they lie on the disk. */
import { readFileSync, statSync } from "node:fs";
import type { Options } from "yargs";
import { InputError } from "../model/error.ts";
import { type PrivateSeals, readHmacKey, readPrivateKey } from "../propose/index.ts";
import { reasonOf } from "./errors.ts";
import { readText } from "./files.ts";
import { type Arguments, text } from "./options.ts";

export const SEAL_OPTIONS: Readonly<Record<string, Options>> = {
  "sign-key": {
    type: "string",
    requiresArg: true,
    describe: "sign ledger records with this Ed25519 private key (PEM)",
  },
  "hmac-key-file": { type: "string", requiresArg: true, describe: "a key shared by who writes and who verifies" },
};

export function sealsOf(args: Arguments): PrivateSeals {
  const signKey = text(args, "sign-key");
  return { signKey: signKey === null ? null : readPrivateKey(readText(signKey), signKey), hmacKey: hmacKeyOf(args) };
}

export function hmacKeyOf(args: Arguments): Uint8Array | null {
  const path = text(args, "hmac-key-file");
  return path === null ? null : readHmacKey(readWhole(path), path);
}

/** 200,000 decisions and more. */
const MAX_BYTES = 256 << 20;

export function readWhole(path: string): Uint8Array {
  try {
    if (statSync(path).size > MAX_BYTES) throw new InputError(`${path}: larger than ${MAX_BYTES} bytes`);
    return readFileSync(path);
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path}: ${reasonOf(error)}`);
  }
}
