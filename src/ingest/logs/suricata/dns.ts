/** DNS events of EVE: version 1 writes one event an answer, versions 2 and 3 one a response. */
import { parseAddress } from "../../../model/address.ts";
import type { DnsAnswer } from "../../../model/flow.ts";
import { type Fqdn, parseFqdn } from "../../../model/fqdn.ts";
import { spokenBy } from "../../name-service.ts";
import type { Join } from "../join.ts";
import type { Conversation } from "../joined.ts";
import { asObject, field, type JsonObject, list, number, text } from "../json.ts";
import type { Ledger } from "../ledger.ts";
import { type ResourceRecord, resolve } from "./resolve.ts";

/** No response of 64 KiB holds more. */
const MAX_RECORDS = 4096;

/** Version 1 responses that are still being gathered. */
const MAX_GATHERED = 10_000;

interface Gathered {
  readonly ledger: Ledger;
  readonly conversation: Conversation;
  readonly line: number;
  readonly records: ResourceRecord[];
}

export class DnsEvents {
  private readonly join: Join;
  private readonly gathered = new Map<string, Gathered>();

  constructor(join: Join) {
    this.join = join;
  }

  /** Whether the event carried an answer. */
  add(ledger: Ledger, event: JsonObject, conversation: Conversation, flow: string, line: number): boolean {
    const type = text(event, "dns.type");
    if (type !== "answer" && type !== "response") return false;
    const query = readName(text(event, "dns.rrname") ?? queried(event));
    if (field(event, "dns.rdata") !== undefined) return this.gather(ledger, event, conversation, flow, line);
    const answers = list(event, "dns.answers").slice(0, MAX_RECORDS);
    const records = answers.flatMap((answer) => recordsOf(asObject(answer), ledger, line));
    this.resolved(ledger, conversation, query, records, line);
    return answers.length > 0;
  }

  finish(): void {
    for (const { ledger, conversation, records, line } of this.gathered.values()) {
      this.resolved(ledger, conversation, null, records, line);
    }
    this.gathered.clear();
  }

  /** The answers of one response share flow and transaction id; the name asked for is where their aliases begin. */
  private gather(ledger: Ledger, event: JsonObject, conversation: Conversation, flow: string, line: number): boolean {
    const dns = asObject(field(event, "dns"));
    const key = `${flow} ${number(event, "dns.id")} ${number(event, "dns.tx_id")}`;
    let gathered = this.gathered.get(key);
    if (gathered === undefined || gathered.ledger !== ledger) {
      if (this.gathered.size >= MAX_GATHERED) this.finish();
      gathered = { ledger, conversation, line, records: [] };
      this.gathered.set(key, gathered);
    }
    if (gathered.records.length < MAX_RECORDS) gathered.records.push(...recordsOf(dns, ledger, line));
    return true;
  }

  private resolved(
    ledger: Ledger,
    { originator, responder, firstSeen }: Conversation,
    query: Fqdn | null,
    records: readonly ResourceRecord[],
    line: number,
  ): void {
    const { resolutions, loops } = resolve(query, records);
    for (let i = 0; i < loops; i++) ledger.reject("alias-loop", line);
    for (const { name, chain, address, ttl } of resolutions) {
      const answer: DnsAnswer = {
        ...spokenBy(responder.address, responder.port),
        client: originator.address,
        name,
        chain,
        address,
        ttl,
        at: firstSeen,
        record: line,
      };
      this.join.answer(ledger, answer);
    }
  }
}

function queried(event: JsonObject): string | null {
  const [first] = list(event, "dns.queries");
  const query = asObject(first);
  return query && text(query, "rrname");
}

function readName(name: string | null): Fqdn | null {
  return name === null ? null : parseFqdn(name);
}

/** A, AAAA and CNAME; a record whose names are none is counted. */
function recordsOf(record: JsonObject | null, ledger: Ledger, line: number): ResourceRecord[] {
  const type = record && text(record, "rrtype");
  if (record === null || (type !== "A" && type !== "AAAA" && type !== "CNAME")) return [];
  const owner = readName(text(record, "rrname"));
  const data = text(record, "rdata") ?? "";
  const seconds = number(record, "ttl");
  const ttl = seconds !== null && seconds >= 0 ? Math.trunc(seconds) : null;
  const target = type === "CNAME" ? readName(data) : parseAddress(data);
  if (owner === null || target === null) {
    ledger.reject(owner === null ? "invalid-name" : "unusable-answer", line);
    return [];
  }
  return type === "CNAME"
    ? [{ kind: "alias", owner, target: target as Fqdn, ttl }]
    : [{ kind: "address", owner, address: target as DnsAnswer["address"], ttl }];
}
