/** One DNS message to the addresses it gave the name that was asked for. */
import { decode } from "dns-packet";
import { u16 } from "./bytes.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import { type Answer, chase, type Chased } from "./dns/chase.ts";
import { guard } from "./dns/guard.ts";
import { gather, lower, type Records } from "./dns/records.ts";

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

/** RFC 1035 §4.1.1: only in a standard query do the sections mean questions and answers. */
const QUERY = 0;

/**
 * What was answered to the question in the message. Null: not a DNS message, or malformed. TCP's length prefix must be
 * off. An error answers nothing, whatever records come with it: no client would use them.
 */
export function readDns(message: Uint8Array): DnsMessage | null {
  return read(message, false, ({ questions, records }, rcode) =>
    rcode === 0 ? questions.map((name) => chase(name, records)) : [],
  );
}

/**
 * mDNS (RFC 6762 §6): nobody need have asked, each owner answers for itself, and addresses come as often beside the
 * answers (§12) as among them.
 */
export function readAnnouncement(message: Uint8Array): DnsMessage | null {
  return read(message, true, ({ records }) => [announced(records)]);
}

/** The names that an mDNS query asks for. */
export function readAsked(message: Uint8Array): readonly Fqdn[] {
  const guarded = guard(message, false);
  const sections = guarded && u16(message, 2) < 0x8000 ? decoded(guarded.bytes) : null;
  return sections?.questions.flatMap((name) => parseFqdn(name) ?? []) ?? [];
}

function read(
  message: Uint8Array,
  allSections: boolean,
  find: (sections: Sections, rcode: number) => readonly Chased[],
): DnsMessage | null {
  const guarded = guard(message, allSections);
  if (guarded === null) return null;
  const flags = u16(message, 2);
  const response = flags >= 0x8000;
  const truncated = guarded.cut || (flags & 0x200) !== 0;
  const header = { id: u16(message, 0), response, truncated, rcode: flags & 0xf };
  if (!response || ((flags >> 11) & 0xf) !== QUERY) return { ...header, answers: [], invalidNames: 0 };
  const sections = decoded(guarded.bytes);
  if (sections === null) return null;
  const found = find(sections, header.rcode);
  const invalid = new Set(found.flatMap((each) => [...each.invalid]));
  const looped = found.some((each) => each.looped);
  return { ...header, answers: found.flatMap((each) => each.answers), invalidNames: invalid.size, looped };
}

interface Sections {
  readonly questions: readonly string[];
  readonly records: Records;
}

/** What the guard let through decodes, but for names made to overlap with each other's lengths. */
function decoded(bytes: Buffer): Sections | null {
  try {
    const { questions = [], answers = [] } = decode(bytes);
    return {
      questions: [...new Set(questions.map((question) => lower(question.name)))],
      records: gather(answers),
    };
  } catch {
    return null;
  }
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
