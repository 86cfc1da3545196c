/** The ledger of decisions: whether it still says what was written, and what that is. */
import type { LedgerRecord, Verification } from "../model/ledger.ts";
import { json, plain } from "./escape.ts";
import { plural } from "./view.ts";

export interface Proved {
  readonly anchored: string | null;
  readonly signed: boolean;
  readonly authenticated: boolean;
  /** Approvals without a record, as `file:line` and endpoint. */
  readonly forged: readonly string[];
}

/** Records told one by one, the latest. */
const TOLD = 100;

export function ledgerText(found: Verification, proved: Proved): string {
  if (!found.intact) return `BROKEN at ${plain(found.place)}: ${plain(found.problem)}\n`;
  const { records, head } = found;
  const earlier = Math.max(0, records.length - TOLD);
  return [
    `INTACT: ${plural(records.length, "record")}; ${proofs(records, proved).join("; ")}`,
    ...(earlier > 0 ? [`  ${plural(earlier, "earlier record")}`] : []),
    ...records.slice(earlier).map((record) => `  ${plain(told(record))}`),
    ...(head === null ? [] : [`head ${head}`]),
    ...proved.forged.map((place) => `UNRECORDED ${plain(place)}: no record vouches for this approval`),
    "",
  ].join("\n");
}

/** What is proved, and what is not: a chain alone can be written anew as a whole. */
function proofs(records: readonly LedgerRecord[], { anchored, signed, authenticated }: Proved): string[] {
  const since = records.findIndex(({ hash }) => hash === anchored);
  const some = records.some(({ signature }) => signature !== undefined);
  return [
    anchored === null
      ? "no anchored head was given, so that records may be missing at the end"
      : `the anchored head is ${since < 0 ? "the beginning" : `record ${since + 1}`}`,
    signed ? "every signature is by the key" : some ? "signatures were not checked" : "not signed",
    ...(authenticated ? ["every HMAC is by the key"] : []),
  ];
}

function told(record: LedgerRecord): string {
  const { seq, at, by, action, decision, endpoint, expires, why, owner } = record;
  const until = expires === null ? "" : ` until ${expires.slice(0, 10)}`;
  const whose = owner === null ? "" : ` (${owner})`;
  const act = action === "renew" ? "renewed" : `decided ${decision}`;
  return `${seq}  ${at}  ${by} ${act} ${endpoint}${until}: ${why ?? "no reason given"}${whose}`;
}

export function ledgerJson(found: Verification, forged: readonly string[]): string {
  return `${json(found.intact ? { ...found, unrecorded: forged } : found, 2)}\n`;
}
