/** The door for ledger records, and what they are hashed over. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import { address, fqdn, port, transport } from "../../merge/fields.ts";
import { APPROVAL_SCHEMA, type Approved, REACHES } from "../../model/approval.ts";
import { type Body, LEDGER_SCHEMA, type LedgerRecord } from "../../model/ledger.ts";

/** What the first record has in place of a hash before it. */
export const GENESIS: string = "0".repeat(64);

const hex = z.string().regex(/^[0-9a-f]{64}$/, "is not 64 hex digits");
const prose = z.string().max(2500).nullable();

const approved: z.ZodType<Approved> = z.strictObject({
  _schema: z.literal(APPROVAL_SCHEMA),
  effect: z.literal("permit"),
  endpoint: z.strictObject({ name: fqdn.nullable(), address: address.nullable(), transport, port }),
  access: z.array(z.enum(["connect", "http"])),
  reach: z.array(z.enum(REACHES)),
});

const bodyShape = {
  _schema: z.literal(LEDGER_SCHEMA),
  seq: z.int().min(1),
  previous: hex,
  at: z.string().max(40),
  by: z.string().min(1).max(1000),
  action: z.enum(["decide", "renew"]),
  file: z.string().max(1000),
  endpoint: z.string().max(400),
  decision: z.enum(["allow", "deny", "watch"]),
  why: prose,
  owner: prose,
  ticket: prose,
  expires: z.string().max(40).nullable(),
  candidate: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .nullable(),
  approved: approved.nullable(),
};

export const recordSchema: z.ZodType<LedgerRecord> = z.strictObject({
  ...bodyShape,
  hash: hex,
  signature: z.strictObject({ key: hex, value: z.base64().length(88) }).optional(),
  hmac: hex.optional(),
});

/** RFC 8785: one text for one value, so that a hash is over what was said and not over how it was spaced. */
export function canonical(value: object): string {
  return canonicalize(value) ?? "";
}

export function bodyOf({ hash: _hash, signature: _signature, hmac: _hmac, ...body }: LedgerRecord): Body {
  return body;
}

/** Over the proofs as well: else they could be exchanged where nobody has the keys at hand. */
export function hashOf(sealed: Omit<LedgerRecord, "hash">): string {
  return createHash("sha256").update(canonical(sealed)).digest("hex");
}
