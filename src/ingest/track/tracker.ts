/** Follows transport segments as flows: who opened them, what became of them, what they carried. */
import type { Rejections } from "../../model/flow.ts";
import { u16be } from "../capture/bytes.ts";
import { type Packet, PROTOCOL, type SegmentHandler, TCP_FLAG } from "../decode/packet.ts";
import { linkSourceAt } from "../name-service.ts";
import { openingOf } from "./direction.ts";
import { BIT, FlowStates, isClosed } from "./flow-state.ts";
import { FlowTable } from "./flow-table.ts";
import type { Naming } from "./naming.ts";
import { type Queue, QUEUE, RowQueues } from "./queues.ts";

/**
 * Seconds of capture time after which a flow is over although nobody said so, by queue. They are generous, because a
 * flow that goes on after it was given up would be taken for a new one; memory is bounded by the table, not by these.
 */
const IDLE = [30, 600, 6 * 3600] as const;

/**
 * Flows that are over and wait for stragglers; beyond this many they wait less, so that a machine that opens thousands
 * of connections a second does not fill memory with dead ones.
 */
const MAX_CLOSED = 16_384;

/** Flows given up for one packet at most, so that a single time stamp from the future cannot sweep the table. */
const MAX_SWEEP = 4;

/** Flows followed at once when the reader is not told otherwise: about 130 bytes each, and what their names need. */
export const MAX_FLOWS = 131_072;

const CONTROL = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst;
const SCTP_ABORT = 6;

/** A SYN this near before a midstream flow's first byte is its own, captured late, and no new connection's. */
const REORDERED = 1 << 20;

export interface TrackerOptions {
  readonly maxFlows: number;
  readonly naming: Naming;
  readonly rejections: Rejections;
  /** Told of each flow that is over, while its row still stands. */
  readonly retire: (row: number) => void;
}

export class Tracker implements SegmentHandler {
  readonly table: FlowTable = new FlowTable();
  readonly states: FlowStates = new FlowStates();
  readonly #queues = new RowQueues();
  readonly #options: TrackerOptions;
  readonly #naming: Naming;
  #second = 0;
  #isBehind = false;
  /** Whether a TCP flow was met after its opening. */
  startsMidstream = false;
  /** Whether a flow was given up to make room. */
  isCrowded = false;

  constructor(options: TrackerOptions) {
    this.#options = options;
    this.#naming = options.naming;
  }

