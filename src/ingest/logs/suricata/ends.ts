/** Who opened the connection that an event is about: `src_ip` is the client in some events and the sender in others. */
import { familyOf } from "../../../model/address.ts";
import type { AddressReader } from "../addresses.ts";
import type { Conversation } from "../joined.ts";
import { field, type JsonObject, number, text } from "../json.ts";
import { hasPorts, readPort, readTime, readTransport } from "../values.ts";

export interface Ends {
  readonly conversation: Conversation;
  /** False where the direction is a guess from the ports. */
  readonly certain: boolean;
}

type Unusable = "no-endpoint" | "bad-address" | "no-protocol" | "unknown-protocol" | "direction-unknown";

/** Events about a single packet or file, whose source is whoever sent it. All others have the client as their source. */
const OF_A_PACKET: ReadonlySet<string> = new Set(["", "alert", "anomaly", "drop", "fileinfo", "frame", "packet"]);

/** Linux picks ephemeral ports from here on; IANA's range lies within. */
const FIRST_EPHEMERAL = 32_768;

export function readEnds(event: JsonObject, type: string, addresses: AddressReader): Ends | Unusable {
  const [src, dest] = [text(event, "src_ip"), text(event, "dest_ip")];
  if (src === null || dest === null) return "no-endpoint";
  const [from, to] = [addresses.read(src), addresses.read(dest)];
  if (from === null || to === null) return "bad-address";
  const proto = field(event, "proto");
  if (proto === undefined) return "no-protocol";
  const named = typeof proto === "string" || typeof proto === "number" ? readTransport(proto) : null;
  if (named === null) return "unknown-protocol";
  const transport = named === "icmp" && familyOf(to) === 6 ? "icmpv6" : named;
  const port = (path: string): number | null => (hasPorts(transport) ? readPort(number(event, path) ?? 0) : null);
  const source = { address: from, port: port("src_port") };
  const destination = { address: to, port: port("dest_port") };
  const direction = directionOf(event, type, source.port, destination.port);
  if (direction === null) return "direction-unknown";
  const stamp = text(event, "timestamp");
  const at = stamp === null ? null : readTime(stamp);
  const [originator, responder] = direction.forward ? [source, destination] : [destination, source];
  const conversation: Conversation = {
    transport,
    originator,
    responder,
    state: direction.certain ? (isQuestion(event, type) ? "attempted" : "established") : "midstream",
    outcome: "allowed",
    firstSeen: at,
    lastSeen: at,
    bytesOut: null,
    bytesIn: null,
  };
  return { conversation, certain: direction.certain };
}

interface Direction {
  /** Whether the event's source is the originator. */
  readonly forward: boolean;
  readonly certain: boolean;
}

function directionOf(event: JsonObject, type: string, from: number | null, to: number | null): Direction | null {
  if (type === "dns") return { forward: !isResponse(event, from, to), certain: true };
  if (!OF_A_PACKET.has(type)) return { forward: true, certain: true };
  const opener = text(event, "flow.src_ip");
  const openerPort = number(event, "flow.src_port");
  if (opener !== null && openerPort !== null) {
    return { forward: opener === text(event, "src_ip") && openerPort === from, certain: true };
  }
  const said = text(event, "direction");
  if (said === "to_server" || said === "to_client") return { forward: said === "to_server", certain: true };
  const [fromEphemeral, toEphemeral] = [(from ?? 0) >= FIRST_EPHEMERAL, (to ?? 0) >= FIRST_EPHEMERAL];
  return fromEphemeral === toEphemeral ? null : { forward: fromEphemeral, certain: false };
}

/**
 * Since EVE's dns version 3 a response comes from the responder; before, both kinds had the client as their source, except
 * that some versions wrote the packet's own direction, which the port of DNS gives away.
 */
function isResponse(event: JsonObject, from: number | null, to: number | null): boolean {
  const type = text(event, "dns.type");
  if (type !== "answer" && type !== "response") return false;
  return type === "response" || number(event, "dns.version") === 3 || (from === 53 && to !== 53);
}

function isQuestion(event: JsonObject, type: string): boolean {
  const kind = text(event, "dns.type");
  return type === "dns" && (kind === "query" || kind === "request");
}
