/** Flows and name evidence of one run become observations: an endpoint, by name where we know it. */
import type { Address } from "../model/address.ts";
import { sortedUnique } from "../model/compare.ts";
import type { DnsAnswer, Flow, NameClaim, RunFacts, RunSink, TunnelRequest } from "../model/flow.ts";
import { isLinkSource } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { formatInstant, type Instant } from "../model/instant.ts";
import {
  compareObservations,
  OBSERVATION_SCHEMA,
  type RunInLines,
  type RunRecord,
  type Via,
} from "../model/observation.ts";
import { joinFacts } from "./facts.ts";
import { Accumulator, type Attribution, type Kind } from "./accumulate.ts";
import { DnsTable } from "./dns-table.ts";
import { FlagTable } from "./flag-table.ts";
import { Hidden } from "./hidden.ts";
import { isLinkName } from "./link-names.ts";
import { destinationFlags } from "./infrastructure.ts";
import { isPublicResolver } from "./public-resolvers.ts";
import { namesIn, ownFlags, sortSpoken, type Spoken, strongestFirst, toProxy, tunnelled } from "./spoken.ts";

const DNS_PORT = 53;

/** Observation lines kept for one run: a scan of the whole address space must not grow memory without end. */
const MAX_LINES = 200_000;

/** Addresses remembered for having answered DNS. */
const MAX_RESOLVERS = 10_000;

/** Names of an address shown beside its lines, in all: a thousand names of an address with a thousand ports are a million. */
const MAX_ALSO_NAMED = 1_000_000;

const NONE: readonly never[] = [];

const CLOSED_EARLY = "a run was finished before its reader closed it";

/** Kinds have numbers because their texts would be most of a line's key. */
type Numbered = Kind & { readonly number: number };

type Told = (flow: Flow, to: Attribution) => void;

export class Attributor implements RunSink {
  private readonly run: string;
  private readonly source: string;
  private readonly dns = new DnsTable();
  private readonly lines = new Map<string, Accumulator>();
  private readonly kinds = new Map<string, Numbered>();
  /** Of the flow before, whose kind is mostly that of the next. */
  private latestKind: Numbered | null = null;
  private readonly flagTable = new FlagTable();
  private readonly resolvers = new Set<string>();
  private readonly rejected = new Map<string, number>();
  private overflow = 0;
  private readonly told: Told | null;
  /** Names that found no room in their lines. */
  private crowded = 0;
  /** How many names may still be shown beside lines. */
  private room = MAX_ALSO_NAMED;
  private facts: RunFacts | null = null;

  /** `told`, where given, hears of each flow what it was attributed to. */
  constructor(run: string, source: string, told: Told | null = null) {
    this.run = run;
    this.source = source;
    this.told = told;
  }

  answer(answer: DnsAnswer): void {
    if (isLinkSource(answer.source) && !isLinkName(answer.name, answer.source)) {
      this.reject("beyond-link-name");
      return;
    }
    this.dns.add(answer);
    // At another port anybody can answer, to look like the network's own traffic.
    const isAtHome = answer.resolverPort === null || answer.resolverPort === DNS_PORT;
    const { source, resolver } = answer;
    if (source !== "dns" || resolver === null || !isAtHome || this.resolvers.has(resolver)) return;
    if (this.resolvers.size < MAX_RESOLVERS) this.resolvers.add(resolver);
    else this.reject("resolver-table-full");
  }

  flow(flow: Flow): void {
    if (flow.tunnels.length === 0) {
      this.add(flow, this.direct(flow, flow));
      return;
    }
    const { proxied, inside, own } = sortSpoken(flow, (request) => this.isOrigin(flow, request));
    // How many of its bytes went where is not known of a flow that served several requests.
    const share = proxied.length > 1 ? withoutTraffic(flow) : flow;
    for (const request of proxied) {
      this.add(share, tunnelled(flow, request, inside(request)));
    }
    const direct = this.direct(flow, own);
    this.add(flow, proxied.length === 0 ? direct : toProxy(direct, proxied));
  }

  /** Once for each reader of the run. */
  close(facts: RunFacts): void {
    this.facts = this.facts === null ? facts : joinFacts(this.facts, facts);
  }

