/** Finds what was done to a ledger after it was written, and names the record. */
import { at } from "../../model/error.ts";
import type { LedgerRecord, Verification } from "../../model/ledger.ts";
import { bodyOf, canonical, GENESIS, hashOf, recordSchema } from "./record.ts";
import { isAuthentic, isSigned, type PublicSeals } from "./seal.ts";

export interface Anchors extends PublicSeals {
  /** The hash of a record that was there when somebody wrote it down elsewhere. */
  readonly head?: string | null;
}

/** No decision takes more; a longer line is none of ours. */
const MAX_LINE_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

export function verifyLedger(bytes: Uint8Array, file: string, anchors: Anchors = {}): Verification {
  const records: LedgerRecord[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, offset);
    const place = at(file, records.length + 1);
    if (end < 0) return { intact: false, place, problem: "the last record is cut short" };
    const record = recordOf(bytes.subarray(offset, end));
    const problem = typeof record === "string" ? record : problemOf(record, records.at(-1) ?? null, anchors);
    if (typeof record === "string" || problem !== null) return { intact: false, place, problem: problem ?? "" };
    records.push(record);
    offset = end + 1;
  }
  const { head = null } = anchors;
  if (head !== null && head !== GENESIS && !records.some(({ hash }) => hash === head)) {
    const place = at(file, Math.max(records.length, 1));
    return {
      intact: false,
      place,
      problem: `it ends here, without the anchored record ${head}: its end was cut off or rewritten`,
    };
  }
  return { intact: true, records, head: records.at(-1)?.hash ?? null };
}

/** A text says why the line is no record. */
function recordOf(line: Uint8Array): LedgerRecord | string {
  if (line.length > MAX_LINE_BYTES) return `longer than ${MAX_LINE_BYTES} bytes: not a record`;
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
    value = JSON.parse(text);
  } catch {
    return "not a record: neither written nor left so by this program";
  }
  const record = recordSchema.safeParse(value);
  if (!record.success) {
    const [issue] = record.error.issues;
    return `not a record: ${issue?.path.map(String).join(".") || "line"}: ${issue?.message ?? "unusable"}`;
  }
  // A space, a key twice or another spelling of a number is no part of the value, and no part of what was written either.
  return isCanonical(record.data, text) ? record.data : "not written as records are (RFC 8785): it was edited";
}

function isCanonical(record: LedgerRecord, text: string): boolean {
  try {
    return canonical(record) === text;
  } catch {
    // Half a surrogate pair, which no canonical JSON has.
    return false;
  }
}

function problemOf(record: LedgerRecord, last: LedgerRecord | null, { publicKey, hmacKey }: Anchors): string | null {
  const { hash, ...sealed } = record;
  if (hashOf(sealed) !== hash) return "its hash is not that of what it says: it was edited";
  const seq = (last?.seq ?? 0) + 1;
  if (record.seq !== seq)
    return `it is number ${record.seq} where ${seq} is due: records were deleted, inserted or reordered`;
  if (record.previous !== (last?.hash ?? GENESIS))
    return "it does not follow the record before it: that one was replaced, or records were reordered";
  const text = canonical(bodyOf(record));
  if (publicKey) {
    if (record.signature === undefined) return "it is not signed";
    if (!isSigned(text, record.signature, publicKey)) return "its signature is not by this key over what it says";
  }
  if (hmacKey) {
    if (record.hmac === undefined) return "it has no HMAC";
    if (!isAuthentic(text, record.hmac, hmacKey)) return "its HMAC is not by this key over what it says";
  }
  return null;
}
