/** The DNS questions of one flow on a port that is not DNS's own: an answer counts there only as the echo of one. */
import { u16be } from "../capture/bytes.ts";
import type { Packet } from "../decode/packet.ts";
import { linkSourceAt } from "../name-service.ts";
import type { Dissectors } from "./dissectors.ts";

/** Questions remembered of one flow; a stub resolver has two open at once. */
const MAX_OPEN = 16;
/** What a question is reckoned at, the longest name included. */
const QUESTION_HELD = 512;

export class Questions {
  readonly #dissectors: Dissectors;
  /** On ports where mDNS and LLMNR speak, DNS is told by its recursion (RFC 6762 §18.6, §18.7). */
  readonly #mustRecurse: boolean;
  readonly #open = new Set<string>();

  /** `port` is the responder's. */
  constructor(dissectors: Dissectors, port: number) {
    this.#dissectors = dissectors;
    this.#mustRecurse = linkSourceAt(port) !== null;
  }

  /** Bytes of memory held. */
  get held(): number {
    return this.#open.size * QUESTION_HELD;
  }

  /** Whether the message is a question and nothing else. */
  ask(message: Uint8Array): boolean {
    const question = this.#dissectors.question(message);
    if (!question || question.response || (this.#mustRecurse && !question.recursive)) return false;
    this.#open.add(question.key);
    if (this.#open.size <= MAX_OPEN) return true;
    for (const oldest of this.#open) {
      this.#open.delete(oldest);
      break;
    }
    return true;
  }

  /** Answers come twice where packets do, so a question stays open. */
  isEchoedIn(message: Uint8Array): boolean {
    const echo = this.#dissectors.question(message);
    return echo !== null && echo.response && (!this.#mustRecurse || echo.recursive) && this.#open.has(echo.key);
  }
}

/** Whether the payload is messages framed for TCP, all of which pass, and nothing else. */
export function everyFramed(p: Packet, passes: (message: Uint8Array) => boolean): boolean {
  let at = p.payload;
  while (at + 2 <= p.payloadEnd) {
    const end = at + 2 + u16be(p.bytes, at);
    if (end > p.payloadEnd || !passes(p.bytes.subarray(at + 2, end))) return false;
    at = end;
  }
  return at === p.payloadEnd;
}
