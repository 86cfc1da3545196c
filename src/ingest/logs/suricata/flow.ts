/** A connection as the flow and netflow events tell it. Their bytes are whole packets, headers included. */
import type { FlowState, Outcome } from "../../../model/flow.ts";
import type { Conversation } from "../joined.ts";
import { type JsonObject, number, text } from "../json.ts";
import { readTime } from "../values.ts";
import type { Ends } from "./ends.ts";

const SYN = 0x02;
const RST = 0x04;

export function flowConversation(event: JsonObject, { conversation }: Ends): Conversation {
  const [state, outcome] = stateOf(event, conversation.transport === "tcp");
  return {
    ...conversation,
    ...spanOf(event, "flow", conversation),
    state,
    outcome: blocked(event) ? "denied" : outcome,
    bytesOut: number(event, "flow.bytes_toserver"),
    bytesIn: number(event, "flow.bytes_toclient"),
  };
}

/** One direction; {@link withReply} adds the other. */
export function netflowConversation(event: JsonObject, { conversation }: Ends): Conversation {
  return {
    ...conversation,
    ...spanOf(event, "netflow", conversation),
    state: "attempted",
    outcome: conversation.transport === "tcp" ? "failed" : "allowed",
    bytesOut: number(event, "netflow.bytes"),
  };
}

export function withReply(flow: Conversation, reply: Conversation): Conversation {
  return { ...flow, state: "established", outcome: "allowed", bytesIn: reply.bytesOut };
}

function spanOf(
  event: JsonObject,
  kind: string,
  { firstSeen }: Conversation,
): Pick<Conversation, "firstSeen" | "lastSeen"> {
  const [start, end] = [text(event, `${kind}.start`), text(event, `${kind}.end`)];
  const first = start === null ? firstSeen : readTime(start);
  return { firstSeen: first, lastSeen: end === null ? first : readTime(end) };
}

function blocked(event: JsonObject): boolean {
  const action = text(event, "flow.action");
  return action === "drop" || action === "reject";
}

/**
 * Suricata's `new` is a flow without a reply; its `closed` is also a reset one, so TCP's flags decide where they are there.
 * UDP has no handshake: without a reply it was only tried, but nothing says that it failed.
 */
function stateOf(event: JsonObject, isTcp: boolean): readonly [FlowState, Outcome] {
  const isNew = text(event, "flow.state") === "new";
  if (!isTcp) return [isNew ? "attempted" : "established", "allowed"];
  const [out, back] = [flags(event, "tcp.tcp_flags_ts"), flags(event, "tcp.tcp_flags_tc")];
  if (out === null || back === null) return isNew ? ["attempted", "failed"] : ["established", "allowed"];
  if ((out & SYN) === 0) return ["midstream", "allowed"];
  if ((back & SYN) === 0) return (back & RST) === 0 ? ["attempted", "failed"] : ["rejected", "failed"];
  return [((out | back) & RST) === 0 ? "established" : "reset", "allowed"];
}

function flags(event: JsonObject, path: string): number | null {
  const hex = text(event, path);
  return hex !== null && /^[0-9a-f]{1,2}$/i.test(hex) ? Number.parseInt(hex, 16) : null;
}
