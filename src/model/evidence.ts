/** `sallyport/evidence/v1`: observations merged over runs, keeping the (endpoint, run) incidence and not just counts. */
import type { Address } from "./address.ts";
import { compareNumbers, compareText } from "./compare.ts";
import type { NameSource, OtherName, Outcome, Transport } from "./flow.ts";
import type { Fqdn } from "./fqdn.ts";
import type { RunRecord, Via } from "./observation.ts";

export const EVIDENCE_SCHEMA = "sallyport/evidence/v1";

/** An FQDN, or an address where no name is known (exactly one of the two), by transport and port. */
export interface EndpointKey {
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly transport: Transport;
  readonly port: number | null;
  readonly via: Via | null;
}

/** What was seen of an endpoint, in one run or in all. */
interface Seen {
  readonly addresses: readonly Address[];
  /** Strongest first. */
  readonly nameSources: readonly NameSource[];
  readonly otherNames: readonly OtherName[];
  readonly cnames: readonly Fqdn[];
  /** Connections by outcome. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly established: number;
  readonly bytesOut: number | null;
  readonly bytesIn: number | null;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly workloads: readonly string[];
  readonly tools: readonly string[];
  readonly processes: readonly string[];
  /** A union, except `midstream` and `ambiguous`, which stand only if all have them. */
  readonly flags: readonly string[];
}

export interface Incidence extends Seen {
  readonly run: string;
}

/** The sums over its incidence; each is derived, and written so that a reader need not derive it. */
export interface EndpointSummary extends Seen {
  readonly runsSeen: number;
  readonly runsTotal: number;
  readonly connections: number;
}

export interface EndpointEvidence extends EndpointKey, EndpointSummary {
  /** Sorted by run. */
  readonly incidence: readonly Incidence[];
}

export interface Evidence {
  readonly _schema: typeof EVIDENCE_SCHEMA;
  readonly runs: readonly RunRecord[];
  readonly endpoints: readonly EndpointEvidence[];
}

export function endpointKey(e: EndpointKey): string {
  const via = e.via ? `${e.via.kind} ${e.via.address ?? ""} ${e.via.port ?? ""}` : "";
  return [e.name ?? "", e.address ?? "", e.transport, e.port ?? "", via].join("|");
}

/** Named endpoints by name, then the nameless by address; then transport, port, proxy. */
export function compareEndpoints(a: EndpointKey, b: EndpointKey): number {
  return (
    Number(a.name === null) - Number(b.name === null) ||
    compareText(a.name ?? "", b.name ?? "") ||
    compareText(a.address ?? "", b.address ?? "") ||
    compareText(a.transport, b.transport) ||
    compareNumbers(a.port, b.port) ||
    compareText(endpointKey(a), endpointKey(b))
  );
}

/** `api.openai.com:443/tcp`, `[2001:db8::1]:53/udp`, `192.0.2.1/icmp`: how an endpoint is written in prose. */
export function formatEndpoint(e: {
  name: string | null;
  address: string | null;
  transport: string;
  port: number | null;
}): string {
  const host = e.name ?? (e.address?.includes(":") ? `[${e.address}]` : e.address) ?? "unknown";
  return e.port === null ? `${host}/${e.transport}` : `${host}:${e.port}/${e.transport}`;
}
