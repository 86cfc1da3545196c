/** Suricata's EVE log: flow, netflow, dns, tls, http, quic and what else has a five-tuple, joined by flow_id. */
import type { Adapter, LineVerdict } from "../adapter.ts";
import { AddressReader } from "../addresses.ts";
import { Join } from "../join.ts";
import type { Conversation, Joined } from "../joined.ts";
import { field, type JsonObject, number, object, parseObject, runName, text } from "../json.ts";
import type { Ledger } from "../ledger.ts";
import { addRequest } from "../proxied.ts";
import type { Runs } from "../runs.ts";
import { readHost } from "../values.ts";
import { DnsEvents } from "./dns.ts";
import { type Ends, readEnds } from "./ends.ts";
import { flowConversation, netflowConversation, withReply } from "./flow.ts";

/** Events about the sensor or about files, without a conversation of their own. */
const WITHOUT_ENDS: ReadonlySet<string> = new Set(["stats", "engine", "arp"]);

export class SuricataAdapter implements Adapter {
  private readonly runs: Runs;
  private readonly runField: string | null;
  private readonly join: Join;
  private readonly dns: DnsEvents;
  private readonly addresses = new AddressReader();

  constructor(runs: Runs, runField: string | null, join: Join = new Join()) {
    this.runs = runs;
    this.runField = runField;
    this.join = join;
    this.dns = new DnsEvents(join);
  }

  line(bytes: Uint8Array, start: number, end: number, line: number): LineVerdict {
    const event = parseObject(bytes, start, end);
    if (event === null) return "broken";
    const ledger = this.runs.of(runName(event, this.runField), line);
    ledger.record();
    const unusable = this.event(ledger, event, line);
    if (unusable !== null) ledger.reject(unusable, line);
    return "record";
  }

  endOfFile(): void {}

  finish(): void {
    this.dns.finish();
    this.join.finish();
  }

  /** Why the event cannot be used, or null. */
  private event(ledger: Ledger, event: JsonObject, line: number): string | null {
    const type = text(event, "event_type") ?? (object(event, "alert") ? "alert" : "");
    if (WITHOUT_ENDS.has(type)) return "other-event";
    const ends = readEnds(event, type, this.addresses);
    if (typeof ends === "string") return ends;
    const flowId = field(event, "flow_id");
    const known = typeof flowId === "number" || (typeof flowId === "string" && flowId.length <= 40);
    const joined = this.joined(ledger, event, type, ends, known ? String(flowId) : `line ${line}`, line);
    if (type === "drop" || text(event, "alert.action") === "blocked") joined.block();
    this.contents(ledger, event, type, joined, ends, line);
    return null;
  }

  private joined(ledger: Ledger, event: JsonObject, type: string, ends: Ends, id: string, line: number): Joined {
    if (type === "flow") return this.join.connection(ledger, id, "whole", flowConversation(event, ends), line);
    if (type !== "netflow") {
      const authority = ends.certain ? "protocol" : "packet";
      return this.join.connection(ledger, id, authority, ends.conversation, line);
    }
    // One event a direction: the originator's is written first.
    const half = netflowConversation(event, ends);
    const joined = this.join.connection(ledger, id, "half", half, line);
    if (joined.authority === "half" && isReply(joined.conversation, half))
      joined.conversation = withReply(joined.conversation, half);
    return joined;
  }

  private contents(ledger: Ledger, event: JsonObject, type: string, joined: Joined, ends: Ends, line: number): void {
    switch (type) {
      case "tls":
        joined.claim("tls-sni", hostOf(event, "tls.sni"), line);
        if (offersEch(event)) joined.flag("ech");
        return;
      case "quic":
        joined.claim("quic-sni", hostOf(event, "quic.sni"), line);
        return;
      case "http":
        return addRequest(joined, requestOf(event), line);
      case "dns":
        if (this.dns.add(ledger, event, ends.conversation, joined.id, line)) joined.flag("dns");
    }
  }
}

function hostOf(event: JsonObject, path: string): ReturnType<typeof readHost> | null {
  const host = text(event, path);
  return host === null ? null : readHost(host);
}

function requestOf(event: JsonObject): Parameters<typeof addRequest>[1] {
  return {
    method: text(event, "http.http_method"),
    host: text(event, "http.hostname"),
    url: text(event, "http.url"),
    status: number(event, "http.status"),
  };
}

/** The encrypted_client_hello extension (65037), as the handshake lists it or as JA3 does in its third part. */
function offersEch(event: JsonObject): boolean {
  const extensions = field(event, "tls.client_handshake.exts");
  if (Array.isArray(extensions) && extensions.includes(65_037)) return true;
  const ja3 = text(event, "tls.ja3.string");
  return ja3?.split(",", 3)[2]?.split("-").includes("65037") ?? false;
}

function isReply(flow: Conversation, half: Conversation): boolean {
  return (
    flow.originator.address === half.responder.address &&
    flow.originator.port === half.responder.port &&
    flow.responder.address === half.originator.address &&
    flow.responder.port === half.originator.port
  );
}
