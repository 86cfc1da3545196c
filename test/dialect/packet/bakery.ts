/** A bakery's checkout, as a candidate: every shape of rule that a packet filter prints or has to leave out. */
import { type Address, parseAddress } from "../../../src/model/address.ts";
import { type Candidate, CANDIDATE_SCHEMA, type CandidateRule } from "../../../src/model/candidate.ts";
import type { Transport } from "../../../src/model/flow.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { type Instant, parseInstant } from "../../../src/model/instant.ts";

export const NOW: Instant = parseInstant("2026-11-21T00:00:00Z") ?? 0;

export const HOSTILE = 'because "it\'s"; $(reboot) `id` | </script>\n\u001B[31m *bold* \\ ⏰ # };accept';

export interface Sketch {
  readonly name?: string;
  readonly addresses?: readonly string[];
  readonly transport?: Transport;
  readonly port?: number | null;
  readonly expires?: string;
  readonly changes?: Partial<CandidateRule>;
}

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(`${text} is no address`);
  return parsed;
}

function ruleOf(sketch: Sketch, index: number): CandidateRule {
  const { name = null, addresses = [], transport = "tcp", port = 443, expires = "2027-02-19T00:00:00Z" } = sketch;
  const known = addresses.map(address);
  return {
    id: (0xb4ce_0000_0000 + index).toString(16),
    effect: "permit",
    endpoint: {
      name: name === null ? null : parseFqdn(name),
      address: name === null ? (known[0] ?? null) : null,
      transport,
      port,
    },
    via: null,
    access: ["connect"],
    addresses: known,
    expires,
    review: "unreviewed",
    reason: "the till calls it at every sale",
    owner: null,
    evidence: {
      runs: 5,
      of: 7,
      runsBefore: 0,
      nameSource: name === null ? null : "tls-sni",
      connections: 12,
      established: 12,
      firstSeen: null,
      lastSeen: null,
      ambiguous: false,
      deniedOnly: false,
    },
    otherNames: [],
    tags: [],
    flags: [],
    signals: [],
    exposure: { addresses: known.length },
    strategies: [],
    chosen: { kind: "observed", detail: "", prefixes: [], reason: "no hit rate was asked for", enough: null },
    ...sketch.changes,
  };
}

export function candidateOf(sketches: readonly Sketch[]): Candidate {
  return {
    _schema: CANDIDATE_SCHEMA,
    default: "deny",
    proposedAt: "2026-11-21T00:00:00Z",
    runs: 7,
    reviewed: false,
    rules: sketches.map(ruleOf),
    notProposed: [],
    patterns: [],
    notExpressed: [],
    lapsed: [],
  };
}

export const BAKERY: Candidate = candidateOf([
  { name: "api.flour.example", addresses: ["192.0.2.1", "192.0.2.2", "2001:db8::1"] },
  {
    name: "cdn.flour.example",
    addresses: ["192.0.2.1"],
    changes: { review: "approved", owner: "baker@flour.example" },
  },
  {
    name: "ntp.oven.example",
    addresses: ["203.0.113.7", "2001:db8::7"],
    transport: "udp",
    port: 123,
    expires: "2027-05-20T00:00:00Z",
  },
  { addresses: ["198.51.100.9"], port: 5432, changes: { reason: HOSTILE, owner: HOSTILE } },
  {
    addresses: ["203.0.113.53"],
    transport: "udp",
    port: 53,
    changes: { review: "infrastructure", reason: "the runs' own resolver" },
  },
  { name: `${"crumb-".repeat(9)}.${"loaf-".repeat(11)}.${"oven-".repeat(11)}.example`, addresses: ["192.0.2.40"] },
  { name: "signalling.example", addresses: ["192.0.2.60", "2001:db8::60"], transport: "sctp", port: 2905 },
  { addresses: ["192.0.2.70"], transport: "icmp", port: null },
  { addresses: ["2001:db8::70"], transport: "icmpv6", port: null },
  { name: "far.future.example", addresses: ["192.0.2.80"], expires: "2050-01-01T00:00:00Z" },
  { name: "stale.bread.example", addresses: ["192.0.2.90"], expires: "2026-11-20T00:00:00Z" },
  { name: "names-only.example" },
  { name: "no-port.example", addresses: ["192.0.2.91"], port: null },
  {
    name: "tunnelled.example",
    addresses: ["192.0.2.92"],
    changes: { via: { kind: "http-connect", address: address("192.0.2.99"), port: 3128 } },
  },
  { addresses: ["2001:db8::71"], transport: "icmp", port: null },
]);

export const AT_OUTPUT = { hook: "output", source: null, interface: null } as const;
