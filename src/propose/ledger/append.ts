/** New records at the end of a ledger that still holds. */
import { type Act, type Body, LEDGER_SCHEMA, type LedgerRecord } from "../../model/ledger.ts";
import { canonical, GENESIS, hashOf } from "./record.ts";
import { hmacOf, type PrivateSeals, signatureOf } from "./seal.ts";

/** The lines to be added after the record `last`, each with its line feed. */
export function ledgerLines(
  last: LedgerRecord | null,
  acts: readonly Act[],
  { signKey, hmacKey }: PrivateSeals,
): string {
  let seq = last?.seq ?? 0;
  let previous = last?.hash ?? GENESIS;
  return acts
    .map((act) => {
      const body: Body = { _schema: LEDGER_SCHEMA, seq: ++seq, previous, ...act };
      const text = canonical(body);
      const sealed = {
        ...body,
        ...(signKey && { signature: signatureOf(text, signKey) }),
        ...(hmacKey && { hmac: hmacOf(text, hmacKey) }),
      };
      previous = hashOf(sealed);
      const record: LedgerRecord = { ...sealed, hash: previous };
      return `${canonical(record)}\n`;
    })
    .join("");
}
