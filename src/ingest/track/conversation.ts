/** The packets of one traced flow, both ways: which opened it, and the bytes that each brought first. */
import type { Flow, FlowPackets, OpeningKind } from "../../model/flow.ts";
import { type Packet, PROTOCOL, TCP_FLAG } from "../decode/packet.ts";
import { ByteStream } from "./byte-stream.ts";
import type { Dissectors } from "./dissectors.ts";
import { noteFirst, type Piece } from "./origins.ts";
import { type Datagram, tellingDatagrams, tellingSegments } from "./telling.ts";

/** Packets of one side that are kept; a hello needs a handful, and each costs a look in the end. */
const MAX_PIECES = 64;
const MAX_DATAGRAMS = 32;
/** Openings are sent again when nobody answers; the first few show it. */
const MAX_OPENINGS = 8;

const SCTP_CHUNK = { init: 1, initAck: 2, abort: 6 } as const;

/** What one end sent. */
class Side {
  readonly end: string;
  first = 0;
  /** The first packet with a payload. */
  spoke: number | null = null;
  base: number | null = null;
  stream: ByteStream | null = null;
  /** Disjoint, in order: of bytes sent twice the packet that came first. */
  readonly pieces: Piece[] = [];
  readonly datagrams: Datagram[] = [];

  constructor(end: string) {
    this.end = end;
  }
}

export class Conversation {
  readonly #limit: number;
  readonly #sides: Side[] = [];
  readonly #opening: { readonly kind: OpeningKind; readonly record: number; readonly by: Side | null }[] = [];
  /** The fragments of a datagram, by the packet that completed it. */
  readonly #fragments = new Map<number, readonly number[]>();
  #count = 0;
  #first = 0;
  #last = 0;

  /** `limit`: client bytes after which nothing new can be learnt. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(p: Packet, from: string): void {
    let side = this.#sides.find(({ end }) => end === from);
    if (!side) this.#sides.push((side = new Side(from)));
    if (this.#count++ === 0) this.#first = p.record;
    if (side.first === 0) side.first = p.record;
    this.#last = p.record;
    if (p.joined?.record === p.record && this.#fragments.size < MAX_PIECES) {
      this.#fragments.set(p.record, p.joined.fragments);
    }
    if (p.payloadLength > 0 && (p.protocol !== PROTOCOL.tcp || (p.flags & TCP_FLAG.rst) === 0)) side.spoke ??= p.record;
    if (p.protocol === PROTOCOL.tcp) this.#tcp(p, side);
    else if (p.protocol === PROTOCOL.sctp) this.#sctp(p, side);
    else if (p.protocol === PROTOCOL.udp && !p.fragment && side.datagrams.length < MAX_DATAGRAMS) {
      side.datagrams.push({ record: p.record, bytes: p.bytes.slice(p.payload, p.payloadEnd) });
    }
  }

  /** An ICMP error about a packet of this flow. */
  unreachable(record: number): void {
    this.#opened("refusal", record, null);
  }

  /** `originator` is the end that turned out to be the client. */
  close(flow: Flow, originator: string, dissectors: Dissectors): FlowPackets {
    const client = this.#sides.find(({ end }) => end === originator);
    const told =
      flow.transport === "udp"
        ? tellingDatagrams(client?.datagrams ?? [], flow, dissectors)
        : tellingSegments(client?.stream?.contiguous ?? null, client?.pieces ?? [], flow, dissectors);
    const completed = {
      said: [...new Set(flow.claims.map(({ record }) => record))],
      asked: [...new Set(flow.tunnels.map(({ record }) => record))],
      whole: flow.claims.length === 0 && flow.tunnels.length === 0,
    };
    return {
      count: this.#count,
      first: this.#first,
      last: this.#last,
      opening: this.#openingOf(flow, client),
      spoke: client?.spoke ?? null,
      ...(told ? { said: this.#whole(told.said), asked: this.#whole(told.asked), whole: true } : completed),
    };
  }

  /** With all fragments of what came in them. */
  #whole(records: readonly number[]): number[] {
    return [...new Set(records.flatMap((record) => this.#fragments.get(record) ?? [record]))];
  }

  #openingOf(flow: Flow, client: Side | undefined): FlowPackets["opening"] {
    // Only the responder's refusal before anything else is part of the opening; a reset of either side later is not.
    const kept = this.#opening
      .filter(({ kind, by }) => kind !== "refusal" || (flow.state === "rejected" && by !== client))
      .map(({ kind, record }) => ({ kind, record }));
    if (flow.transport === "tcp" || flow.transport === "sctp") return kept;
    const firsts = this.#sides.map((side) => ({
      kind: side === client ? ("first" as const) : ("reply" as const),
      record: side.first,
    }));
    return [...firsts, ...kept].sort((a, b) => a.record - b.record);
  }

  #tcp(p: Packet, side: Side): void {
    const isSyn = (p.flags & TCP_FLAG.syn) !== 0;
    if ((p.flags & TCP_FLAG.rst) !== 0) {
      this.#opened("refusal", p.record, side);
      return;
    }
    if (isSyn) {
      side.base = (p.seq + 1) | 0;
      this.#opened((p.flags & TCP_FLAG.ack) === 0 ? "syn" : "syn-ack", p.record, side);
    }
    if (p.fragment || p.payloadEnd === p.payload || side.pieces.length >= MAX_PIECES) return;
    const seq = isSyn ? (p.seq + 1) | 0 : p.seq;
    side.base ??= seq;
    side.stream ??= new ByteStream(side.base, this.#limit);
    side.stream.add(seq, p.bytes, p.payload, p.payloadEnd);
    const position = (seq - side.base) | 0;
    const to = Math.min(this.#limit, position + p.payloadEnd - p.payload);
    noteFirst(side.pieces, Math.max(0, position), to, p.record);
  }

  #sctp(p: Packet, side: Side): void {
    if (p.kind === SCTP_CHUNK.init) this.#opened("init", p.record, side);
    else if (p.kind === SCTP_CHUNK.initAck) this.#opened("init-ack", p.record, side);
    else if (p.kind === SCTP_CHUNK.abort) this.#opened("refusal", p.record, side);
  }

  #opened(kind: OpeningKind, record: number, by: Side | null): void {
    if (this.#opening.length < MAX_OPENINGS) this.#opening.push({ kind, record, by });
  }
}