  /** Something about the input as a whole that could not be used. */
  reject(reason: string): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
  }

  /** `sha256` of the run's files, where it was asked for. Nothing may be added any more. */
  finish(sha256: string | null): RunInLines {
    if (this.facts === null) throw new Error(CLOSED_EARLY);
    const { run } = this;
    const lines = [...this.lines.values()];
    // The keys are as large as the lines.
    this.lines.clear();
    // Most lines have neither.
    const alsoNamed = new Map<Accumulator, readonly Fqdn[]>();
    const alsoFlagged = new Map<Accumulator, readonly string[]>();
    const hidden = new Hidden();
    for (const line of lines) {
      this.crowded += line.overflow;
      const names = this.alsoNamed(line);
      if (names.length > 0) alsoNamed.set(line, names);
      const flags = this.lineFlags(line);
      if (flags.length > 0) alsoFlagged.set(line, flags);
      hidden.add(line.outcome, line.marks);
      hidden.add(line.outcome, flags);
    }
    const record = this.record(this.facts, hidden.blindSpots, sha256);
    lines.sort(compareObservations);
    const observations = {
      *[Symbol.iterator]() {
        for (const line of lines) {
          yield line.observation(run, alsoNamed.get(line) ?? NONE, alsoFlagged.get(line) ?? NONE);
        }
      },
    };
    return { run: record, observations };
  }

  /**
   * What a line's destination alone deserves, and what only the whole run, or the whole world, can tell of it: that it
   * resolves names.
   */
  private lineFlags({ name, address, port, via, transport }: Accumulator): string[] {
    const own = via === null || address !== via.address ? address : null;
    const flags = isPublicResolver(name, own, port, transport) ? ["doh-resolver"] : [];
    if (via !== null) return flags;
    flags.push(...destinationFlags(address, port, transport));
    if (port === DNS_PORT && address !== null && this.resolvers.has(address)) flags.push("infrastructure", "resolver");
    return flags;
  }

  /** Every name that pointed at the address, while there is room for them; then it counts the lines that go without. */
  private alsoNamed({ address, via, nameSource }: Accumulator): readonly Fqdn[] {
    // A tunnelled line has the proxy's address: the names that point at the proxy are not names of its target.
    if (address === null || via !== null) return NONE;
    if (this.room === 0) {
      this.reject("too-many-names");
      return NONE;
    }
    const names = this.dns.namesOf(address, nameSource);
    const shown = names.slice(0, this.room);
    if (shown.length < names.length) this.reject("too-many-names");
    this.room -= shown.length;
    return shown;
  }

  private add(flow: Flow, to: Attribution): void {
    this.told?.(flow, to);
    const kind = this.kindOf(flow, to.via);
    // Joined: V8 keeps what a template made as a tree of its pieces, five times as large.
    const key = [to.name, to.address, to.port, kind?.number].join("|");
    let line = this.lines.get(key);
    if (line === undefined) {
      if (kind === null || this.lines.size >= MAX_LINES) {
        this.overflow += flow.connections;
        return;
      }
      line = new Accumulator(to, kind);
      this.lines.set(key, line);
    }
    line.add(flow, to, this.flagTable);
  }

  /** Null where there is no room for a line of a new one. */
  private kindOf(flow: Flow, via: Via | null): Numbered | null {
    if (this.latestKind !== null && via === null && isOfKind(flow, this.latestKind)) return this.latestKind;
    const text = kindText(flow, via);
    let kind = this.kinds.get(text);
    if (kind === undefined) {
      if (this.lines.size >= MAX_LINES) return null;
      const { transport, outcome, workload, tool, process } = flow;
      // A whole flow would keep its parts from being freed.
      kind = { transport, outcome, workload, tool, process, via, number: this.kinds.size };
      this.kinds.set(text, kind);
    }
    this.latestKind = kind;
    return kind;
  }

  /**
   * Whether a request for a whole URL was made of the very server that the URL names, which must take it (RFC 9112
   * §3.2.2), although clients must not make it so (§3.2.1). Without evidence for that it was made of a proxy.
   */
  private isOrigin({ originator, responder, firstSeen }: Flow, request: TunnelRequest): boolean {
    const { kind, name, port } = request;
    const { address } = responder;
    if (kind !== "http-forward" || port !== responder.port || address === null) return false;
    if (name === null) return request.address === address;
    return this.dns.pointsAt(name, address, originator.address, firstSeen);
  }

  /** What the client said on the flow wins over what a resolver said; without either it stays nameless. */
  private direct(flow: Flow, { claims, literals }: Spoken): Attribution {
    const { address, port } = flow.responder;
    const own = ownFlags(flow);
    // Hundreds of thousands of lines have one name and no other.
    const [claim] = strongestFirst(claims);
    const isAlone = literals.length === 0 && claims.length === (claim ? 1 : 0);
    const otherNames = isAlone ? NONE : namesIn({ claims, literals });
    if (claim) {
      const isContradicted = address !== null && this.isContradicted(flow, claim, address);
      const flags = isContradicted ? [...own, "dns-mismatch"] : own;
      const { name, source: nameSource } = claim;
      return { name, nameSource, otherNames, cnames: NONE, address, port, via: null, flags };
    }
    // A client that calls the endpoint by its very address did not go by a name.
    const isByAddress = literals.some((literal) => literal.address === address);
    const resolved = address && !isByAddress && this.dns.resolve(address, flow.originator.address, flow.firstSeen);
    if (!resolved)
      return { name: null, nameSource: null, otherNames, cnames: NONE, address, port, via: null, flags: own };
    const flags = resolved.ambiguous ? [...own, "ambiguous"] : own;
    const { name, source: nameSource, chain: cnames } = resolved;
    return { name, nameSource, otherNames, cnames, address, port, via: null, flags };
  }

  /** What a client says where it begins is held against what it had been told; a request for a proxy is about others. */
  private isContradicted(flow: Flow, claim: NameClaim, address: Address): boolean {
    if (claim.source === "log" || flow.state === "midstream" || flow.flags.includes("absolute-form")) return false;
    return this.dns.contradicts(claim.name, address, flow.originator.address, flow.firstSeen);
  }

  private record(facts: RunFacts, hidden: ReadonlySet<string>, sha256: string | null): RunRecord {
    const rejected = new Map(facts.rejected);
    for (const [reason, count] of this.rejected) rejected.set(reason, (rejected.get(reason) ?? 0) + count);
    if (this.overflow > 0) rejected.set("observation-table-full", this.overflow);
    if (this.crowded > 0) rejected.set("too-many-names", (rejected.get("too-many-names") ?? 0) + this.crowded);
    if (this.dns.overflow > 0) rejected.set("dns-table-full", this.dns.overflow);
    const places = Object.fromEntries([...facts.rejectedAt].sort(byKey));
    return {
      _schema: OBSERVATION_SCHEMA,
      kind: "run",
      run: this.run,
      source: this.source,
      sha256,
      format: facts.format,
      firstSeen: format(facts.firstSeen),
      lastSeen: format(facts.lastSeen),
      records: facts.records,
      flows: facts.flows,
      rejected: Object.fromEntries([...rejected].sort(byKey)),
      ...(facts.rejectedAt.size > 0 && { rejectedAt: places }),
      blindSpots: sortedUnique([...facts.blindSpots, ...hidden]),
    };
  }
}

function isOfKind({ transport, outcome, workload, tool, process }: Flow, kind: Kind): boolean {
  if (kind.via !== null || kind.transport !== transport || kind.outcome !== outcome) return false;
  return kind.workload === workload && kind.tool === tool && kind.process === process;
}

function kindText({ transport, outcome, workload, tool, process }: Flow, via: Via | null): string {
  const who =
    workload === null && tool === null && process === null ? "||" : `${workload ?? ""}|${tool ?? ""}|${process ?? ""}`;
  return `${transport}|${outcome}|${via === null ? "" : `${via.kind} ${via.address ?? ""} ${via.port ?? ""}`}|${who}`;
}

function withoutTraffic({ packetsOut: _out, packetsIn: _in, ...flow }: Flow): Flow {
  return { ...flow, bytesOut: null, bytesIn: null };
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

function format(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
