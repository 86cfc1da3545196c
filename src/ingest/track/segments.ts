/** TCP segments: what they tell of their flow's state, and whose bytes are read for names. */
import { type Packet, TCP_FLAG } from "../decode/packet.ts";
import { BIT, type FlowStates, isClosed } from "./flow-state.ts";
import type { Naming } from "./naming.ts";

const CONTROL = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst;

/** A SYN this near before a midstream flow's first byte is its own, captured late, and no new connection's. */
const REORDERED = 1 << 20;

/** Packets of a client among which its hello is looked for, where it began with what is not known here. */
const MAX_BEFORE_LATE_HELLO = 32;

export class Segments {
  readonly #states: FlowStates;
  readonly #naming: Naming;

  constructor(states: FlowStates, naming: Naming) {
    this.#states = states;
    this.#naming = naming;
  }

  /** A SYN for a row that is there: a retransmission, the late opening of a midstream flow, or the port used again. */
  isNewConnection(row: number, p: Packet, side: 0 | 1): boolean {
    const bits = this.#states.bits[row]!;
    if ((bits & BIT.midstream) !== 0) {
      const isKnown = (bits & (side === 0 ? BIT.baseA : BIT.baseB)) !== 0;
      const ahead = isKnown ? (this.#states.baseOf(row, side, 0) - p.seq) | 0 : 1;
      if (ahead < 0 || ahead > REORDERED || (isClosed(bits) && !isKnown)) return true;
      this.#reorient(row, side);
      return false;
    }
    if (isClosed(bits)) return this.#states.isn[row] !== p.seq || side !== (bits & BIT.originatorB);
    // From the responder it is a simultaneous open or a stray; the flow keeps the direction it has.
    return side === (bits & BIT.originatorB) && (bits & BIT.opened) !== 0 && this.#states.isn[row] !== p.seq;
  }

  take(row: number, p: Packet, side: 0 | 1, fromOriginator: boolean): void {
    if ((p.flags & CONTROL) !== 0) this.#control(row, p, side, fromOriginator);
    // The payload of a RST is prose about its reason (RFC 9293, 3.5.3).
    if (p.payloadLength === 0 || (p.flags & TCP_FLAG.rst) !== 0) return;
    const states = this.#states;
    const bits = states.bits[row]!;
    if ((p.flags & TCP_FLAG.syn) === 0) states.bits[row]! |= BIT.established;
    // Most packets end here: the flow's name is known, or known not to be had.
    if ((bits & (BIT.wantsClient | BIT.wantsAnswers | BIT.wantsLateHello)) === 0 || p.fragment) return;
    if ((bits & BIT.wantsLateHello) !== 0 && !(fromOriginator && this.#isLateHello(row, p, side))) return;
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
      if (this.#naming.isSilent(row)) states.bits[row]! |= BIT.wantsLateHello;
    }
  }

  /** Whether a segment begins a hello behind a protocol that is not read, as VNC and NBD have it; its bytes are read from there. */
  #isLateHello(row: number, p: Packet, side: 0 | 1): boolean {
    const states = this.#states;
    if (this.#naming.beginsTls(p)) {
      states.bits[row]! ^= BIT.wantsLateHello | BIT.wantsClient;
      states.bits[row]! |= BIT.lateHello;
      states.setBase(row, side, p.seq);
      return true;
    }
    if (states.sentByOriginator(row) >= MAX_BEFORE_LATE_HELLO) states.bits[row]! &= ~BIT.wantsLateHello;
    return false;
  }

  /** In a midstream flow the side that sends what only clients send is the client, whatever the ports suggest. */
  #isReallyClient(row: number, p: Packet): boolean {
    if ((this.#states.bits[row]! & BIT.wantsEither) === 0) return false;
    this.#states.bits[row]! &= ~BIT.wantsEither;
    if (!this.#naming.isClient(row, p)) return false;
    this.#states.bits[row]! ^= BIT.originatorB;
    return true;
  }

  #control(row: number, p: Packet, side: 0 | 1, fromOriginator: boolean): void {
    const states = this.#states;
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

  /** The opening has turned up after all: `originator` sent the SYN. */
  #reorient(row: number, originator: 0 | 1): void {
    const bits = this.#states.bits[row]! & ~(BIT.midstream | BIT.originatorB | BIT.wantsEither);
    this.#states.bits[row] = bits | BIT.opened | originator;
  }

  #settle(row: number, wish: number): void {
    this.#states.bits[row]! &= ~wish;
    this.#naming.settle(row);
  }
}
