/** One DNS message to the addresses it gave the name that was asked for. */
import { decode } from "dns-packet";
import { u16 } from "./bytes.ts";
import { parseFqdn } from "../../model/fqdn.ts";
import { type Answer, chase } from "./dns/chase.ts";
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

/** Null: not a DNS message, or malformed. TCP's length prefix must be off. */
export function readDns(message: Uint8Array): DnsMessage | null {
  const guarded = guard(message);
  if (guarded === null) return null;
  const flags = u16(message, 2);
  const response = flags >= 0x8000;
  const truncated = guarded.cut || (flags & 0x200) !== 0;
  const header = { id: u16(message, 0), response, truncated, rcode: flags & 0xf };
  if (!response || ((flags >> 11) & 0xf) !== QUERY) return { ...header, answers: [], invalidNames: 0 };
  const sections = decoded(guarded.bytes);
  if (sections === null) return null;
  const { questions, records } = sections;
  const found = questions.length > 0 ? questions.map((name) => chase(name, records)) : [announced(records)];
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

/** mDNS (RFC 6762 §6): nobody asked, so that each owner answers for itself. */
function announced({ addresses }: Records): ReturnType<typeof chase> {
  const answers: Answer[] = [];
  const invalid = new Set<string>();
  for (const [owner, records] of addresses) {
    const name = parseFqdn(owner);
    if (name === null) invalid.add(owner);
    else for (const { address, ttl } of records) answers.push({ name, chain: [], address, ttl });
  }
  return { answers, invalid, looped: false };
}
