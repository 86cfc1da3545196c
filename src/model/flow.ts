/** What ingestion hands to attribution: flows, and the evidence for their names. */
import type { Address } from "./address.ts";
import type { Fqdn } from "./fqdn.ts";
import type { Instant } from "./instant.ts";

export type Transport = "tcp" | "udp" | "sctp" | "icmp" | "icmpv6";

/** After Zeek's conn_state: S0, established (S1, SF, ...), REJ, RST*, OTH. */
export type FlowState = "attempted" | "established" | "rejected" | "reset" | "midstream";

/** `denied`: a sandbox or proxy blocked it. `failed`: it was tried and did not come about. */
export type Outcome = "allowed" | "denied" | "failed";

/** Why we believe a flow went to a name, strongest first: what the client itself said wins over what a resolver said. */
export const NAME_SOURCES = [
  "http-connect",
  "socks",
  "tls-sni",
  "quic-sni",
  "http-host",
  "log",
  "dns",
  "pcapng-nrb",
  "mdns",
  "llmnr",
  "netbios",
] as const;
export type NameSource = (typeof NAME_SOURCES)[number];

/**
 * Names that hosts of the link say of themselves (RFC 6762, RFC 4795, RFC 1002). Any host there can say any, so they are weaker than
 * everything else, and never mixed with what a resolver said.
 */
export type LinkSource = "mdns" | "llmnr" | "netbios";

/** Who else can say which name an address has: a resolver, a host of the link, the capture file itself. */
export type AnswerSource = "dns" | "pcapng-nrb" | LinkSource;

export function isAnswerSource(source: NameSource): source is AnswerSource {
  return source === "dns" || source === "pcapng-nrb" || isLinkSource(source);
}

export function isLinkSource(source: NameSource): source is LinkSource {
  return source === "mdns" || source === "llmnr" || source === "netbios";
}

/** What else an endpoint was called: a host name, or an address that a client wrote where a name could stand. */
export type OtherName = Fqdn | Address;

interface Endpoint {
  readonly address: Address | null;
  readonly port: number | null;
}

/** `record` is the packet or line number (from 1) that carried something, or completed it. */
interface Recorded {
  readonly record: number;
  /** All packets that hold it, in the order of its bytes; only where it came in several, and the reader was asked to trace or they are fragments. */
  readonly records?: readonly number[];
}

interface Spoken extends Recorded {
  /** The place in `tunnels` of the one that it was said inside, where several are side by side. */
  readonly within?: number;
}

/** A name the client spoke on the flow itself. */
export interface NameClaim extends Spoken {
  readonly source: Exclude<NameSource, "http-connect" | "socks" | AnswerSource>;
  readonly name: Fqdn;
  /** One of several where only one may stand: which of them the server takes cannot be told, so it names nothing. */
  readonly doubted?: true;
}

/** An address that the client spoke where a name could stand: it names nobody, and shows what the client went by. */
export interface LiteralClaim extends Spoken {
  readonly address: Address;
}

/** How a proxy was asked: for a tunnel (CONNECT, SOCKS), or to send on a request for a whole URL (RFC 9112 §3.2.2). */
export const PROXY_KINDS = ["http-connect", "socks", "http-forward"] as const;
export type ProxyKind = (typeof PROXY_KINDS)[number];

/** What a client asked a proxy for; the flow itself is the one to the proxy. */
export interface TunnelRequest extends Recorded {
  readonly kind: ProxyKind;
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly port: number;
}

/** How a packet took part in opening a flow; `first` and `reply` where the protocol has no handshake. */
export type OpeningKind = "syn" | "syn-ack" | "init" | "init-ack" | "first" | "reply" | "refusal";

/** The packets that decided what is told of a flow, by number (from 1, as Wireshark counts frames). */
export interface FlowPackets {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly opening: readonly { readonly kind: OpeningKind; readonly record: number }[];
  /** The first that brought bytes of the client, whatever they are. */
  readonly spoke: number | null;
  /** All that hold the client's hello or request, in the order of its bytes; empty where it said nothing that is read. */
  readonly said: readonly number[];
  /** All that hold what it asked a proxy for. */
  readonly asked: readonly number[];
  /** False: only the packets that completed them are known. */
  readonly whole: boolean;
}

