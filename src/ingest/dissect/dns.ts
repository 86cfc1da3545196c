/** One DNS message to the addresses it gave the name that was asked for. */
import { u16 } from "./bytes.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import { type Answer, chase, type Chased } from "./dns/chase.ts";
import type { Records } from "./dns/records.ts";
import { readSections, type Sections } from "./dns/sections.ts";

export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  /** The server said so (TC), or the message ends before its counts are met. */
  readonly truncated: boolean;
  readonly rcode: number;
  readonly answers: readonly Answer[];
  /** Names that would have been in `answers` and are no host names, each counted once. */
  readonly invalidNames: number;
  /** Aliases in a circle, or more of them than are followed. */
  readonly looped?: boolean;
}

/** Flags of the header (RFC 1035 §4.1.1). */
const RESPONSE = 0x8000;
const OPCODE = 0x7800;
const TRUNCATED = 0x0200;

/**
 * What was answered to the question in the message. Null: not a DNS message, or malformed. TCP's length prefix must be
 * off. An error answers nothing, whatever records come with it: no client would use them.
 */
export function readDns(message: Uint8Array): DnsMessage | null {
  const sections = readSections(message, false);
  if (sections === null) return null;
  const { questions, records } = sections;
  const isAnswered = isResponse(message) && rcodeOf(message) === 0;
  return told(message, sections, isAnswered ? questions.map((name) => chase(name, records)) : []);
}

/**
 * mDNS (RFC 6762 §6): nobody need have asked, each owner answers for itself, and addresses come as often beside the
 * answers (§12) as among them.
 */
export function readAnnouncement(message: Uint8Array): DnsMessage | null {
  const sections = readSections(message, true);
  return sections && told(message, sections, isResponse(message) ? [announced(sections.records)] : []);
}

/** The names that an mDNS query asks for. */
export function readAsked(message: Uint8Array): readonly Fqdn[] {
  const sections = readSections(message, false);
  if (sections === null || (u16(message, 2) & RESPONSE) !== 0) return [];
  return sections.questions.flatMap((name) => parseFqdn(name) ?? []);
}

/** To a standard query: the sections of an update, say, mean something else. */
function isResponse(message: Uint8Array): boolean {
  return (u16(message, 2) & (RESPONSE | OPCODE)) === RESPONSE;
}

function rcodeOf(message: Uint8Array): number {
  return u16(message, 2) & 0xf;
}

function told(message: Uint8Array, { cut }: Sections, found: readonly Chased[]): DnsMessage {
  const flags = u16(message, 2);
  const [only] = found;
  // Nearly every message asks for one name.
  const isOne = only !== undefined && found.length === 1;
  return {
    id: u16(message, 0),
    response: (flags & RESPONSE) !== 0,
    truncated: cut || (flags & TRUNCATED) !== 0,
    rcode: rcodeOf(message),
    answers: isOne ? only.answers : found.flatMap(({ answers }) => answers),
    invalidNames: isOne ? only.invalid.size : new Set(found.flatMap(({ invalid }) => [...invalid])).size,
    looped: found.some(({ looped }) => looped),
  };
}

/** A time to live of zero takes a record back (RFC 6762 §10.1). */
function announced({ addresses }: Records): Chased {
  const answers: Answer[] = [];
  const invalid = new Set<string>();
  for (const [owner, records] of addresses) {
    const name = parseFqdn(owner);
    if (name === null) invalid.add(owner);
    else for (const { address, ttl } of records) if (ttl > 0) answers.push({ name, chain: [], address, ttl });
  }
  return { answers, invalid, looped: false };
}
