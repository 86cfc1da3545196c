/** A connection as Zeek's conn log tells it; the other logs know its ends and that something was said on it. */
import { familyOf } from "../../../model/address.ts";
import type { FlowState, Outcome, Transport } from "../../../model/flow.ts";
import { SECOND } from "../../../model/instant.ts";
import type { AddressReader } from "../addresses.ts";
import type { Conversation } from "../joined.ts";
import { field, type JsonObject, number, text } from "../json.ts";
import { hasPorts, readPort, readTime, readTransport } from "../values.ts";

/** Why a record cannot be used. */
type Unusable = "no-endpoint" | "bad-address" | "no-protocol" | "unknown-protocol";

/**
 * Zeek's conn_state in our words. Without a completed handshake nothing was established, whoever ended it: RSTOS0 and SH
 * are attempts given up by the originator, RSTRH is a responder that answered and reset.
 */
const STATES: ReadonlyMap<string, readonly [FlowState, Outcome]> = new Map([
  ["S0", ["attempted", "failed"]],
  ["SH", ["attempted", "failed"]],
  ["RSTOS0", ["attempted", "failed"]],
  ["REJ", ["rejected", "failed"]],
  ["RSTRH", ["rejected", "failed"]],
  ["S1", ["established", "allowed"]],
  ["S2", ["established", "allowed"]],
  ["S3", ["established", "allowed"]],
  ["SF", ["established", "allowed"]],
  ["RSTO", ["reset", "allowed"]],
  ["RSTR", ["reset", "allowed"]],
  ["SHR", ["midstream", "allowed"]],
  ["OTH", ["midstream", "allowed"]],
]);

export function readConnection(record: JsonObject, addresses: AddressReader): Conversation | Unusable {
  const ends = conversationOf(record, "conn", addresses);
  if (typeof ends === "string") return ends;
  const [state, outcome] = stateOf(record, ends.transport);
  const duration = number(record, "duration");
  const lastSeen =
    ends.firstSeen !== null && duration !== null && duration >= 0
      ? ends.firstSeen + Math.round(duration * SECOND)
      : ends.firstSeen;
  const [bytesOut, bytesIn] = [number(record, "orig_bytes"), number(record, "resp_bytes")];
  return { ...ends, state, outcome, lastSeen, bytesOut, bytesIn };
}

/** What every log of a connection holds: its ends and a time. */
export function conversationOf(record: JsonObject, stream: string, addresses: AddressReader): Conversation | Unusable {
  const [originator, responder] = [text(record, "id.orig_h"), text(record, "id.resp_h")];
  if (originator === null || responder === null) return "no-endpoint";
  const [from, to] = [addresses.read(originator), addresses.read(responder)];
  if (from === null || to === null) return "bad-address";
  const named = transportOf(record, stream);
  if (named === null) return field(record, "proto") === undefined ? "no-protocol" : "unknown-protocol";
  const transport = named === "icmp" && familyOf(to) === 6 ? "icmpv6" : named;
  // ICMP types and codes stand where ports would.
  const port = (path: string): number | null => (hasPorts(transport) ? readPort(number(record, path) ?? 0) : null);
  const ts = field(record, "ts");
  const at = typeof ts === "string" || typeof ts === "number" ? readTime(ts) : null;
  return {
    transport,
    originator: { address: from, port: port("id.orig_p") },
    responder: { address: to, port: port("id.resp_p") },
    state: stream === "dns" && field(record, "rcode") === undefined ? "attempted" : "established",
    outcome: "allowed",
    firstSeen: at,
    lastSeen: at,
    bytesOut: null,
    bytesIn: null,
  };
}

/** ssl, http and quic logs name no transport, because each has only one. */
function transportOf(record: JsonObject, stream: string): Transport | null {
  if (stream === "ssl" || stream === "http") return "tcp";
  if (stream === "quic") return "udp";
  const named = readTransport(text(record, "proto") ?? "");
  return named ?? readTransport(number(record, "ip_proto") ?? 0);
}

/** UDP has no handshake: without a reply it was only tried, but nothing says that it failed. */
function stateOf(record: JsonObject, transport: Transport): readonly [FlowState, Outcome] {
  const known = STATES.get(text(record, "conn_state") ?? "");
  if (known?.[0] === "attempted" && transport !== "tcp") return ["attempted", "allowed"];
  if (known !== undefined) return known;
  return [
    (number(record, "resp_pkts") ?? number(record, "resp_bytes") ?? 0) > 0 ? "established" : "attempted",
    "allowed",
  ];
}
