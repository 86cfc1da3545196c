/** The connections.log of the Bullfrog egress agent: one decision a line. */
import { familyOf, parseAddress } from "../../../model/address.ts";
import { safeLabel } from "../../../model/label.ts";
import { field, type JsonObject, number, text } from "../json.ts";
import { hasPorts, readHost, readOutcome, readPort, readTime, readTransport } from "../values.ts";
import { flowOf, type LineFormat } from "./adapter.ts";

export function isBullfrog(record: JsonObject): boolean {
  return text(record, "decision") !== null && (field(record, "dstIP") ?? field(record, "dstPort")) !== undefined;
}

export const bullfrog: LineFormat = {
  fromText: null,
  fromJson(record, line) {
    if (!isBullfrog(record)) return null;
    const host = told(record, "domain");
    const named = host === null ? null : readHost(host);
    const written = told(record, "dstIP");
    const address = written === null ? null : parseAddress(written);
    const port = readPort(number(record, "dstPort") ?? 0);
    if (written !== null && address === null) return { unusable: "bad-address" };
    if (address === null && (named?.kind !== "name" || port === null)) return { unusable: "no-endpoint" };
    const protocol = told(record, "protocol");
    if (protocol === null) return { unusable: "no-protocol" };
    const transport = readTransport(protocol);
    if (transport === null) return { unusable: "unknown-protocol" };
    const process = told(record, "processName");
    const at = field(record, "timestamp");
    const connection = {
      transport: transport === "icmp" && address !== null && familyOf(address) === 6 ? "icmpv6" : transport,
      originator: { address: parseAddress(told(record, "srcIP") ?? told(record, "srcIp") ?? ""), port: null },
      responder: { address, port: hasPorts(transport) ? port : null },
      outcome: readOutcome(text(record, "decision") ?? ""),
      firstSeen: typeof at === "number" || typeof at === "string" ? readTime(at) : null,
      process: process === null ? null : safeLabel(process),
    } as const;
    return flowOf(connection, named, line);
  },
};

/** The agent writes `unknown` for what it could not find out. */
function told(record: JsonObject, path: string): string | null {
  const value = text(record, path);
  return value === "unknown" ? null : value;
}
