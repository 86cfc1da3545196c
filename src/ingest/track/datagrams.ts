/** Datagrams: what they tell of their flow's state, and which are read for names. */
import type { Rejections } from "../../model/flow.ts";
import { u16be } from "../capture/bytes.ts";
import { type Packet, PROTOCOL } from "../decode/packet.ts";
import { linkSourceAt } from "../name-service.ts";
import { BIT, type FlowStates } from "./flow-state.ts";
import type { Naming } from "./naming.ts";

const SCTP_ABORT = 6;

export class Datagrams {
  readonly #states: FlowStates;
  readonly #naming: Naming;
  readonly #rejections: Rejections;

  constructor(states: FlowStates, naming: Naming, rejections: Rejections) {
    this.#states = states;
    this.#naming = naming;
    this.#rejections = rejections;
  }

  take(row: number, p: Packet, fromOriginator: boolean): void {
    const states = this.#states;
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
    const states = this.#states;
    if (p.destinationPort === 53) states.ask(row, idOf(p));
    else if (this.#wants(row, BIT.wantsAnswers)) this.#naming.question(row, p);
    else if (this.#wants(row, BIT.wantsQuic)) {
      const sent = states.sentByOriginator(row);
      if (sent < 2 && this.#naming.question(row, p)) states.bits[row]! ^= BIT.wantsQuic | BIT.wantsAnswers;
      else if (this.#naming.datagram(row, p, sent)) this.#settle(row, BIT.wantsQuic);
    }
    const link = linkSourceAt(p.sourcePort);
    if (link !== null && isResponse(p)) this.#naming.answer(p, link);
    else if (linkSourceAt(p.destinationPort) === "mdns") this.#naming.askLink(p);
  }

  #answered(row: number, p: Packet): void {
    const link = linkSourceAt(p.sourcePort);
    if (p.sourcePort === 53) {
      // Whoever can send a datagram can send an answer; a client believes none whose id it did not choose.
      if (isResponse(p) && !this.#states.mayHaveAsked(row, idOf(p))) {
        this.#rejections.add("unasked-answer", p.record);
      } else if (this.#naming.answer(p, "dns")) this.#states.bits[row]! |= BIT.dns;
    } else if (this.#wants(row, BIT.wantsAnswers) && this.#naming.echo(row, p)) this.#states.bits[row]! |= BIT.dns;
    else if (link !== null && isResponse(p)) this.#naming.answer(p, link);
  }

  #wants(row: number, wish: number): boolean {
    return (this.#states.bits[row]! & wish) !== 0;
  }

  #settle(row: number, wish: number): void {
    this.#states.bits[row]! &= ~wish;
    this.#naming.settle(row);
  }
}

/** Router and neighbour messages are ICMPv6 types 133 to 137, listener reports 130 to 132 and 143. */
export function upkeepOf({ protocol, kind }: Packet): number {
  return protocol === PROTOCOL.icmpv6 && ((kind >= 130 && kind <= 137) || kind === 143) ? BIT.upkeep : 0;
}

/** The id of a DNS message, its first two bytes; -1 where they were cut off. */
function idOf(p: Packet): number {
  return p.payload + 2 <= p.payloadEnd ? u16be(p.bytes, p.payload) : -1;
}

function isResponse(p: Packet): boolean {
  return p.payload + 2 < p.payloadEnd && (p.bytes[p.payload + 2]! & 0x80) !== 0;
}
