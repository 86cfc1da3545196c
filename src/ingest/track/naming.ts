/** Hands each flow's first bytes to the dissectors and keeps what they said until the flow is over. */
import type { LinkSource, LiteralClaim, NameClaim, Rejections, TunnelRequest } from "../../model/flow.ts";
import { u16be } from "../capture/bytes.ts";
import { type Packet, TCP_FLAG } from "../decode/packet.ts";
import type { StreamVerdict } from "../dissect/verdict.ts";
import { type Answers, MAX_DNS_STREAM } from "./answers.ts";
import { ByteStream } from "./byte-stream.ts";
import type { Dissectors } from "./dissectors.ts";
import { Questions } from "./questions.ts";
import { Requests } from "./requests.ts";

/** Bytes of unfinished streams held for all flows together; beyond it the oldest one is given up. */
const MAX_HELD = 32 * 1024 * 1024;
/** What a flow's QUIC state is reckoned at. */
const QUIC_HELD = 16 * 1024;
/** Datagrams of one flow that may be tried for QUIC Initials; each costs a decryption. */
const MAX_INITIALS = 32;
/** After so many looks at a growing stream, it must have grown by a quarter to be looked at again: one byte a segment is an attack. */
const FREE_LOOKS = 64;

/** Distinct names, literals and targets asked of proxies that one flow may give. */
const MAX_PIECES = 256;
/** Flags that the run line counts, too: a name was there and is not shown. */
const COUNTED = ["invalid-name", "name-limit"] as const;

/** What was learnt of one flow. */
export interface FlowNames {
  readonly claims: readonly NameClaim[];
  readonly literals: readonly LiteralClaim[];
  readonly tunnels: readonly TunnelRequest[];
  readonly flags: readonly string[];
}

const NOTHING: FlowNames = { claims: [], literals: [], tunnels: [], flags: [] };

/** The same while it is learnt. Lists are made anew for what is added, as one that grows has room to spare. */
class Notes implements FlowNames {
  claims = NOTHING.claims;
  literals = NOTHING.literals;
  tunnels = NOTHING.tunnels;
  flags = NOTHING.flags;

  flag(flag: string): void {
    if (!this.flags.includes(flag)) this.flags = [...this.flags, flag];
  }
}

/** What is kept of a flow whose first client bytes did not tell all. */
class Unfinished {
  /** Client bytes of which the first ones did not suffice. */
  stream: ByteStream | null = null;
  /** The requests of its connection, once one was read behind which others may come. */
  requests: Requests | null = null;
  /** Claims, literals and tunnels, as text, where more may come. */
  kept: Set<string> | null = null;
  /** DNS over TCP: the server's bytes. */
  answers: ByteStream | null = null;
  /** DNS on an unusual port: what the client asked. */
  questions: Questions | null = null;
  quic: { add(datagram: Uint8Array): StreamVerdict; end(): StreamVerdict } | null = null;
  looks = 0;
  /** Length of the stream when it was last looked at. */
  judged = 0;
  record = 0;
  givenUp = false;
  /** The snap length cut a segment of it. */
  cut = false;
}

/** No byte that follows is wanted. */
const OVER = -1;

export class Naming {
  readonly #dissectors: Dissectors;
  readonly #answers: Answers;
  readonly #rejections: Rejections;
  /** By row. */
  readonly #notes: (Notes | undefined)[] = [];
  readonly #unfinished: (Unfinished | undefined)[] = [];
  /** Bytes held by row, in the order in which they are given up. */
  readonly #held = new Map<number, number>();
  #total = 0;
  /** Whether the snap length cut a payload that was wanted, and what is left of it did not do. */
  cut = false;
  /** Whether a stream ended with bytes missing before others, while its name was not known. */
  hasGaps = false;

  constructor(dissectors: Dissectors, answers: Answers, rejections: Rejections) {
    this.#dissectors = dissectors;
    this.#answers = answers;
    this.#rejections = rejections;
  }

