/** Hands each flow's first bytes to the dissectors and keeps what they said until the flow is over. */
import type { NameClaim, Rejections, TunnelRequest } from "../../model/flow.ts";
import { type Packet, TCP_FLAG } from "../decode/packet.ts";
import type { StreamVerdict } from "../dissect/stream.ts";
import { type Answers, MAX_DNS_STREAM } from "./answers.ts";
import { ByteStream } from "./byte-stream.ts";
import type { Dissectors } from "./dissectors.ts";

/** Bytes of unfinished streams held for all flows together; beyond it the oldest one is given up. */
const MAX_HELD = 32 * 1024 * 1024;
/** What a flow's QUIC state is reckoned at. */
const QUIC_HELD = 16 * 1024;
/** Datagrams of one flow that may be tried for QUIC Initials; each costs a decryption. */
const MAX_INITIALS = 32;
/** After so many looks at a growing stream, it must have grown by a quarter to be looked at again: one byte a segment is an attack. */
const FREE_LOOKS = 64;

/** Flags that the run line counts, too: a name was there and is not shown. */
const COUNTED = ["invalid-name", "name-limit"] as const;

class Notes {
  readonly claims: NameClaim[] = [];
  readonly tunnels: TunnelRequest[] = [];
  flags: readonly string[] = [];
  /** Client bytes of which the first ones did not suffice. */
  stream: ByteStream | null = null;
  /** DNS over TCP: the server's bytes. */
  answers: ByteStream | null = null;
  quic: { add(datagram: Uint8Array): StreamVerdict; end(): StreamVerdict } | null = null;
  looks = 0;
  /** Length of the stream when it was last looked at. */
  judged = 0;
  record = 0;
  givenUp = false;
}

/** What was learnt of one flow. */
export interface FlowNames {
  readonly claims: readonly NameClaim[];
  readonly tunnels: readonly TunnelRequest[];
  readonly flags: readonly string[];
}

const NOTHING: FlowNames = { claims: [], tunnels: [], flags: [] };

export class Naming {
  readonly #dissectors: Dissectors;
  readonly #answers: Answers;
  readonly #rejections: Rejections;
  readonly #notes: (Notes | undefined)[] = [];
  /** Bytes held by row, in the order in which they are given up. */
  readonly #held = new Map<number, number>();
  #total = 0;
  /** Whether the snap length cut a payload that was wanted. */
  cut = false;

  constructor(dissectors: Dissectors, answers: Answers, rejections: Rejections) {
    this.#dissectors = dissectors;
    this.#answers = answers;
    this.#rejections = rejections;
  }

