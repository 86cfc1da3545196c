/** Short builders for tests: everything has a plain default, a test states only what it is about. */
import { type Address, parseAddress } from "../../src/model/address.ts";
import type { Candidate, CandidateRule } from "../../src/model/candidate.ts";
import type { DnsAnswer, Flow, NameClaim, RunFacts } from "../../src/model/flow.ts";
import { type Fqdn, parseFqdn } from "../../src/model/fqdn.ts";
import { type Instant, parseInstant } from "../../src/model/instant.ts";
import type { Observation, RunRecord } from "../../src/model/observation.ts";

export const address = (text: string): Address => {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(`${text} is no address`);
  return parsed;
};

export const fqdn = (text: string): Fqdn => {
  const parsed = parseFqdn(text);
  if (parsed === null) throw new Error(`${text} is no name`);
  return parsed;
};

export const instant = (text: string): Instant => {
  const parsed = parseInstant(text);
  if (parsed === null) throw new Error(`${text} is no time`);
  return parsed;
};

export const NOON: Instant = instant("2026-11-01T12:00:00Z");
const CLIENT: Address = address("10.0.0.2");

export const claim = (name: string, source: NameClaim["source"] = "tls-sni", record = 1): NameClaim => ({
  source,
  name: fqdn(name),
  record,
});

export function flow(to: string, port: number | null, more: Partial<Flow> = {}): Flow {
  return {
    transport: "tcp",
    originator: { address: CLIENT, port: 40_000 },
    responder: { address: address(to), port },
    state: "established",
    outcome: "allowed",
    connections: 1,
    firstSeen: NOON,
    lastSeen: NOON,
    bytesOut: 10,
    bytesIn: 20,
    claims: [],
    literals: [],
    tunnels: [],
    workload: null,
    tool: null,
    process: null,
    flags: [],
    ...more,
  };
}

export function answer(name: string, to: string, more: Partial<DnsAnswer> = {}): DnsAnswer {
  return {
    source: "dns",
    name: fqdn(name),
    chain: [],
    address: address(to),
    ttl: 60,
    client: CLIENT,
    resolver: address("10.0.0.53"),
    resolverPort: 53,
    at: NOON - 1_000_000,
    record: 1,
    ...more,
  };
}

export const facts = (more: Partial<RunFacts> = {}): RunFacts => ({
  format: "pcap",
  records: 0,
  flows: 0,
  firstSeen: null,
  lastSeen: null,
  rejected: new Map(),
  rejectedAt: new Map(),
  blindSpots: [],
  ...more,
});

export function observation(
  run: string,
  name: string | null,
  at: string,
  more: Partial<Observation> = {},
): Observation {
  return {
    _schema: "sallyport/observation/v1",
    kind: "observation",
    run,
    transport: "tcp",
    name: name === null ? null : fqdn(name),
    nameSource: name === null ? null : "tls-sni",
    otherNames: [],
    address: address(at),
    port: 443,
    outcome: "allowed",
    connections: 1,
    established: 1,
    bytesOut: 10,
    bytesIn: 20,
    firstSeen: "2026-11-01T12:00:00.000000Z",
    lastSeen: "2026-11-01T12:00:00.000000Z",
    workload: null,
    tool: null,
    process: null,
    flags: [],
    ...more,
  };
}

export const runRecord = (run: string, more: Partial<RunRecord> = {}): RunRecord => ({
  _schema: "sallyport/observation/v1",
  kind: "run",
  run,
  source: run,
  sha256: null,
  format: "pcap",
  firstSeen: null,
  lastSeen: null,
  records: 1,
  flows: 1,
  rejected: {},
  blindSpots: [],
  ...more,
});

export function rule(
  name: string | null,
  addresses: readonly string[],
  more: Partial<CandidateRule> = {},
): CandidateRule {
  const parsed = addresses.map(address);
  return {
    id: "0123456789ab",
    effect: "permit",
    endpoint: {
      name: name === null ? null : fqdn(name),
      address: name === null ? (parsed[0] ?? null) : null,
      transport: "tcp",
      port: 443,
    },
    via: null,
    access: ["connect"],
    addresses: parsed,
    expires: "2027-02-01T00:00:00Z",
    review: "unreviewed",
    reason: "seen in 2 of 3 runs; nobody has said why yet",
    owner: null,
    evidence: {
      runs: 2,
      of: 3,
      runsBefore: 0,
      nameSource: name === null ? null : "tls-sni",
      connections: 4,
      established: 4,
      firstSeen: "2026-11-01T12:00:00.000000Z",
      lastSeen: "2026-11-02T12:00:00.000000Z",
      ambiguous: false,
      deniedOnly: false,
    },
    otherNames: [],
    tags: [],
    flags: [],
    signals: [],
    exposure: { addresses: parsed.length },
    strategies: [],
    chosen: { kind: "observed", detail: "", prefixes: [], reason: "no hit rate was asked for", enough: null },
    ...more,
  };
}

export const candidate = (rules: readonly CandidateRule[], more: Partial<Candidate> = {}): Candidate => ({
  _schema: "sallyport/candidate/v1",
  default: "deny",
  proposedAt: "2026-11-21T00:00:00Z",
  runs: 3,
  reviewed: true,
  rules,
  notProposed: [],
  patterns: [],
  notExpressed: [],
  lapsed: [],
  ...more,
});
