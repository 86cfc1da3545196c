/** Hands each flow's first bytes to the dissectors and keeps what they said until the flow is over. */
import type { LinkSource, Rejections } from "../../model/flow.ts";
import { isCutShort, type Packet, TCP_FLAG } from "../decode/packet.ts";
import type { Behind, StreamVerdict } from "../dissect/verdict.ts";
import { type Answers, MAX_DNS_STREAM } from "./answers.ts";
import { ByteStream } from "./byte-stream.ts";
import type { Dissectors } from "./dissectors.ts";
import { type FlowNames, NOTHING, Notes, type Place } from "./notes.ts";
import { Origins } from "./origins.ts";
import { everyFramed, Questions } from "./questions.ts";
import { type Unfinished, UnfinishedFlows } from "./unfinished.ts";

/** What a flow's QUIC or DTLS state is reckoned at. */
const QUIC_HELD = 16 * 1024;
/** Datagrams of one flow that may be tried for QUIC Initials, or parts of a hello of DTLS; each costs a decryption. */
const MAX_INITIALS = 32;
/** Datagrams of a client among which its hello is looked for: STUN comes before it, or a version that was not to be had. */
const MAX_BEFORE_HELLO = 16;

const EMPTY = new Uint8Array(0);

/** No byte that follows is wanted. */
const OVER = -1;

export class Naming {
  readonly #dissectors: Dissectors;
  readonly #answers: Answers;
  readonly #rejections: Rejections;
  /** By row. */
  readonly #notes: (Notes | undefined)[] = [];
  readonly #unfinished: UnfinishedFlows;
  /** Whether all packets of what is said are told, and not just those that completed it. */
  readonly #isTraced: boolean;
  /** Whether the snap length cut a payload that was wanted, and what is left of it did not do. */
  cut = false;
  /** Whether a stream ended with bytes missing before others, while its name was not known. */
  hasGaps = false;

  constructor(dissectors: Dissectors, answers: Answers, rejections: Rejections, isTraced = false) {
    this.#isTraced = isTraced;
    this.#dissectors = dissectors;
    this.#answers = answers;
    this.#rejections = rejections;
    this.#unfinished = new UnfinishedFlows(rejections, (row) => this.#of(row).flag("requests-unread"));
  }