  segment(p: Packet): void {
    const second = Number.isNaN(p.at) ? this.#second : (p.at / 1e6) | 0;
    if (second !== this.#second || this.#isBehind) this.#sweep(second);
    let row = this.table.find(p);
    if (row < 0) row = this.#open(p, second);
    else if (p.protocol === PROTOCOL.tcp && (p.flags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.syn) {
      if (this.#isNewConnection(row, p)) {
        this.#retire(row);
        row = this.#open(p, second);
      }
    }
    const side = this.table.fromB ? 1 : 0;
    this.states.count(row, side, p.fragment ? 0 : 1, p.payloadLength, p.at);
    const fromOriginator = side === (this.states.bits[row]! & BIT.originatorB);
    if (p.protocol === PROTOCOL.tcp) this.#tcp(row, p, side, fromOriginator);
    else this.#datagram(row, p, fromOriginator);
    this.#queues.touch(row, this.#queueOf(p.protocol, this.states.bits[row]!), second);
    if (this.#queues.size(QUEUE.closed) > MAX_CLOSED) this.#retire(this.#queues.first(QUEUE.closed));
  }

  unreachable(quoted: Packet): void {
    const row = this.table.find(quoted);
    if (row < 0) return;
    const bits = this.states.bits[row]!;
    const byOriginator = (this.table.fromB ? 1 : 0) === (bits & BIT.originatorB);
    if (byOriginator && (bits & (BIT.established | BIT.midstream)) === 0) this.states.bits[row]! |= BIT.rejected;
  }

  /** The end of the run: every flow is over. */
  finish(): void {
    for (let row = this.#queues.oldest(); row >= 0; row = this.#queues.oldest()) this.#retire(row);
  }

  #open(p: Packet, second: number): number {
    const { table, states } = this;
    const crowded = table.crowded();
    const victim = crowded >= 0 ? crowded : table.size >= this.#options.maxFlows ? this.#queues.oldest() : -1;
    if (victim >= 0) {
      this.isCrowded = true;
      this.#options.rejections.add("flow-table-full", p.record);
      this.#retire(victim);
    }
    const row = table.insert(p);
    states.reserve(table.capacity);
    const { bySender, bits } = openingOf(p);
    const isMidstream = (bits & BIT.midstream) !== 0;
    const originatorB = table.fromB === bySender ? BIT.originatorB : 0;
    const port = bySender ? p.destinationPort : p.sourcePort;
    states.open(row, bits | originatorB | wishes(p.protocol, port, isMidstream) | upkeepOf(p), p.at);
    this.#queues.add(row, QUEUE.brief, second);
    if (isMidstream && p.protocol === PROTOCOL.tcp) this.startsMidstream = true;
    return row;
  }

  /** A SYN for a row that is there: a retransmission, the late opening of a midstream flow, or the port used again. */
  #isNewConnection(row: number, p: Packet): boolean {
    const bits = this.states.bits[row]!;
    const side = this.table.fromB ? 1 : 0;
    if ((bits & BIT.midstream) !== 0) {
      const isKnown = (bits & (side === 0 ? BIT.baseA : BIT.baseB)) !== 0;
      const ahead = isKnown ? (this.states.baseOf(row, side, 0) - p.seq) | 0 : 1;
      if (ahead < 0 || ahead > REORDERED || (isClosed(bits) && !isKnown)) return true;
      this.#reorient(row, side);
      return false;
    }
    if (isClosed(bits)) return this.states.isn[row] !== p.seq || side !== (bits & BIT.originatorB);
    // From the responder it is a simultaneous open or a stray; the flow keeps the direction it has.
    return side === (bits & BIT.originatorB) && (bits & BIT.opened) !== 0 && this.states.isn[row] !== p.seq;
  }

  /** The opening has turned up after all: `originator` sent the SYN. */
  #reorient(row: number, originator: 0 | 1): void {
    const bits = this.states.bits[row]! & ~(BIT.midstream | BIT.originatorB | BIT.wantsEither);
    this.states.bits[row] = bits | BIT.opened | originator;
  }

  #tcp(row: number, p: Packet, side: 0 | 1, fromOriginator: boolean): void {
    if ((p.flags & CONTROL) !== 0) this.#control(row, p, side, fromOriginator);
    // The payload of a RST is prose about its reason (RFC 9293, 3.5.3).
    if (p.payloadLength === 0 || (p.flags & TCP_FLAG.rst) !== 0) return;
    const { states } = this;
    const bits = states.bits[row]!;
    if ((p.flags & TCP_FLAG.syn) === 0) states.bits[row]! |= BIT.established;
    // Most packets end here: the flow's name is known, or known not to be had.
    if ((bits & (BIT.wantsClient | BIT.wantsAnswers)) === 0 || p.fragment) return;
    if (p.payloadEnd === p.payload) {
      this.#naming.cut ||= fromOriginator === ((bits & BIT.wantsClient) !== 0);
      return;
    }
    const base = states.baseOf(row, side, p.seq);
    if ((bits & BIT.wantsAnswers) !== 0) {
      if (fromOriginator) {
        if (p.destinationPort !== 53) this.#naming.questions(row, p);
        return;
      }
      const { found, isOver } = this.#naming.answers(row, p, base);
      if (found > 0) states.bits[row]! |= BIT.dns;
      if (isOver) this.#settle(row, BIT.wantsAnswers);
    } else if (fromOriginator && p.seq === base && this.#naming.questions(row, p)) {
      states.bits[row]! ^= BIT.wantsAnswers | (bits & (BIT.wantsClient | BIT.wantsEither));
    } else if ((fromOriginator || this.#isReallyClient(row, p)) && this.#naming.client(row, p, base)) {
      this.#settle(row, BIT.wantsClient | BIT.wantsEither);
    }
  }

  /** In a midstream flow the side that sends what only clients send is the client, whatever the ports suggest. */
  #isReallyClient(row: number, p: Packet): boolean {
    if ((this.states.bits[row]! & BIT.wantsEither) === 0) return false;
    this.states.bits[row]! &= ~BIT.wantsEither;
    if (!this.#naming.isClient(row, p)) return false;
    this.states.bits[row]! ^= BIT.originatorB;
    return true;
  }

  #control(row: number, p: Packet, side: 0 | 1, fromOriginator: boolean): void {
    const { states } = this;
    const isAck = (p.flags & TCP_FLAG.ack) !== 0;
    if ((p.flags & TCP_FLAG.rst) !== 0) {
      const isRefusal = !fromOriginator && (states.bits[row]! & (BIT.established | BIT.midstream)) === 0;
      states.bits[row]! |= isRefusal ? BIT.rejected : BIT.reset;
    } else if ((p.flags & TCP_FLAG.syn) !== 0) {
      states.setBase(row, side, (p.seq + 1) | 0);
      if (!isAck) {
        if (fromOriginator) states.isn[row] = p.seq;
        return;
      }
      const client = side === 0 ? 1 : 0;
      if ((states.bits[row]! & BIT.midstream) !== 0) this.#reorient(row, client);
      // A SYN-ACK acknowledges the SYN, and so tells where the client's bytes begin should the SYN be missing.
      if ((states.bits[row]! & (client === 0 ? BIT.baseA : BIT.baseB)) === 0) states.isn[row] = (p.ack - 1) | 0;
      states.baseOf(row, client, p.ack);
      states.bits[row]! |= BIT.established;
    } else states.bits[row]! |= fromOriginator ? BIT.finOriginator : BIT.finResponder;
  }

