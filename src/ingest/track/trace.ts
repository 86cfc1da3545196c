/** Notes the packets of the few flows that somebody asked about; stands between decoder and tracker only then. */
import { type Address, familyOf, toBigInt, toV4 } from "../../model/address.ts";
import type { Flow, FlowPackets } from "../../model/flow.ts";
import { type Packet, PROTOCOL, type SegmentHandler } from "../decode/packet.ts";
import { Conversation } from "./conversation.ts";
import type { Dissectors } from "./dissectors.ts";
import { addressOf } from "./words.ts";

export type FiveTuple = Pick<Flow, "transport" | "originator" | "responder">;

export class FlowTrace implements SegmentHandler {
  readonly #inner: SegmentHandler;
  readonly #dissectors: Dissectors;
  readonly #wanted: ReadonlySet<string>;
  /** First words of the wanted addresses: what no packet of a wanted flow is without. */
  readonly #words: ReadonlySet<number>;
  readonly #conversations = new Map<string, Conversation>();

  constructor(wanted: readonly FiveTuple[], inner: SegmentHandler, dissectors: Dissectors) {
    this.#inner = inner;
    this.#dissectors = dissectors;
    this.#wanted = new Set(wanted.map(keyOf));
    this.#words = new Set(wanted.flatMap(({ responder }) => firstWords(responder.address)));
  }

  /** Noted only after the tracker has seen it, which may end a flow and begin another with the same five-tuple. */
  segment(p: Packet): void {
    this.#inner.segment(p);
    if (!this.#words.has(p.s0) && !this.#words.has(p.d0)) return;
    const from = endOf(p.family, p.s0, p.s1, p.s2, p.s3, p.sourcePort);
    const conversation = this.#of(p, from);
    conversation?.add(p, from);
  }

  unreachable(quoted: Packet): void {
    this.#inner.unreachable(quoted);
    const from = endOf(quoted.family, quoted.s0, quoted.s1, quoted.s2, quoted.s3, quoted.sourcePort);
    this.#conversations.get(keyBetween(quoted.protocol, from, destinationOf(quoted)))?.unreachable(quoted.record);
  }

  /** The flow, which is over, with its packets if it is one of the wanted. */
  told(flow: Flow): Flow {
    const key = keyOf(flow);
    const conversation = this.#conversations.get(key);
    if (!conversation) return flow;
    this.#conversations.delete(key);
    const packets: FlowPackets = conversation.close(flow, endText(flow.originator), this.#dissectors);
    return { ...flow, packets };
  }

  #of(p: Packet, from: string): Conversation | null {
    const key = keyBetween(p.protocol, from, destinationOf(p));
    const known = this.#conversations.get(key);
    if (known) return known;
    if (!this.#wanted.has(key)) return null;
    const fresh = new Conversation(this.#dissectors.streamBytes);
    this.#conversations.set(key, fresh);
    return fresh;
  }
}

function keyOf({ transport, originator, responder }: FiveTuple): string {
  return keyBetween(PROTOCOL[transport], endText(originator), endText(responder));
}

/** The same whichever end is the source. */
function keyBetween(protocol: number, a: string, b: string): string {
  return a < b ? `${protocol}|${a}|${b}` : `${protocol}|${b}|${a}`;
}

/** ICMP has no ports, and its packets have zeros. */
function endText({ address, port }: FiveTuple["originator"]): string {
  return `${address ?? ""} ${port ?? 0}`;
}

function endOf(family: 4 | 6, w0: number, w1: number, w2: number, w3: number, port: number): string {
  return `${addressOf(family, w0, w1, w2, w3)} ${port}`;
}

function destinationOf(p: Packet): string {
  return endOf(p.family, p.d0, p.d1, p.d2, p.d3, p.destinationPort);
}

/** An IPv4 address may also have come mapped into IPv6, whose first word is zero. */
function firstWords(address: Address | null): number[] {
  if (address === null) return [];
  if (familyOf(address) === 4) return [toV4(address) | 0, 0];
  return [Number(toBigInt(address) >> 96n) | 0];
}
