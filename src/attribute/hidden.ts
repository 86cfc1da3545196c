/** What the flows of a run say they hid: blind spots that only the flows themselves can tell. */
import type { Observation } from "../model/observation.ts";

/** Names were resolved where no answer could be read, or may have been. */
const ENCRYPTED_DNS: readonly string[] = ["doh", "doh-resolver", "doq", "dot"];
/** The name that shows may be the front's. */
const ENCRYPTED_HELLO: readonly string[] = ["ech", "esni"];

export function hiddenFrom(lines: Iterable<Pick<Observation, "flags" | "outcome">>): ReadonlySet<string> {
  const blindSpots = new Set<string>();
  for (const { flags, outcome } of lines) {
    const has = (words: readonly string[]): boolean => words.some((word) => flags.includes(word));
    // What was blocked or never came about has hidden nothing.
    if (outcome === "allowed" && has(ENCRYPTED_DNS)) blindSpots.add("encrypted-dns");
    if (has(ENCRYPTED_HELLO)) blindSpots.add("encrypted-hello");
    if (flags.includes("hello-cut")) blindSpots.add("hello-cut");
  }
  return blindSpots;
}