  #datagram(row: number, p: Packet, fromOriginator: boolean): void {
    const { states } = this;
    if (upkeepOf(p) === 0) states.bits[row]! &= ~BIT.upkeep;
    if (!fromOriginator) {
      const isAbort = p.protocol === PROTOCOL.sctp && p.kind === SCTP_ABORT;
      const isRefusal = isAbort && (states.bits[row]! & BIT.established) === 0;
      states.bits[row]! |= isRefusal ? BIT.rejected : BIT.established;
    }
    if (p.protocol !== PROTOCOL.udp || p.fragment || p.payloadLength === 0) return;
    if (p.payloadEnd === p.payload)
      this.#naming.cut ||= fromOriginator ? this.#wants(row, BIT.wantsQuic) : p.sourcePort === 53;
    else if (fromOriginator) this.#asked(row, p);
    else this.#answered(row, p);
  }

  /** A datagram from the originator: a DNS question, perhaps QUIC, or what a host tells its link. */
  #asked(row: number, p: Packet): void {
    const { states } = this;
    if (p.destinationPort === 53) states.ask(row, idOf(p));
    else if (this.#wants(row, BIT.wantsAnswers)) this.#naming.question(row, p);
    else if (this.#wants(row, BIT.wantsQuic)) {
      if (this.#naming.question(row, p)) states.bits[row]! ^= BIT.wantsQuic | BIT.wantsAnswers;
      else if (this.#naming.datagram(row, p)) this.#settle(row, BIT.wantsQuic);
    }
    const link = linkSourceAt(p.sourcePort);
    if (link !== null && isResponse(p)) this.#naming.answer(p, link);
    else if (linkSourceAt(p.destinationPort) === "mdns") this.#naming.askLink(p);
  }

  #answered(row: number, p: Packet): void {
    const link = linkSourceAt(p.sourcePort);
    if (p.sourcePort === 53) {
      // Whoever can send a datagram can send an answer; a client believes none whose id it did not choose.
      if (isResponse(p) && !this.states.mayHaveAsked(row, idOf(p))) {
        this.#options.rejections.add("unasked-answer", p.record);
      } else if (this.#naming.answer(p, "dns")) this.states.bits[row]! |= BIT.dns;
    } else if (this.#wants(row, BIT.wantsAnswers) && this.#naming.echo(row, p)) this.states.bits[row]! |= BIT.dns;
    else if (link !== null && isResponse(p)) this.#naming.answer(p, link);
  }

  #wants(row: number, wish: number): boolean {
    return (this.states.bits[row]! & wish) !== 0;
  }

  #settle(row: number, wish: number): void {
    this.states.bits[row]! &= ~wish;
    this.#naming.settle(row);
  }

  #queueOf(protocol: number, bits: number): Queue {
    if (isClosed(bits)) return QUEUE.closed;
    return protocol === PROTOCOL.tcp && (bits & BIT.established) !== 0 ? QUEUE.long : QUEUE.brief;
  }

  #sweep(second: number): void {
    this.#second = second;
    this.#isBehind = false;
    let swept = 0;
    for (const queue of [QUEUE.closed, QUEUE.brief, QUEUE.long]) {
      let row = this.#queues.first(queue);
      while (row >= 0 && ((second - this.#queues.touched(row)) | 0) > IDLE[queue]) {
        if (swept++ === MAX_SWEEP) {
          this.#isBehind = true;
          return;
        }
        this.#retire(row);
        row = this.#queues.first(queue);
      }
    }
  }

  #retire(row: number): void {
    this.#options.retire(row);
    this.#queues.remove(row);
    this.table.remove(row);
  }
}

/** Router and neighbour messages are ICMPv6 types 133 to 137, listener reports 130 to 132 and 143. */
function upkeepOf({ protocol, kind }: Packet): number {
  return protocol === PROTOCOL.icmpv6 && ((kind >= 130 && kind <= 137) || kind === 143) ? BIT.upkeep : 0;
}

/** The id of a DNS message, its first two bytes; -1 where they were cut off. */
function idOf(p: Packet): number {
  return p.payload + 2 <= p.payloadEnd ? u16be(p.bytes, p.payload) : -1;
}

function isResponse(p: Packet): boolean {
  return p.payload + 2 < p.payloadEnd && (p.bytes[p.payload + 2]! & 0x80) !== 0;
}

/** What a flow's payload is looked at for. */
function wishes(protocol: number, port: number, isMidstream: boolean): number {
  if (protocol === PROTOCOL.udp) return port === 53 ? 0 : BIT.wantsQuic;
  if (protocol !== PROTOCOL.tcp) return 0;
  if (port === 53) return BIT.wantsAnswers;
  return isMidstream ? BIT.wantsClient | BIT.wantsEither : BIT.wantsClient;
}