  /**
   * Client bytes of a TCP flow whose first byte has the sequence number `base`. True when no more are wanted: after what
   * is no HTTP/1 request, whose connection may carry others to other hosts.
   */
  client(row: number, p: Packet, base: number): boolean {
    const seq = (p.flags & TCP_FLAG.syn) === 0 ? p.seq : (p.seq + 1) | 0;
    const known = this.#unfinished.get(row);
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
      if (at > 0) this.#unfinished.of(row).connection().next = (from + at) | 0;
      if (at === OVER) return true;
      if (at >= bytes.length && (at > 0 || !isCut)) return false;
    }
    const kept = this.#unfinished.of(row);
    if (isCut) kept.cut = true;
    const stream = (kept.stream ??= new ByteStream((from + at) | 0, this.#dissectors.streamBytes));
    if (this.#isTraced) this.#origins(kept, stream.base).add(seq, p.payloadEnd - p.payload, p.record);
    const before = stream.length;
    const isKept = stream.add(seq, p.bytes, p.payload, p.payloadEnd);
    if (!isKept && !stream.isFull) this.#rejections.add("name-limit", p.record);
    kept.record = p.record;
    this.#unfinished.account(row, stream.capacity);
    if (kept.givenUp) return true;
    if (isLookedAt) kept.judged = stream.length;
    // What a later request lacks when so much came behind it is lost.
    const isLost = kept.requests !== null && ahead >= this.#dissectors.streamBytes;
    if (isLost) this.#of(row).flag("requests-unread");
    const isLast = stream.isFull || isLost || (isCut && stream.length > before);
    if (kept.isWorthALook(stream.length) && this.#look(row, kept, p.destinationPort, false)) return true;
    if (kept.stream === null) return false;
    if (isCut) this.cut = true;
    return isLast && this.#look(row, kept, p.destinationPort, true);
  }

  /** Whether nothing at all is known of what the client said. */
  isSilent(row: number): boolean {
    return this.#notes[row] === undefined;
  }

  /** Whether a segment in the midst of a stream begins a hello. */
  beginsTls(p: Packet): boolean {
    return this.#dissectors.beginsTls(p.bytes.subarray(p.payload, p.payloadEnd));
  }

  /** Whether the payload is one that only a client sends. */
  isClient(row: number, p: Packet): boolean {
    // The other side has spoken as one.
    if (this.#unfinished.get(row)?.requests) return false;
    const verdict = this.#dissectors.stream(p.bytes.subarray(p.payload, p.payloadEnd), p.destinationPort, true);
    if (verdict.kind === "more") return false;
    return verdict.claims.length + verdict.literals.length + verdict.tunnels.length > 0;
  }

  /** DNS over TCP, from the server; `found` counts the responses, and `isOver` says that there will be no more. */
  answers(row: number, p: Packet, base: number): { readonly found: number; readonly isOver: boolean } {
    const notes = this.#unfinished.of(row);
    if (notes.givenUp) return { found: 0, isOver: true };
    const stream = (notes.answers ??= new ByteStream(base, MAX_DNS_STREAM));
    const seq = (p.flags & TCP_FLAG.syn) === 0 ? p.seq : (p.seq + 1) | 0;
    if (this.#isTraced) this.#origins(notes, stream.base).add(seq, p.payloadEnd - p.payload, p.record);
    if (!stream.add(seq, p.bytes, p.payload, p.payloadEnd)) this.#rejections.add("name-limit", p.record);
    notes.record = p.record;
    this.#unfinished.account(row, stream.capacity);
    if (notes.givenUp) return { found: 0, isOver: true };
    const { found, readable } = this.#answers.messages(stream, p, notes.questions, notes.origins);
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
    return everyFramed(p, (message) => this.#ask(row, p, message));
  }

  /** Whether a datagram on an unusual port answers a question of its flow. */
  echo(row: number, p: Packet): boolean {
    const message = p.bytes.subarray(p.payload, p.payloadEnd);
    return this.#unfinished.get(row)?.questions?.isEchoedIn(message) === true && this.#answers.message(message, p);
  }

  /** A datagram from the client, the `sent`-th, that may be a QUIC Initial or a hello of DTLS. True when no more are wanted. */
  datagram(row: number, p: Packet, sent: number): boolean {
    const datagram = p.bytes.subarray(p.payload, p.payloadEnd);
    if (!this.#unfinished.get(row)?.quic && !this.#dissectors.beginsHello(datagram)) return sent >= MAX_BEFORE_HELLO;
    const notes = this.#unfinished.of(row);
    if (notes.givenUp) return true;
    if (!notes.quic) this.#unfinished.account(row, QUIC_HELD);
    const quic = (notes.quic ??= this.#dissectors.hello(datagram));
    notes.record = p.record;
    if (this.#note(row, quic.add(datagram), p.record)) return true;
    if (isCutShort(p)) this.cut = true;
    return ++notes.looks >= MAX_INITIALS && this.#note(row, quic.end(), p.record);
  }

  /** What is known of a flow that is over; its row may be used again. `port` is the responder's. */
  close(row: number, port: number): FlowNames {
    const unfinished = this.#unfinished.get(row);
    if (unfinished) {
      this.#finish(row, unfinished, port);
      this.#unfinished.remove(row);
    }
    const notes = this.#notes[row];
    this.#notes[row] = undefined;
    return notes ?? NOTHING;
  }

  /** Frees what was held for a flow that wants no more. */
  settle(row: number): void {
    this.#unfinished.settle(row);
  }

  #ask(row: number, p: Packet, message: Uint8Array): boolean {
    const known = this.#unfinished.get(row)?.questions;
    const questions = known ?? new Questions(this.#dissectors, p.destinationPort);
    if (!questions.ask(message)) return false;
    const notes = this.#unfinished.of(row);
    notes.questions = questions;
    notes.record = p.record;
    this.#unfinished.account(row, questions.held + (notes.answers?.capacity ?? 0));
    return true;
  }

  #of(row: number): Notes {
    return (this.#notes[row] ??= new Notes());
  }

  /** The flow is over: what is here is all there will be. */
  #finish(row: number, { stream, answers, requests, quic, cut, record }: Unfinished, port: number): void {
    if (!cut && (stream?.hasHole || answers?.hasHole)) {
      if (requests) this.#of(row).flag("requests-unread");
      else this.hasGaps = true;
    }
    if (stream && stream.length > 0) this.#look(row, this.#unfinished.of(row), port, true);
    else if (quic) this.#note(row, quic.end(), record);
    if (requests?.behind) this.#drain(row, requests.behind, port, record);
  }

  /** What lies behind the last byte: the insides of tunnels that no more bytes come for. */
  #drain(row: number, behind: Behind, port: number, record: number): void {
    let verdict: StreamVerdict;
    do {
      verdict = this.#dissectors.stream(EMPTY, port, true, behind);
      this.#note(row, verdict, record);
    } while (verdict.kind === "done" && verdict.next !== null);
  }

  #look(row: number, notes: Unfinished, port: number, ended: boolean): boolean {
    const stream = notes.stream!;
    const at = this.#read(row, stream.contiguous, port, ended, notes.record);
    notes.looks++;
    if (at > 0) {
      this.#unfinished.of(row).connection().next = (stream.base + at) | 0;
      notes.looks = 0;
      stream.consume(at);
      notes.origins?.forget(stream.base);
    }
    notes.judged = stream.length;
    if (at !== OVER && stream.isEmpty) {
      notes.stream = null;
      notes.origins = null;
      this.#unfinished.release(row);
    }
    return at === OVER;
  }

  /** Notes the requests that are whole. How far they and their bodies go, or `OVER`. */
  #read(row: number, bytes: Uint8Array, port: number, ended: boolean, record: number): number {
    let at = 0;
    do {
      const rest = at === 0 ? bytes : bytes.subarray(at);
      const known = this.#unfinished.get(row)?.requests;
      const passed = known ? known.pass(rest) : 0;
      if (passed === null) return this.#unread(row);
      at += passed;
      if (known?.body) return at;
      if (passed > 0) continue;
      const verdict = this.#dissectors.stream(rest, port, ended, known?.behind);
      if (verdict.kind === "more") return at;
      this.#note(row, verdict, record, at, Math.min(bytes.length, at + (verdict.next ?? bytes.length)));
      if (verdict.next === null) return OVER;
      at += verdict.next;
      const requests = this.#unfinished.of(row).connection();
      requests.add(rest, verdict);
      if (requests.behind) this.#unfinished.account(row, this.#unfinished.of(row).stream?.capacity ?? 0);
      if (requests.isEnough) return this.#unread(row);
    } while (at < bytes.length);
    return at;
  }

  /** Requests may follow that cannot be found. */
  #unread(row: number): typeof OVER {
    this.#of(row).flag("requests-unread");
    return OVER;
  }

  #origins(notes: Unfinished, base: number): Origins {
    return (notes.origins ??= new Origins(base));
  }

  /** The packets that hold the bytes between two places of the stream. */
  #placeOf(row: number, record: number, from: number, to: number): Place {
    const { origins = null, stream = null } = this.#unfinished.get(row) ?? {};
    const records = origins && stream ? origins.of((stream.base + from) | 0, (stream.base + to) | 0) : null;
    return records && records.length > 1 ? { record, records } : { record };
  }

  /** Whether the verdict is one. */
  #note(row: number, verdict: StreamVerdict, record: number, from = 0, to = 0): boolean {
    if (verdict.kind === "more") return false;
    const { claims, literals, tunnels, flags, next } = verdict;
    if (claims.length + literals.length + tunnels.length + flags.length === 0) return true;
    // Without a request behind it, nothing comes that would have to be compared.
    const known = this.#unfinished.get(row)?.kept ?? null;
    const kept = next === null ? known : (this.#unfinished.of(row).kept ??= new Set());
    this.#of(row).add(verdict, this.#placeOf(row, record, from, to), kept, this.#rejections);
    return true;
  }
}
