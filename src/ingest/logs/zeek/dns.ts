/** Zeek's dns log: one record a query, the answers' CNAMEs and addresses in one list, in order, beside their TTLs. */
import { parseAddress } from "../../../model/address.ts";
import type { DnsAnswer } from "../../../model/flow.ts";
import { type Fqdn, parseFqdn } from "../../../model/fqdn.ts";
import { SECOND } from "../../../model/instant.ts";
import { field, type JsonObject, list, number, text } from "../json.ts";
import { spokenBy } from "../../name-service.ts";
import type { Ledger } from "../ledger.ts";
import { readPort, readTime } from "../values.ts";

/** No response of 64 KiB holds more. */
const MAX_ANSWERS = 4096;

/** A and AAAA; other types answer with names and texts that lead to no address of the name asked for. */
const ADDRESS_TYPES: ReadonlySet<unknown> = new Set([1, 28, "A", "AAAA"]);

export function readAnswers(
  ledger: Ledger,
  record: JsonObject,
  line: number,
): { answers: DnsAnswer[]; answered: boolean } {
  const items = list(record, "answers").slice(0, MAX_ANSWERS);
  const answers: DnsAnswer[] = [];
  const asked = field(record, "qtype") ?? field(record, "qtype_name");
  const query = text(record, "query");
  if (items.length === 0 || query === null || (asked !== undefined && !ADDRESS_TYPES.has(asked))) {
    return { answers, answered: items.length > 0 };
  }
  const name = parseFqdn(query);
  if (name === null) {
    ledger.reject("invalid-name", line);
    return { answers, answered: true };
  }
  const ttls = list(record, "TTLs");
  const chain: Fqdn[] = [];
  let least: number | null = null;
  for (const [i, item] of items.entries()) {
    const ttl = ttls[i];
    const seconds = typeof ttl === "number" && ttl >= 0 ? Math.trunc(ttl) : null;
    const address = typeof item === "string" ? parseAddress(item) : null;
    const alias = address === null && typeof item === "string" ? parseFqdn(item) : null;
    if (address !== null) answers.push(answerOf(record, line, name, [...chain], address, lesser(least, seconds)));
    else if (alias !== null) {
      chain.push(alias);
      least = lesser(least, seconds);
    } else ledger.reject("unusable-answer", line);
  }
  return { answers, answered: true };
}

function answerOf(
  record: JsonObject,
  line: number,
  name: Fqdn,
  chain: readonly Fqdn[],
  address: DnsAnswer["address"],
  ttl: number | null,
): DnsAnswer {
  const ts = field(record, "ts");
  const asked = typeof ts === "string" || typeof ts === "number" ? readTime(ts) : null;
  const rtt = number(record, "rtt") ?? 0;
  return {
    ...spokenBy(parseAddress(text(record, "id.resp_h") ?? ""), readPort(number(record, "id.resp_p") ?? 0)),
    client: parseAddress(text(record, "id.orig_h") ?? ""),
    name,
    chain,
    address,
    ttl,
    at: asked === null || rtt < 0 ? asked : asked + Math.round(rtt * SECOND),
    record: line,
  };
}

function lesser(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
