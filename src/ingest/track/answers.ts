/** DNS responses seen on the wire, to the sink: over UDP a datagram each, over TCP framed by their lengths (RFC 1035, 4.2.2). */
import type { LinkSource, Rejections, RunSink } from "../../model/flow.ts";
import { u16be } from "../capture/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { Dissectors } from "./dissectors.ts";
import { LinkQuestions } from "./link-questions.ts";
import type { Origins } from "./origins.ts";
import type { Questions } from "./questions.ts";
import { addressOf } from "./words.ts";

/** A length field and the longest message it can announce. */
export const MAX_DNS_STREAM: number = 2 + 0xffff;

export class Answers {
  readonly #dissectors: Dissectors;
  readonly #sink: RunSink;
  readonly #rejections: Rejections;
  readonly #asked: LinkQuestions;
  /** Whether any response of a resolver was readable. */
  seen = false;
  /** Whether the snap length cut one that would have held more. */
  cut = false;

  constructor(dissectors: Dissectors, sink: RunSink, rejections: Rejections) {
    this.#dissectors = dissectors;
    this.#sink = sink;
    this.#rejections = rejections;
    this.#asked = new LinkQuestions(rejections);
  }

  /** One message that the packet's sender answered its receiver with; false when it is no response. */
  message(
    bytes: Uint8Array,
    p: Packet,
    source: "dns" | LinkSource = "dns",
    records: readonly number[] | null = p.joined?.record === p.record ? p.joined.fragments : null,
  ): boolean {
    const message = this.#dissectors.dns(bytes, source);
    if (p.payloadLength > p.payloadEnd - p.payload && (message === null || message.truncated)) this.cut = true;
    if (!message) this.#rejections.add("bad-dns", p.record);
    if (!message?.response) return false;
    if (source === "dns") this.seen = true;
    if (message.invalidNames > 0) this.#rejections.add("invalid-name", p.record, message.invalidNames);
    if (message.looped === true) this.#rejections.add("alias-loop", p.record);
    if (message.answers.length === 0) return true;
    const at = Number.isNaN(p.at) ? null : p.at;
    const toGroup = isToGroup(p);
    const receiver = addressOf(p.family, p.d0, p.d1, p.d2, p.d3);
    const resolver = addressOf(p.family, p.s0, p.s1, p.s2, p.s3);
    const { sourcePort: resolverPort, record } = p;
    const told = [receiver];
    const from = { resolver, resolverPort, at, record, ...(records && records.length > 1 && { records }) };
    for (const { name, chain, address, ttl } of message.answers) {
      for (const client of toGroup ? this.#asked.clientsOf(name) : told)
        this.#sink.answer({ source, name, chain, address, ttl, client, ...from });
    }
    return true;
  }

  /** A question to the link. */
  asked(bytes: Uint8Array, p: Packet): void {
    this.#asked.ask(this.#dissectors.asked(bytes), addressOf(p.family, p.s0, p.s1, p.s2, p.s3), p.record);
  }

  /**
   * Takes the whole messages off a stream; `readable` ends with the first that is none, as the framing is lost with it.
   * With `questions`, only what echoes one of them is an answer.
   */
  messages(
    stream: ByteStream,
    p: Packet,
    questions: Questions | null,
    origins: Origins | null = null,
  ): { readonly found: number; readonly readable: boolean } {
    const bytes = stream.contiguous;
    let at = 0;
    let found = 0;
    let readable = true;
    while (readable && at + 2 <= bytes.length) {
      const end = at + 2 + u16be(bytes, at);
      if (end > bytes.length) break;
      const message = bytes.subarray(at + 2, end);
      readable =
        (questions === null || questions.isEchoedIn(message)) &&
        this.message(message, p, "dns", origins?.of((stream.base + at) | 0, (stream.base + end) | 0));
      if (readable) found++;
      at = end;
    }
    if (at > 0) stream.consume(at);
    origins?.forget(stream.base);
    return { found, readable };
  }
}

function isToGroup(p: Packet): boolean {
  return p.family === 4 ? p.d0 >>> 28 === 0xe : p.d0 >>> 24 === 0xff;
}
