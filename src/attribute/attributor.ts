/** Flows and name evidence of one run become observations: an endpoint, by name where we know it. */
import type { Address } from "../model/address.ts";
import { sortedUnique } from "../model/compare.ts";
import type { DnsAnswer, Flow, NameClaim, RunFacts, RunSink, TunnelRequest } from "../model/flow.ts";
import { NAME_SOURCES } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { formatInstant, type Instant } from "../model/instant.ts";
import {
  compareObservations,
  type Observation,
  OBSERVATION_SCHEMA,
  type ObservedRun,
  type RunRecord,
} from "../model/observation.ts";
import { joinFacts } from "./facts.ts";
import { Accumulator, type Attribution } from "./accumulate.ts";
import { DnsTable } from "./dns-table.ts";
import { destinationFlags } from "./infrastructure.ts";

/** Observation lines kept for one run: a scan of the whole address space must not grow memory without end. */
const MAX_LINES = 200_000;

/** Addresses remembered for having answered DNS. */
const MAX_RESOLVERS = 10_000;

/** Names of an address shown beside its lines, in all: a thousand names of an address with a thousand ports are a million. */
const MAX_ALSO_NAMED = 1_000_000;

const CLOSED_EARLY = "a run was finished before its reader closed it";

export class Attributor implements RunSink {
  private readonly run: string;
  private readonly source: string;
  private readonly dns = new DnsTable();
  private readonly lines = new Map<string, Accumulator>();
  private readonly resolvers = new Set<string>();
  private readonly rejected = new Map<string, number>();
  private overflow = 0;
  /** Names that found no room in their lines. */
  private crowded = 0;
  /** How many names may still be shown beside lines. */
  private room = MAX_ALSO_NAMED;
  private facts: RunFacts | null = null;

  constructor(run: string, source: string) {
    this.run = run;
    this.source = source;
  }

  answer(answer: DnsAnswer): void {
    this.dns.add(answer);
    const { source, resolver } = answer;
    if (source !== "dns" || resolver === null || this.resolvers.has(resolver)) return;
    if (this.resolvers.size < MAX_RESOLVERS) this.resolvers.add(resolver);
    else this.reject("resolver-table-full");
  }

  flow(flow: Flow): void {
    for (const tunnel of flow.tunnels) this.add(flow, this.tunnelled(flow, tunnel));
    this.add(flow, flow.tunnels.length > 0 ? this.toProxy(flow) : this.direct(flow));
  }

  /** Once for each reader of the run. */
  close(facts: RunFacts): void {
    this.facts = this.facts === null ? facts : joinFacts(this.facts, facts);
  }

