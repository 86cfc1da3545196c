/** Where decisions are kept until they are written: the allowlist and the ledger, each replaced whole. */
import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { InputError } from "../../model/error.ts";
import type { Approved } from "../../model/approval.ts";
import type { LedgerRecord } from "../../model/ledger.ts";
import type { OpenQuestion } from "../../model/review.ts";
import {
  AllowlistEditor,
  type Bench,
  EMPTY_ALLOWLIST,
  ledgerLines,
  type PrivateSeals,
  ruleOn,
  type Ruling,
  type Verdict,
  verifyLedger,
} from "../../propose/index.ts";
import { readText } from "../files.ts";
import { readWhole } from "../keys.ts";
import { writeFile } from "../output.ts";
import { holding } from "./lock.ts";

export interface Desk {
  readonly allowlist: string;
  /** The file as it was when questions were first asked. */
  readonly editor: AllowlistEditor;
  readonly ledger: string | null;
  readonly seals: PrivateSeals;
  readonly environment: string | null;
  readonly bench: Bench;
}

/** @throws InputError when the answer cannot be taken. */
export function judge({ editor, environment, bench }: Desk, question: OpenQuestion, verdict: Verdict): Ruling {
  // Refused now and not when all is written.
  editor.mustBeEditable();
  return ruleOn(question, verdict, editor.standing(question.endpoint, environment), bench);
}

/**
 * The ledger first: a record without its decision is seen by whoever compares the two, a decision without its record
 * would be one that nobody made. Both are read again, since a person takes time to decide.
 */
export function write(desk: Desk, rulings: readonly Ruling[]): void {
  if (rulings.length === 0) return;
  const { allowlist, ledger } = desk;
  holding(ledger === null ? [allowlist] : [allowlist, ledger], () => writeBoth(desk, rulings));
}

function writeBoth({ allowlist, editor, ledger, seals, environment, bench }: Desk, rulings: readonly Ruling[]): void {
  const source = allowlistText(allowlist);
  const current = source === editor.text ? editor : new AllowlistEditor(source, bench.file);
  const entries = rulings.map(({ entry }) => entry);
  const edited = current.edited(entries, environment);
  if (ledger !== null) {
    const { text, last } = heldLedger(ledger);
    const acts = rulings.map(({ act }) => act);
    writeFile(ledger, `${text}${ledgerLines(last, acts, seals)}`);
  }
  writeFile(allowlist, edited);
}

export function allowlistText(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InputError(`${path}: a folder of allowlists: review one file of it, with --workload for what it judges`);
  }
  return existsSync(path) ? readText(path) : EMPTY_ALLOWLIST;
}

/** What a digest was over, as the ledger tells it. */
export function approvedIn(ledger: string | null, digest: string | null): Approved | null {
  if (ledger === null || digest === null || !existsSync(ledger)) return null;
  const found = verifyLedger(readWhole(ledger), basename(ledger));
  return found.intact ? (found.records.find(({ candidate }) => candidate === digest)?.approved ?? null) : null;
}

/** Nothing is added to a ledger that does not hold: the new record would vouch for it. */
export function heldLedger(path: string): { readonly text: string; readonly last: LedgerRecord | null } {
  if (!existsSync(path)) return { text: "", last: null };
  const bytes = readWhole(path);
  const found = verifyLedger(bytes, basename(path));
  if (!found.intact) throw new InputError(`${found.place}: ${found.problem}; nothing is added to a broken ledger`);
  return { text: new TextDecoder().decode(bytes), last: found.records.at(-1) ?? null };
}