/** One transport conversation (or a log's sum of several alike), originator to responder. */
export interface Flow {
  readonly transport: Transport;
  readonly originator: Endpoint;
  readonly responder: Endpoint;
  readonly state: FlowState;
  readonly outcome: Outcome;
  readonly connections: number;
  readonly firstSeen: Instant | null;
  readonly lastSeen: Instant | null;
  /** Payload bytes originator to responder and back; null where the source does not tell. */
  readonly bytesOut: number | null;
  readonly bytesIn: number | null;
  /** Segments and datagrams both ways; left out where the source does not tell. */
  readonly packetsOut?: number;
  readonly packetsIn?: number;
  readonly claims: readonly NameClaim[];
  readonly literals: readonly LiteralClaim[];
  /** In the order asked. What the client said inside a tunnel (`claims`, `literals`) is about the last one, or the one it is `within`. */
  readonly tunnels: readonly TunnelRequest[];
  readonly workload: string | null;
  readonly tool: string | null;
  readonly process: string | null;
  /** What ingestion noticed, e.g. `ech`, `midstream`, `dns` (it carried DNS answers); a sorted set in outputs. */
  readonly flags: readonly string[];
  /** Only where the reader was asked to trace the flow. */
  readonly packets?: FlowPackets;
}

/** One address out of one DNS response: the name asked for, the CNAMEs on the way, and the address at the end. */
export interface DnsAnswer extends Recorded {
  readonly source: AnswerSource;
  readonly name: Fqdn;
  /** The aliases between `name` and `address`, in order; empty when the name holds the address itself. */
  readonly chain: readonly Fqdn[];
  readonly address: Address;
  /** Least TTL along the chain, seconds; null where the source does not tell. */
  readonly ttl: number | null;
  /** Who it was given to; null where it was for everybody, or the source does not tell. */
  readonly client: Address | null;
  /** Who gave it, and at which port; the port is null where the source does not tell. */
  readonly resolver: Address | null;
  readonly resolverPort: number | null;
  readonly at: Instant | null;
}

/** What is known of a run once its input is read. */
export interface RunFacts {
  readonly format: string;
  readonly records: number;
  readonly flows: number;
  readonly firstSeen: Instant | null;
  readonly lastSeen: Instant | null;
  /** Records that could not be used, counted by reason. */
  readonly rejected: ReadonlyMap<string, number>;
  /** The first few record numbers behind each reason. */
  readonly rejectedAt: ReadonlyMap<string, readonly number[]>;
  /** What this source could not have seen, e.g. `no-dns-seen`. */
  readonly blindSpots: readonly string[];
}

/** Where a reader puts what it found. Answers arrive before the flows that started after them. */
export interface RunSink {
  flow(flow: Flow): void;
  answer(answer: DnsAnswer): void;
  /** Once, after the last flow. */
  close(facts: RunFacts): void;
}

/** A parser that is pushed bytes, so that a file, a pipe and a worker are all the same to it. */
export interface Reader {
  /** Packets or lines read so far, for people who wait; what counts is in {@link RunFacts}. */
  readonly records: number;
  /** @throws InputError with the offset or line when the input cannot be used at all. */
  push(chunk: Uint8Array): void;
  /** The end of one file; a run of several files goes on with the next. */
  endOfFile(): void;
  /** The end of the run: hands over what is still open and closes the sinks. */
  finish(): void;
}

/** How many record numbers are kept for each reason of rejection. */
const KEPT_PLACES = 5;

/** Counts unusable records by reason and remembers where the first ones were. */
export class Rejections {
  readonly counts: Map<string, number> = new Map();
  readonly places: Map<string, number[]> = new Map();

  add(reason: string, record: number, times = 1): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + times);
    const places = this.places.get(reason);
    if (places === undefined) this.places.set(reason, [record]);
    else if (places.length < KEPT_PLACES) places.push(record);
  }
}