  /** Something about the input as a whole that could not be used. */
  reject(reason: string): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
  }

  /** `sha256` of the run's files, where it was asked for. */
  finish(sha256: string | null): ObservedRun {
    if (this.facts === null) throw new Error(CLOSED_EARLY);
    const observations: Observation[] = [];
    for (const [key, line] of this.lines) {
      observations.push(this.observation(line));
      this.crowded += line.overflow;
      // A line is one or the other: both at once would be the run's highest memory.
      this.lines.delete(key);
    }
    return { run: this.record(this.facts, sha256), observations: observations.sort(compareObservations) };
  }

  private observation(line: Accumulator): Observation {
    const { address, port, via } = line.to;
    // A tunnelled line has the proxy's address: the names that point at the proxy are not names of its target.
    if (address === null || via !== null) return line.observation(this.run, [], []);
    const isResolver = port === 53 && this.resolvers.has(address);
    return line.observation(this.run, this.alsoNamed(address), isResolver ? ["infrastructure", "resolver"] : []);
  }

  /** Every name that pointed at the address, while there is room for them; then it counts the lines that go without. */
  private alsoNamed(address: Address): readonly Fqdn[] {
    if (this.room === 0) {
      this.reject("too-many-names");
      return [];
    }
    const names = this.dns.namesOf(address);
    const shown = names.slice(0, this.room);
    if (shown.length < names.length) this.reject("too-many-names");
    this.room -= shown.length;
    return shown;
  }

  private add(flow: Flow, to: Attribution): void {
    const key = keyOf(flow, to);
    let line = this.lines.get(key);
    if (line === undefined) {
      if (this.lines.size >= MAX_LINES) {
        this.overflow += flow.connections;
        return;
      }
      line = new Accumulator(to, flow);
      this.lines.set(key, line);
    }
    line.add(flow, to);
  }

  /** What the client said on the flow wins over what a resolver said; without either it stays nameless. */
  private direct(flow: Flow): Attribution {
    const { address, port } = flow.responder;
    const flags = [...ownFlags(flow), ...destinationFlags(address, port, flow.transport)];
    const claims = strongestFirst(flow.claims);
    const [claim] = claims;
    if (claim) {
      const otherNames = sortedUnique(claims.map((c) => c.name)).filter((name) => name !== claim.name);
      return { name: claim.name, nameSource: claim.source, otherNames, cnames: [], address, port, via: null, flags };
    }
    const resolved = address && this.dns.resolve(address, flow.originator.address, flow.firstSeen);
    if (!resolved) {
      return { name: null, nameSource: null, otherNames: [], cnames: [], address, port, via: null, flags };
    }
    if (resolved.ambiguous) flags.push("ambiguous");
    const { name, source: nameSource, chain: cnames } = resolved;
    return { name, nameSource, otherNames: [], cnames, address, port, via: null, flags };
  }

  /** The claims on a tunnel's flow speak of its target, so the proxy itself is named by DNS alone. */
  private toProxy(flow: Flow): Attribution {
    const proxy = this.direct({ ...flow, claims: [] });
    return { ...proxy, flags: [...proxy.flags, "proxy"] };
  }

  /** What was asked for, reached through the proxy; an address asked for stays an address. */
  private tunnelled(flow: Flow, tunnel: TunnelRequest): Attribution {
    const via = { kind: tunnel.kind, address: flow.responder.address, port: flow.responder.port };
    const [inner] = strongestFirst(flow.claims);
    const name = tunnel.name ?? inner?.name ?? null;
    return {
      name,
      nameSource: tunnel.name ? tunnel.kind : (inner?.source ?? null),
      otherNames: sortedUnique(flow.claims.map((c) => c.name)).filter((other) => other !== name),
      cnames: [],
      address: tunnel.name === null && tunnel.address !== null ? tunnel.address : flow.responder.address,
      port: tunnel.port,
      via,
      flags: ownFlags(flow),
    };
  }

  private record(facts: RunFacts, sha256: string | null): RunRecord {
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
      blindSpots: sortedUnique(facts.blindSpots),
    };
  }
}

/** `dns` is ingestion's word for "carried answers"; the run's end turns it into `resolver`. */
function ownFlags(flow: Flow): string[] {
  const flags = flow.flags.filter((flag) => flag !== "dns");
  return flags.includes("neighbour-discovery") ? [...flags, "infrastructure"] : flags;
}

function strongestFirst(claims: readonly NameClaim[]): readonly NameClaim[] {
  if (claims.length < 2) return claims;
  const rank = (claim: NameClaim): number => NAME_SOURCES.indexOf(claim.source);
  return claims.toSorted((a, b) => rank(a) - rank(b) || a.record - b.record);
}

function keyOf(flow: Flow, to: Attribution): string {
  const via = to.via ? `${to.via.kind} ${to.via.address ?? ""} ${to.via.port ?? ""}` : "";
  const who = `${flow.workload ?? ""}|${flow.tool ?? ""}|${flow.process ?? ""}`;
  return `${flow.transport}|${to.name ?? ""}|${to.address ?? ""}|${to.port ?? ""}|${via}|${flow.outcome}|${who}`;
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

function format(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