  /** Client bytes of a TCP flow whose first byte has the sequence number `base`. True when no more are wanted. */
  client(row: number, p: Packet, base: number): boolean {
    const seq = (p.flags & TCP_FLAG.syn) === 0 ? p.seq : (p.seq + 1) | 0;
    const isCut = this.#isCut(p);
    const notes = this.#notes[row];
    if (notes?.givenUp) return true;
    // Nearly always the first segment has it all, and is looked at where it lies.
    const isLookedAt = !notes?.stream && seq === base;
    if (isLookedAt) {
      const payload = p.bytes.subarray(p.payload, p.payloadEnd);
      const verdict = this.#dissectors.stream(payload, p.destinationPort, isCut);
      if (this.#note(row, verdict, p.record)) return true;
    }
    const kept = this.#of(row);
    const stream = (kept.stream ??= new ByteStream(base, this.#dissectors.streamBytes));
    const before = stream.length;
    const isKept = stream.add(seq, p.bytes, p.payload, p.payloadEnd);
    if (!isKept && !stream.isFull) this.#rejections.add("name-limit", p.record);
    kept.record = p.record;
    this.#account(row, stream.capacity);
    if (isLookedAt) kept.judged = stream.length;
    const isLast = stream.isFull || (isCut && stream.length > before);
    if (kept.givenUp) return true;
    if (!isLast && !this.#isWorthALook(kept, stream.length)) return false;
    return this.#look(row, kept, p.destinationPort, isLast) || isLast;
  }

  /** Whether the payload is one that only a client sends, and then what it says. */
  isClient(row: number, p: Packet): boolean {
    const verdict = this.#dissectors.stream(p.bytes.subarray(p.payload, p.payloadEnd), p.destinationPort, true);
    const speaks = verdict.kind === "done" && (verdict.claims.length > 0 || verdict.tunnel !== null);
    return speaks && this.#note(row, verdict, p.record);
  }

  /** DNS over TCP, from the server; `found` counts the responses, and `isOver` says that there will be no more. */
  answers(row: number, p: Packet, base: number): { readonly found: number; readonly isOver: boolean } {
    const notes = this.#of(row);
    if (notes.givenUp) return { found: 0, isOver: true };
    const stream = (notes.answers ??= new ByteStream(base, MAX_DNS_STREAM));
    const seq = (p.flags & TCP_FLAG.syn) === 0 ? p.seq : (p.seq + 1) | 0;
    if (!stream.add(seq, p.bytes, p.payload, p.payloadEnd)) this.#rejections.add("name-limit", p.record);
    notes.record = p.record;
    this.#account(row, stream.capacity);
    if (notes.givenUp) return { found: 0, isOver: true };
    const { found, readable } = this.#answers.messages(stream, p);
    return { found, isOver: this.#isCut(p) || !readable };
  }

  /** DNS over UDP, from the server: whether it is a response. */
  answer(p: Packet): boolean {
    this.#isCut(p);
    return this.#answers.message(p.bytes.subarray(p.payload, p.payloadEnd), p);
  }

  /** A datagram from the client that may be a QUIC Initial. True when no more are wanted. */
  datagram(row: number, p: Packet): boolean {
    const datagram = p.bytes.subarray(p.payload, p.payloadEnd);
    if (!this.#notes[row]?.quic && !this.#dissectors.isQuic(datagram)) return true;
    const notes = this.#of(row);
    if (notes.givenUp) return true;
    if (!notes.quic) this.#account(row, QUIC_HELD);
    const quic = (notes.quic ??= this.#dissectors.quic());
    this.#isCut(p);
    notes.record = p.record;
    if (this.#note(row, quic.add(datagram), p.record)) return true;
    return ++notes.looks >= MAX_INITIALS && this.#note(row, quic.end(), p.record);
  }

  /** What is known of a flow that is over; its row may be used again. `port` is the responder's. */
  close(row: number, port: number): FlowNames {
    const notes = this.#notes[row];
    if (!notes) return NOTHING;
    if (notes.stream && notes.stream.length > 0) this.#look(row, notes, port, true);
    else if (notes.quic) this.#note(row, notes.quic.end(), notes.record);
    this.#release(row);
    this.#notes[row] = undefined;
    return notes;
  }

  /** Frees what was held for a flow that wants no more. */
  settle(row: number): void {
    this.#release(row);
    const notes = this.#notes[row];
    if (!notes) return;
    notes.stream = null;
    notes.answers = null;
    notes.quic = null;
  }

  #of(row: number): Notes {
    return (this.#notes[row] ??= new Notes());
  }

  #isWorthALook(notes: Notes, length: number): boolean {
    return length > notes.judged && (notes.looks < FREE_LOOKS || length >= notes.judged * 1.25);
  }

  #look(row: number, notes: Notes, port: number, ended: boolean): boolean {
    const bytes = notes.stream!.contiguous;
    notes.looks++;
    notes.judged = bytes.length;
    return this.#note(row, this.#dissectors.stream(bytes, port, ended), notes.record);
  }

  #note(row: number, verdict: StreamVerdict, record: number): boolean {
    if (verdict.kind === "more") return false;
    if (verdict.claims.length === 0 && verdict.tunnel === null && verdict.flags.length === 0) return true;
    const notes = this.#of(row);
    for (const claim of verdict.claims) notes.claims.push({ ...claim, record });
    if (verdict.tunnel) notes.tunnels.push({ ...verdict.tunnel, record });
    // The flow keeps the flag; the run counts it, as it counts the invalid names of DNS.
    for (const flag of COUNTED) if (verdict.flags.includes(flag)) this.#rejections.add(flag, record);
    if (verdict.flags.length > 0) notes.flags = [...notes.flags, ...verdict.flags];
    return true;
  }

  #isCut(p: Packet): boolean {
    const isCut = p.payloadLength > p.payloadEnd - p.payload;
    if (isCut) this.cut = true;
    return isCut;
  }

  #account(row: number, bytes: number): void {
    this.#total += bytes - (this.#held.get(row) ?? 0);
    this.#held.set(row, bytes);
    while (this.#total > MAX_HELD) {
      const [oldest] = this.#held.keys();
      if (oldest === undefined) return;
      const notes = this.#of(oldest);
      notes.givenUp = true;
      this.#rejections.add("stream-memory", notes.record);
      this.settle(oldest);
    }
  }

  #release(row: number): void {
    this.#total -= this.#held.get(row) ?? 0;
    this.#held.delete(row);
  }
}
