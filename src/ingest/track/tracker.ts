/** Follows what goes between two ends as flows: from the packet that opens one until it is over, or given up. */
import type { Rejections } from "../../model/flow.ts";
import { type Packet, PROTOCOL, type SegmentHandler, TCP_FLAG } from "../decode/packet.ts";
import { Datagrams, upkeepOf } from "./datagrams.ts";
import { openingOf } from "./direction.ts";
import { BIT, FlowStates, isClosed } from "./flow-state.ts";
import { FlowTable } from "./flow-table.ts";
import type { Naming } from "./naming.ts";
import { type Queue, QUEUE, RowQueues } from "./queues.ts";
import { Segments } from "./segments.ts";

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
  readonly #segments: Segments;
  readonly #datagrams: Datagrams;
  #second = 0;
  #isBehind = false;
  /** Whether a TCP flow was met after its opening. */
  startsMidstream = false;
  /** Whether a flow was given up to make room. */
  isCrowded = false;

  constructor(options: TrackerOptions) {
    this.#options = options;
    this.#segments = new Segments(this.states, options.naming);
    this.#datagrams = new Datagrams(this.states, options.naming, options.rejections);
  }

  segment(p: Packet): void {
    const second = Number.isNaN(p.at) ? this.#second : (p.at / 1e6) | 0;
    if (second !== this.#second || this.#isBehind) this.#sweep(second);
    let row = this.table.find(p);
    if (row < 0) row = this.#open(p, second);
    else if (p.protocol === PROTOCOL.tcp && (p.flags & (TCP_FLAG.syn | TCP_FLAG.ack)) === TCP_FLAG.syn) {
      if (this.#segments.isNewConnection(row, p, this.table.fromB ? 1 : 0)) {
        this.#retire(row);
        row = this.#open(p, second);
      }
    }
    const side = this.table.fromB ? 1 : 0;
    this.states.count(row, side, p.fragment ? 0 : 1, p.payloadLength, p.at);
    const fromOriginator = side === (this.states.bits[row]! & BIT.originatorB);
    if (p.protocol === PROTOCOL.tcp) this.#segments.take(row, p, side, fromOriginator);
    else this.#datagrams.take(row, p, fromOriginator);
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

/** What a flow's payload is looked at for. */
function wishes(protocol: number, port: number, isMidstream: boolean): number {
  if (protocol === PROTOCOL.udp) return port === 53 ? 0 : BIT.wantsQuic;
  if (protocol !== PROTOCOL.tcp) return 0;
  if (port === 53) return BIT.wantsAnswers;
  return isMidstream ? BIT.wantsClient | BIT.wantsEither : BIT.wantsClient;
}
