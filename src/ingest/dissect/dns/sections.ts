/** One DNS message to the names it asks for and the records that are read here; whatever else it holds is passed. */
import { u16 } from "../bytes.ts";
import { Names } from "./names.ts";
import { Records } from "./records.ts";

export interface Sections {
  /** Each once, in lower case. */
  readonly questions: readonly string[];
  readonly records: Records;
  /** The message ended before its counts were met. */
  readonly cut: boolean;
}

const HEADER = 12;
/** Answers carry one; mDNS asks a dozen at once, which are of no use here. */
const MAX_QUESTIONS = 16;
/** Type, class, time to live and the length of the data. */
const RECORD_FIXED = 10;
const INTERNET = 1;
/** RFC 6762 §10.2: the top bit of the class is mDNS's cache-flush. */
const CLASS_BITS = 0x7fff;

/** Null for what is no DNS message, or a malformed one. With `allSections` the records of all are read. */
export function readSections(message: Uint8Array, allSections: boolean): Sections | null {
  if (message.length < HEADER) return null;
  const count = u16(message, 4);
  if (count > MAX_QUESTIONS) return null;
  const names = new Names(message);
  const questions: string[] = [];
  let at = HEADER;
  for (let i = 0; i < count; i++) {
    const name = names.read(at);
    at = names.end + 4;
    if (name === null || at > message.length) return null;
    if (!questions.includes(name)) questions.push(name);
  }
  // In DNS the other sections are advice nobody asked for: what they say of third names could be anybody's.
  const claimed = u16(message, 6) + (allSections ? u16(message, 8) + u16(message, 10) : 0);
  const records = new Records();
  for (let i = 0; i < claimed; i++) {
    const owner = names.read(at);
    if (owner === null) return null;
    const data = names.end + RECORD_FIXED;
    if (data > message.length) return { questions, records, cut: true };
    const end = data + u16(message, data - 2);
    if (end > message.length) return { questions, records, cut: true };
    const isInternet = (u16(message, data - 8) & CLASS_BITS) === INTERNET;
    if (isInternet) records.read({ message, names, owner, data, end });
    at = end;
  }
  return { questions, records, cut: false };
}
