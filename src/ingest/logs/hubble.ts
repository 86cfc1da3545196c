/** Cilium's Hubble: one event a packet or DNS message, joined by five-tuple; the names are those its DNS proxy saw. */
import { familyOf, parseAddress } from "../../model/address.ts";
import type { DnsAnswer, Transport } from "../../model/flow.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import type { Adapter, LineVerdict } from "./adapter.ts";
import { Join } from "./join.ts";
import type { Conversation } from "./joined.ts";
import { field, type JsonObject, list, number, object, parseObject, runName, text } from "./json.ts";
import type { Ledger } from "./ledger.ts";
import type { Runs } from "./runs.ts";
import { readPort, readTime } from "./values.ts";

const LAYER_4: readonly (readonly [string, Transport])[] = [
  ["TCP", "tcp"],
  ["UDP", "udp"],
  ["SCTP", "sctp"],
  ["ICMPv4", "icmp"],
  ["ICMPv6", "icmpv6"],
];

/** No DNS message holds more. */
const MAX_NAMES = 4096;

export function isHubble(record: JsonObject): boolean {
  if (object(record, "lost_events")) return true;
  const flow = object(record, "flow") ?? record;
  return text(flow, "verdict") !== null && (object(flow, "IP") ?? object(flow, "l4") ?? object(flow, "l7")) !== null;
}

export class HubbleAdapter implements Adapter {
  private readonly runs: Runs;
  private readonly runField: string | null;
  private readonly join: Join;

  constructor(runs: Runs, runField: string | null, join: Join = new Join()) {
    this.runs = runs;
    this.runField = runField;
    this.join = join;
  }

  line(bytes: Uint8Array, start: number, end: number, line: number): LineVerdict {
    const record = parseObject(bytes, start, end);
    if (record === null) return "broken";
    const ledger = this.runs.of(runName(record, this.runField), line);
    ledger.record();
    if (object(record, "lost_events")) ledger.blindSpots.add("lost-events");
    const unusable = object(record, "lost_events")
      ? "other-event"
      : this.event(ledger, object(record, "flow") ?? record, line);
    if (unusable !== null) ledger.reject(unusable, line);
    return "record";
  }

  endOfFile(): void {}

  finish(): void {
    this.join.finish();
  }

  /** Why the event cannot be used, or null. */
  private event(ledger: Ledger, event: JsonObject, line: number): string | null {
    const at = readTime(text(event, "time") ?? "");
    const isReply = field(event, "is_reply") === true;
    const answered = this.answers(ledger, event, isReply, at, line);
    if (isReply) return answered ? null : "reply";
    if (text(event, "traffic_direction") === "INGRESS") return "ingress";
    const seen = conversationOf(event, at);
    if (typeof seen === "string") return seen;
    const { transport, originator, responder } = seen;
    const id = [transport, originator.address, originator.port, responder.address, responder.port].join(" ");
    const joined = this.join.connection(ledger, id, "protocol", seen, line);
    if (seen.outcome === "denied") joined.block();
    // The names that led to this address before: evidence from DNS, which may be of several names at once.
    for (const name of list(event, "destination_names").slice(0, MAX_NAMES)) {
      this.answer(ledger, name, [], responder.address, null, originator.address, null, at, line);
    }
    return null;
  }

  /** The answers of a DNS response; whether there were any. */
  private answers(ledger: Ledger, event: JsonObject, isReply: boolean, at: number | null, line: number): boolean {
    const dns = object(event, "l7.dns");
    if (dns === null || !isReply) return false;
    const ips = list(dns, "ips").slice(0, MAX_NAMES);
    const chain = list(dns, "cnames").flatMap((alias) => (typeof alias === "string" ? (parseFqdn(alias) ?? []) : []));
    const [resolver, client] = [
      parseAddress(text(event, "IP.source") ?? ""),
      parseAddress(text(event, "IP.destination") ?? ""),
    ];
    for (const ip of ips) {
      const address = typeof ip === "string" ? parseAddress(ip) : null;
      this.answer(ledger, field(dns, "query"), chain, address, number(dns, "ttl"), client, resolver, at, line);
    }
    return ips.length > 0;
  }

  private answer(
    ledger: Ledger,
    written: unknown,
    chain: readonly Fqdn[],
    address: DnsAnswer["address"] | null,
    ttl: number | null,
    client: DnsAnswer["client"],
    resolver: DnsAnswer["resolver"],
    at: number | null,
    line: number,
  ): void {
    const name = typeof written === "string" ? parseFqdn(written) : null;
    if (name === null) ledger.reject("invalid-name", line);
    else if (address === null) ledger.reject("unusable-answer", line);
    else
      this.join.answer(ledger, {
        source: "dns",
        name,
        chain,
        address,
        ttl,
        client,
        resolver,
        resolverPort: null,
        at,
        record: line,
      });
  }
}

function conversationOf(event: JsonObject, at: number | null): Conversation | string {
  const [from, to] = [parseAddress(text(event, "IP.source") ?? ""), parseAddress(text(event, "IP.destination") ?? "")];
  if (from === null || to === null) return object(event, "IP") ? "bad-address" : "no-endpoint";
  const layer = LAYER_4.find(([name]) => object(event, `l4.${name}`));
  if (layer === undefined) return object(event, "l4") ? "unknown-protocol" : "no-protocol";
  const [name, known] = layer;
  const transport = known === "icmp" && familyOf(to) === 6 ? "icmpv6" : known;
  const port = (path: string): number | null => readPort(number(event, `l4.${name}.${path}`) ?? 0);
  const verdict = text(event, "verdict");
  const outcome = verdict === "DROPPED" ? "denied" : verdict === "ERROR" ? "failed" : "allowed";
  return {
    transport,
    originator: { address: from, port: port("source_port") },
    responder: { address: to, port: port("destination_port") },
    // A first SYN is only an attempt; a later packet of the same connection shows that it was answered.
    state: outcome === "allowed" && !isFirstSyn(event) ? "established" : "attempted",
    outcome,
    firstSeen: at,
    lastSeen: at,
    bytesOut: null,
    bytesIn: null,
  };
}

function isFirstSyn(event: JsonObject): boolean {
  return field(event, "l4.TCP.flags.SYN") === true && field(event, "l4.TCP.flags.ACK") !== true;
}
