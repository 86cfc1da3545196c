/** The values every log writes in its own way: transports, ports, times, names, outcomes. */
import { type Address, parseAddress } from "../../model/address.ts";
import type { Outcome, Transport } from "../../model/flow.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import { type Instant, parseInstant, SECOND } from "../../model/instant.ts";

/** What a log may hold for a host. An address literal is no name. */
export type Host =
  | { readonly kind: "name"; readonly name: Fqdn }
  | { readonly kind: "literal"; readonly address: Address }
  | { readonly kind: "invalid" };

const TRANSPORTS: ReadonlyMap<string, Transport> = new Map([
  ["tcp", "tcp"],
  ["tcp4", "tcp"],
  ["tcp6", "tcp"],
  ["6", "tcp"],
  ["udp", "udp"],
  ["udp4", "udp"],
  ["udp6", "udp"],
  ["17", "udp"],
  ["sctp", "sctp"],
  ["132", "sctp"],
  ["icmp", "icmp"],
  ["icmpv4", "icmp"],
  ["1", "icmp"],
  ["icmpv6", "icmpv6"],
  ["icmp6", "icmpv6"],
  ["ipv6-icmp", "icmpv6"],
  ["58", "icmpv6"],
]);

/** A transport by name or IANA number. Null for everything else: `https` can be TCP and UDP, so it says neither. */
export function readTransport(value: string | number): Transport | null {
  return TRANSPORTS.get(String(value).toLowerCase()) ?? null;
}

export function hasPorts(transport: Transport): boolean {
  return transport !== "icmp" && transport !== "icmpv6";
}

/** A count of bytes. */
export function readCount(value: string | number): number | null {
  const count = typeof value === "number" ? value : /^\d{1,15}$/.test(value) ? Number(value) : -1;
  return Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** A port that a connection can go to: 1 to 65535. */
export function readPort(value: string | number): number | null {
  const port = typeof value === "number" ? value : /^\d{1,5}$/.test(value) ? Number(value) : 0;
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : null;
}

/** Year 2255 in microseconds: beyond it a number is no longer exact, and no log has been there. */
const LATEST = 9_000_000_000 * SECOND;

/**
 * An epoch in seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude: each unit covers 1973 to
 * 2255 without touching the next.
 */
function readEpoch(value: number): Instant | null {
  if (!(value >= 0)) return null;
  const micros = value < 1e11 ? value * 1e6 : value < 1e14 ? value * 1e3 : value < 1e17 ? value : value / 1e3;
  const at = Math.round(micros);
  return at < LATEST ? at : null;
}

/** RFC 3339, or an epoch written as text. */
export function readTime(value: string | number): Instant | null {
  if (typeof value === "number") return readEpoch(value);
  if (value.length > 40) return null;
  return /^\d{1,19}(\.\d{1,9})?$/.test(value) ? readEpoch(Number(value)) : parseInstant(value);
}

const INVALID: Host = { kind: "invalid" };

/** A host as a client or log wrote it: without its port and brackets. */
export function readHost(value: string): Host {
  if (value.length > 300) return INVALID;
  const bare = value.replace(/:\d{1,5}$/, "");
  const address = parseAddress(value) ?? parseAddress(bare.replace(/^\[(.*)\]$/, "$1"));
  if (address !== null) return { kind: "literal", address };
  const name = parseFqdn(bare);
  return name === null ? INVALID : { kind: "name", name };
}

const DENIED = new Set(
  "deny denied denies block blocked drop dropped reject rejected forbid forbidden disallow disallowed refuse prevented quarantined".split(
    " ",
  ),
);
const FAILED = new Set("fail failed failure error errored timeout timed_out unreachable refused aborted".split(" "));

/** What a decision word says. A word that says nothing of denial or failure leaves a logged connection allowed. */
export function readOutcome(value: string): Outcome {
  const word = value.toLowerCase();
  return DENIED.has(word) ? "denied" : FAILED.has(word) ? "failed" : "allowed";
}