  /**
   * Client bytes of a TCP flow whose first byte has the sequence number `base`. True when no more are wanted: after what
   * is no HTTP/1 request, whose connection may carry others to other hosts.
   */
  client(row: number, p: Packet, base: number): boolean {
    const seq = (p.flags & TCP_FLAG.syn) === 0 ? p.seq : (p.seq + 1) | 0;
    const known = this.#unfinished[row];
    if (known?.givenUp) return true;
    const from = known?.requests?.next ?? base;
    const ahead = (seq - from) | 0;
    // Sent again, or of a request's body.
    if (ahead + p.payloadLength <= 0) return false;
    const isCut = isCutShort(p);
    let at = 0;
    // Nearly always a segment has a whole request, and is looked at where it lies.
    const isLookedAt = !known?.stream && ahead <= 0;
    if (isLookedAt) {
      const bytes = p.bytes.subarray(Math.min(p.payload - ahead, p.payloadEnd), p.payloadEnd);
      at = this.#read(row, bytes, p.destinationPort, false, p.record);
      if (at > 0) this.#requests(row).next = (from + at) | 0;
      if (at === OVER) return true;
      if (at >= bytes.length && (at > 0 || !isCut)) return false;
    }
    const kept = this.#unfinishedOf(row);
    if (isCut) kept.cut = true;
    const stream = (kept.stream ??= new ByteStream((from + at) | 0, this.#dissectors.streamBytes));
    const before = stream.length;
    const isKept = stream.add(seq, p.bytes, p.payload, p.payloadEnd);
    if (!isKept && !stream.isFull) this.#rejections.add("name-limit", p.record);
    kept.record = p.record;
    this.#account(row, stream.capacity);
    if (kept.givenUp) return true;
    if (isLookedAt) kept.judged = stream.length;
    // What a later request lacks when so much came behind it is lost.
    const isLost = kept.requests !== null && ahead >= this.#dissectors.streamBytes;
    if (isLost) this.#of(row).flag("requests-unread");
    const isLast = stream.isFull || isLost || (isCut && stream.length > before);
    if (this.#isWorthALook(kept, stream.length) && this.#look(row, kept, p.destinationPort, false)) return true;
    if (kept.stream === null) return false;
    if (isCut) this.cut = true;
    return isLast && this.#look(row, kept, p.destinationPort, true);
  }

  /** Whether the payload is one that only a client sends. */
  isClient(row: number, p: Packet): boolean {
    // The other side has spoken as one.
    if (this.#unfinished[row]?.requests) return false;
    const verdict = this.#dissectors.stream(p.bytes.subarray(p.payload, p.payloadEnd), p.destinationPort, true);
    if (verdict.kind === "more") return false;
    return verdict.claims.length + verdict.literals.length + verdict.tunnels.length > 0;
  }

  /** DNS over TCP, from the server; `found` counts the responses, and `isOver` says that there will be no more. */
  answers(row: number, p: Packet, base: number): { readonly found: number; readonly isOver: boolean } {
    const notes = this.#unfinishedOf(row);
    if (notes.givenUp) return { found: 0, isOver: true };
    const stream = (notes.answers ??= new ByteStream(base, MAX_DNS_STREAM));
    const seq = (p.flags & TCP_FLAG.syn) === 0 ? p.seq : (p.seq + 1) | 0;
    if (!stream.add(seq, p.bytes, p.payload, p.payloadEnd)) this.#rejections.add("name-limit", p.record);
    notes.record = p.record;
    this.#account(row, stream.capacity);
    if (notes.givenUp) return { found: 0, isOver: true };
    const { found, readable } = this.#answers.messages(stream, p, notes.questions);
    if (isCutShort(p)) this.cut = true;
    return { found, isOver: isCutShort(p) || !readable };
  }

  /** A whole message over UDP, from a resolver or a host of the link: whether it is a response. */
  answer(p: Packet, source: "dns" | LinkSource): boolean {
    return this.#answers.message(p.bytes.subarray(p.payload, p.payloadEnd), p, source);
  }

  /** A datagram to the port of mDNS. */
  askLink(p: Packet): void {
    this.#answers.asked(p.bytes.subarray(p.payload, p.payloadEnd), p);
  }

  /** Whether a datagram on an unusual port is a DNS question and nothing else. */
  question(row: number, p: Packet): boolean {
    return this.#ask(row, p, p.bytes.subarray(p.payload, p.payloadEnd));
  }

  /** Whether a segment on an unusual port is DNS questions framed for TCP, and nothing else. */
  questions(row: number, p: Packet): boolean {
    let at = p.payload;
    while (at + 2 <= p.payloadEnd) {
      const end = at + 2 + u16be(p.bytes, at);
      if (end > p.payloadEnd || !this.#ask(row, p, p.bytes.subarray(at + 2, end))) return false;
      at = end;
    }
    return at === p.payloadEnd;
  }

  /** Whether a datagram on an unusual port answers a question of its flow. */
  echo(row: number, p: Packet): boolean {
    const message = p.bytes.subarray(p.payload, p.payloadEnd);
    return this.#unfinished[row]?.questions?.isEchoedIn(message) === true && this.#answers.message(message, p);
  }

  /** A datagram from the client that may be a QUIC Initial. True when no more are wanted. */
  datagram(row: number, p: Packet): boolean {
    const datagram = p.bytes.subarray(p.payload, p.payloadEnd);
    if (!this.#unfinished[row]?.quic && !this.#dissectors.isQuic(datagram)) return true;
    const notes = this.#unfinishedOf(row);
    if (notes.givenUp) return true;
    if (!notes.quic) this.#account(row, QUIC_HELD);
    const quic = (notes.quic ??= this.#dissectors.quic());
    notes.record = p.record;
    if (this.#note(row, quic.add(datagram), p.record)) return true;
    if (isCutShort(p)) this.cut = true;
    return ++notes.looks >= MAX_INITIALS && this.#note(row, quic.end(), p.record);
  }

  /** What is known of a flow that is over; its row may be used again. `port` is the responder's. */
  close(row: number, port: number): FlowNames {
    const unfinished = this.#unfinished[row];
    if (unfinished) {
      this.#finish(row, unfinished, port);
      this.#release(row);
      this.#unfinished[row] = undefined;
    }
    const notes = this.#notes[row];
    this.#notes[row] = undefined;
    return notes ?? NOTHING;
  }

  /** Frees what was held for a flow that wants no more. */
  settle(row: number): void {
    const notes = this.#unfinished[row];
    if (!notes) return;
    this.#release(row);
    notes.stream = null;
    notes.answers = null;
    notes.questions = null;
    notes.quic = null;
  }

  #ask(row: number, p: Packet, message: Uint8Array): boolean {
    const known = this.#unfinished[row]?.questions;
    const questions = known ?? new Questions(this.#dissectors, p.destinationPort);
    if (!questions.ask(message)) return false;
    const notes = this.#unfinishedOf(row);
    notes.questions = questions;
    notes.record = p.record;
    this.#account(row, questions.held + (notes.answers?.capacity ?? 0));
    return true;
  }

  #of(row: number): Notes {
    return (this.#notes[row] ??= new Notes());
  }

  #unfinishedOf(row: number): Unfinished {
    return (this.#unfinished[row] ??= new Unfinished());
  }

  /** The flow is over: what is here is all there will be. */
  #finish(row: number, { stream, answers, requests, quic, cut, record }: Unfinished, port: number): void {
    if (!cut && (stream?.hasHole || answers?.hasHole)) {
      if (requests) this.#of(row).flag("requests-unread");
      else this.hasGaps = true;
    }
    if (stream && stream.length > 0) this.#look(row, this.#unfinishedOf(row), port, true);
    else if (quic) this.#note(row, quic.end(), record);
  }

  #isWorthALook(notes: Unfinished, length: number): boolean {
    return length > notes.judged && (notes.looks < FREE_LOOKS || length >= notes.judged * 1.25);
  }

  #look(row: number, notes: Unfinished, port: number, ended: boolean): boolean {
    const stream = notes.stream!;
    const at = this.#read(row, stream.contiguous, port, ended, notes.record);
    notes.looks++;
    if (at > 0) {
      this.#requests(row).next = (stream.base + at) | 0;
      notes.looks = 0;
      stream.consume(at);
    }
    notes.judged = stream.length;
    if (at !== OVER && stream.isEmpty) {
      notes.stream = null;
      this.#release(row);
    }
    return at === OVER;
  }

  /** Notes the requests that are whole. How far they and their bodies go, or `OVER`. */
  #read(row: number, bytes: Uint8Array, port: number, ended: boolean, record: number): number {
    let at = 0;
    do {
      const rest = at === 0 ? bytes : bytes.subarray(at);
      const again = this.#unfinished[row]?.requests?.again(rest) ?? 0;
      if (again > 0) {
        at += again;
        continue;
      }
      const verdict = this.#dissectors.stream(rest, port, ended);
      if (verdict.kind === "more") return at;
      this.#note(row, verdict, record);
      if (verdict.next === null) return OVER;
      at += verdict.next;
      const requests = this.#requests(row);
      requests.add(rest);
      if (requests.isEnough) {
        this.#of(row).flag("requests-unread");
        return OVER;
      }
    } while (at < bytes.length);
    return at;
  }

  #note(row: number, verdict: StreamVerdict, record: number): boolean {
    if (verdict.kind === "more") return false;
    const { claims, literals, tunnels, flags, next } = verdict;
    if (claims.length + literals.length + tunnels.length + flags.length === 0) return true;
    const notes = this.#of(row);
    // Without a request behind it, nothing comes that would have to be compared.
    const kept = next === null ? (this.#unfinished[row]?.kept ?? null) : (this.#unfinishedOf(row).kept ??= new Set());
    const fresh = <T>(pieces: readonly T[], textOf: (piece: T) => string): readonly T[] =>
      kept === null ? pieces : pieces.filter((piece) => this.#isNew(kept, textOf(piece), record));
    const said = fresh(claims, ({ source, name }) => `${source} ${name}`);
    notes.claims = join(
      notes.claims,
      said.map(({ source, name }) => ({ source, name, record })),
    );
    const written = fresh(literals, (address) => address);
    notes.literals = join(
      notes.literals,
      written.map((address) => ({ address, record })),
    );
    const asked = fresh(tunnels, ({ kind, name, address, port }) => `${kind} ${name ?? ""} ${address ?? ""} ${port}`);
    notes.tunnels = join(
      notes.tunnels,
      asked.map((tunnel) => ({ ...tunnel, record })),
    );
    // The flow keeps the flag; the run counts it, as it counts the invalid names of DNS.
    for (const flag of COUNTED) if (flags.includes(flag)) this.#rejections.add(flag, record);
    for (const flag of flags) notes.flag(flag);
    return true;
  }

  #requests(row: number): Requests {
    return (this.#unfinishedOf(row).requests ??= new Requests());
  }

  #isNew(kept: Set<string>, piece: string, record: number): boolean {
    if (kept.has(piece)) return false;
    if (kept.size < MAX_PIECES) kept.add(piece);
    else this.#rejections.add("too-many-names", record);
    return kept.has(piece);
  }

  #account(row: number, bytes: number): void {
    this.#total += bytes - (this.#held.get(row) ?? 0);
    this.#held.set(row, bytes);
    while (this.#total > MAX_HELD) {
      const [oldest] = this.#held.keys();
      if (oldest === undefined) return;
      const notes = this.#unfinishedOf(oldest);
      notes.givenUp = true;
      if (notes.requests) this.#of(oldest).flag("requests-unread");
      this.#rejections.add("stream-memory", notes.record);
      this.settle(oldest);
    }
  }

  #release(row: number): void {
    this.#total -= this.#held.get(row) ?? 0;
    this.#held.delete(row);
  }
}

/** Whether the snap length took the end of the payload. */
function isCutShort(p: Packet): boolean {
  return p.payloadLength > p.payloadEnd - p.payload;
}

function join<T>(known: readonly T[], more: readonly T[]): readonly T[] {
  if (more.length === 0) return known;
  return known.length === 0 ? more : [...known, ...more];
}
