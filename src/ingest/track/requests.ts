/** What is kept of a connection that carries one HTTP request after another. */
import { Chunks } from "../dissect/http/chunks.ts";
import { type Asked, askedBy, lengthAgain, prefixOf } from "../dissect/http/again.ts";
import type { Behind, StreamVerdict } from "../dissect/verdict.ts";

/** Requests of one flow that are read closely; those that ask for the same as an earlier one are not counted. */
const MAX_REQUESTS = 10_000;

/** Ways of asking that are remembered, one for each host asked of a proxy. */
const MAX_ASKED = 256;

export class Requests {
  /** Sequence number at which the next one begins. */
  next = 0;
  #read = 0;
  #asked: Map<string, Asked> | null = null;

  get isEnough(): boolean {
    return this.#read >= MAX_REQUESTS;
  }

  /** The body that is being passed over, where it comes in chunks. */
  body: Chunks | null = null;

  /** What reads the rest of the connection, where its requests are not each for itself. */
  behind: Behind | null = null;

  /** Bytes of memory, beside what every connection takes. */
  get held(): number {
    return this.behind?.held ?? 0;
  }

  /** A request was read closely; `bytes` begin with it. Most connections carry one, so the first is not remembered. */
  add(bytes: Uint8Array, verdict: Extract<StreamVerdict, { kind: "done" }>): void {
    this.behind = verdict.behind ?? null;
    if (verdict.isChunked) this.body = new Chunks();
    if (this.behind) {
      if (verdict.claims.length + verdict.literals.length + verdict.tunnels.length + verdict.flags.length > 0)
        this.#read++;
      return;
    }
    if (this.#read++ === 0) return;
    const prefix = prefixOf(bytes);
    const asked = prefix === null ? null : askedBy(bytes);
    if (prefix === null || asked === null) return;
    this.#asked ??= new Map();
    if (this.#asked.size < MAX_ASKED || this.#asked.has(prefix)) this.#asked.set(prefix, asked);
  }

  /**
   * How far `bytes` need no closer look: what is left of a body in chunks, or a request that asks for the same as an
   * earlier one. Null where the body is none, so that no request behind it can be found.
   */
  pass(bytes: Uint8Array): number | null {
    if (this.behind) return 0;
    if (this.body === null) return this.#again(bytes);
    const length = this.body.pass(bytes);
    if (this.body.isOver) this.body = null;
    return length;
  }

  #again(bytes: Uint8Array): number {
    if (this.#asked === null) return 0;
    const prefix = prefixOf(bytes);
    const asked = prefix === null ? undefined : this.#asked.get(prefix);
    return asked === undefined ? 0 : lengthAgain(asked, bytes);
  }
}
