/** Traffic that belongs to the network itself rather than to the workload: kept, and marked. */
import { type Address, isPrivate } from "../model/address.ts";
import type { Transport } from "../model/flow.ts";

/** Services of the network by transport and port (IANA service names). Port 53 is decided by who answered, not here. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ["udp 123", "ntp"],
  ["udp 67", "dhcp"],
  ["udp 68", "dhcp"],
  ["udp 546", "dhcp"],
  ["udp 547", "dhcp"],
  ["udp 5353", "mdns"],
  ["udp 5355", "llmnr"],
  ["tcp 5355", "llmnr"],
]);

/**
 * Instance metadata services hand out credentials. Amazon's with its container and pod services, which Azure, Google,
 * Oracle and others share the first of; Google's over IPv6; Azure's wire server; Alibaba's; Oracle's older one; Scaleway's.
 */
const METADATA: ReadonlySet<string> = new Set([
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "fd00:ec2::254",
  "fd00:ec2::23",
  "fd20:ce::254",
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "169.254.42.42",
  "fd00:42::42",
]);

/** The flags that a destination's address and port alone deserve. */
export function destinationFlags(address: Address | null, port: number | null, transport: Transport): string[] {
  const flags: string[] = [];
  const service = SERVICES.get(`${transport} ${port}`);
  if (service !== undefined && isItsPlace(service, address)) flags.push("infrastructure", service);
  if (address === null) return flags;
  if (METADATA.has(address)) flags.push("metadata");
  else if (isLinkLocal(address)) flags.push("infrastructure", "link-local");
  else if (isMulticast(address)) flags.push("infrastructure", "multicast");
  if (address.startsWith("127.") || address === "::1") flags.push("infrastructure", "loopback");
  if (port === 853 && transport === "tcp") flags.push("dot");
  if (port === 853 && transport === "udp") flags.push("doq");
  return flags;
}

/** A port alone is a hiding place: only time is asked of hosts far away, the others stay on the link or the site. */
function isItsPlace(service: string, address: Address | null): boolean {
  if (service === "ntp") return true;
  if (address === null) return false;
  if (service === "dhcp") return isLinkLocal(address) || isMulticast(address) || isPrivate(address);
  return isMulticast(address);
}

function isLinkLocal(address: Address): boolean {
  return address.startsWith("169.254.") || /^fe[89ab][0-9a-f]:/.test(address);
}

/** Multicast (RFC 5771, RFC 4291 section 2.7) and limited broadcast. */
function isMulticast(address: Address): boolean {
  if (address.includes(":")) return /^ff[0-9a-f]{2}:/.test(address);
  const first = Number(address.slice(0, address.indexOf(".")));
  return (first >= 224 && first <= 239) || address === "255.255.255.255";
}
