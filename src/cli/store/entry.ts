/** One kept read as text: a head line with the digest of all below it, then the observation lines of its runs. */
import { parseObservations } from "../../merge/index.ts";
import { InputError } from "../../model/error.ts";
import type { ObservedRun, RunInLines } from "../../model/observation.ts";
import { sha256 } from "../bytes.ts";
import { observationLines } from "../observation-lines.ts";

const STORE_SCHEMA = "sallyport/store/v1";

/** `question` and `content` stand in the head as well as in the path: an entry that was moved answers nothing. */
export interface EntryKey {
  /** What was asked of which reader: a SHA-256 over everything that decides the answer but the bytes. */
  readonly question: string;
  /** SHA-256 of the bytes as stored. */
  readonly content: string;
}

export function printEntry(key: EntryKey, runs: readonly RunInLines[]): string {
  const body = runs.flatMap((run) => [...observationLines(run)]).join("");
  return headOf(key, body) + body;
}

/** Null when the entry is not whole or not the answer to this question. */
export function parseEntry(text: string, key: EntryKey): ObservedRun[] | null {
  const body = text.slice(text.indexOf("\n") + 1);
  if (text !== headOf(key, body) + body) return null;
  try {
    return parseObservations(body, "");
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function headOf({ question, content }: EntryKey, body: string): string {
  const digest = sha256().update(body).digest("hex");
  return `${JSON.stringify({ _schema: STORE_SCHEMA, question, content, sha256: digest })}\n`;
}
