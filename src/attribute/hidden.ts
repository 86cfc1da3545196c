/** What the flows of a run say they hid: blind spots that only the flows themselves can tell. */
import type { Outcome } from "../model/flow.ts";

/** Names were resolved where no answer could be read, or may have been. */
const ENCRYPTED_DNS: readonly string[] = ["doh", "doh-resolver", "doq", "dot"];
/** The name that shows may be the front's. */
const ENCRYPTED_HELLO: readonly string[] = ["ech", "esni"];

export class Hidden {
  readonly blindSpots: Set<string> = new Set();

  /** Flags of one line, all of them or some. */
  add(outcome: Outcome, flags: readonly string[]): void {
    if (flags.length === 0) return;
    const has = (words: readonly string[]): boolean => words.some((word) => flags.includes(word));
    // What was blocked or never came about has hidden nothing.
    if (outcome === "allowed" && has(ENCRYPTED_DNS)) this.blindSpots.add("encrypted-dns");
    if (has(ENCRYPTED_HELLO)) this.blindSpots.add("encrypted-hello");
    if (flags.includes("hello-cut")) this.blindSpots.add("hello-cut");
  }
}
