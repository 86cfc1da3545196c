/** DNS responses seen on the wire, to the sink: over UDP a datagram each, over TCP framed by their lengths (RFC 1035, 4.2.2). */
import type { Rejections, RunSink } from "../../model/flow.ts";
import { u16be } from "../capture/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { Dissectors } from "./dissectors.ts";
import { addressOf } from "./words.ts";

/** A length field and the longest message it can announce. */
export const MAX_DNS_STREAM: number = 2 + 0xffff;

export class Answers {
  readonly #dissectors: Dissectors;
  readonly #sink: RunSink;
  readonly #rejections: Rejections;
  /** Whether any response was readable. */
  seen = false;

  constructor(dissectors: Dissectors, sink: RunSink, rejections: Rejections) {
    this.#dissectors = dissectors;
    this.#sink = sink;
    this.#rejections = rejections;
  }

  /** One message that the packet's sender answered its receiver with; false when it is no DNS response. */
  message(bytes: Uint8Array, p: Packet): boolean {
    const message = this.#dissectors.dns(bytes);
    if (!message) this.#rejections.add("bad-dns", p.record);
    if (!message?.response) return false;
    this.seen = true;
    if (message.invalidNames > 0) this.#rejections.add("invalid-name", p.record, message.invalidNames);
    if (message.looped === true) this.#rejections.add("alias-loop", p.record);
    if (message.answers.length === 0) return true;
    const at = Number.isNaN(p.at) ? null : p.at;
    const client = addressOf(p.family, p.d0, p.d1, p.d2, p.d3);
    const resolver = addressOf(p.family, p.s0, p.s1, p.s2, p.s3);
    for (const { name, chain, address, ttl } of message.answers) {
      this.#sink.answer({ source: "dns", name, chain, address, ttl, client, resolver, at, record: p.record });
    }
    return true;
  }

  /** Takes the whole messages off a stream; `readable` ends with the first that is none, as the framing is lost with it. */
  messages(stream: ByteStream, p: Packet): { readonly found: number; readonly readable: boolean } {
    const bytes = stream.contiguous;
    let at = 0;
    let found = 0;
    let readable = true;
    while (readable && at + 2 <= bytes.length) {
      const end = at + 2 + u16be(bytes, at);
      if (end > bytes.length) break;
      readable = this.message(bytes.subarray(at + 2, end), p);
      if (readable) found++;
      at = end;
    }
    if (at > 0) stream.consume(at);
    return { found, readable };
  }
}
