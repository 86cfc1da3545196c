/** In which state chains read a connection: before it is tracked, after, or where a rule has said that it shall not be. */
import type { Coordinate } from "./box.ts";
import { CT_STATE, type Packet } from "./packet.ts";
import type { BaseChain, Program } from "./program.ts";

/** What `notrack` left for the chains after it; `unclear` where nobody can tell whether it was met in time. */
export type Tracking = "tracked" | "untracked" | "unclear";

/** The priority at which connections are tracked, on a packet's way in or out of the host. */
const PRIORITY = -200;

/** What a base chain reads as the state of a connection: before tracking, every packet is `invalid`. */
export function ctStateAt({ hook, priority }: BaseChain, packet: Packet, tracking: Tracking = "tracked"): Coordinate {
  if (tracking !== "tracked") return tracking === "untracked" ? CT_STATE.untracked : null;
  if (hook === "forward" || hook === "postrouting" || priority > PRIORITY) return packet.facts.ctState;
  // Which of two at one priority comes first depends on which was there first.
  return priority < PRIORITY ? CT_STATE.invalid : null;
}

/** The packet as a base chain sees it. */
export function seenBy(base: BaseChain, packet: Packet, tracking: Tracking = "tracked"): Packet {
  return inState(packet, ctStateAt(base, packet, tracking));
}

/** What becomes of the packet that a rule says shall not be tracked: one that has a connection already keeps it. */
export function untrack(packet: Packet, certain: boolean): { readonly packet: Packet; readonly tracking: Tracking } {
  const { ctState } = packet.facts;
  if (ctState !== null && ctState !== CT_STATE.invalid) return { packet, tracking: "tracked" };
  const tracking = certain && ctState !== null ? "untracked" : "unclear";
  return { packet: inState(packet, tracking === "untracked" ? CT_STATE.untracked : null), tracking };
}

export function untracks({ chains }: Program): boolean {
  return [...chains.values()].some(({ rules }) => rules.some(({ action }) => action.kind === "untrack"));
}

/** Read in any state at all. */
export function inAnyState(packet: Packet): Packet {
  return inState(packet, null);
}

function inState(packet: Packet, ctState: Coordinate): Packet {
  return ctState === packet.facts.ctState ? packet : { ...packet, facts: { ...packet.facts, ctState } };
}
