/** Which endpoints are the network's or the sandbox's own: told apart before anything is counted, and never dropped. */
import { type Address, familyOf, isPrivate } from "../model/address.ts";
import type { NoiseKind } from "../model/coverage.ts";
import type { EndpointEvidence } from "../model/evidence.ts";
import { addressOf, lengthOf, type Prefix, prefixOf } from "../model/prefix.ts";

/** The services of a network that an `infrastructure` flag stands beside; the first that fits names the kind. */
const SERVICES: readonly NoiseKind[] = [
  "resolver",
  "ntp",
  "dhcp",
  "mdns",
  "llmnr",
  "loopback",
  "multicast",
  "link-local",
  "neighbour-discovery",
];

export type Classifier = (endpoint: EndpointEvidence) => NoiseKind | null;

/** `own`: prefixes that the user says are the sandbox's, such as its gateway, which no capture can tell. */
export function noiseClassifier(endpoints: Iterable<EndpointEvidence>, own: readonly Prefix[]): Classifier {
  const proxies = new Set<string>();
  for (const { via } of endpoints) if (via?.address) proxies.add(`${via.address} ${via.port ?? ""}`);
  return (endpoint) => {
    const { flags, via, port } = endpoint;
    // What was asked of a proxy is the workload's, wherever the proxy stands.
    if (via !== null) return null;
    const at = placesOf(endpoint);
    if (at.length > 0 && at.every((address) => own.some((prefix) => holds(prefix, address)))) return "own";
    if (flags.includes("metadata")) return "metadata";
    const isProxy = flags.includes("proxy") || at.some((address) => proxies.has(`${address} ${port ?? ""}`));
    // A proxy out in the world is a way out like any other.
    if (isProxy && at.length > 0 && at.every(isNear)) return "proxy";
    return flags.includes("infrastructure") ? (SERVICES.find((kind) => flags.includes(kind)) ?? null) : null;
  };
}

function placesOf({ address, addresses }: EndpointEvidence): readonly Address[] {
  return address === null || addresses.includes(address) ? addresses : [address, ...addresses];
}

function isNear(address: Address): boolean {
  return isPrivate(address) || address.startsWith("127.") || address === "::1";
}

function holds(prefix: Prefix, address: Address): boolean {
  return familyOf(addressOf(prefix)) === familyOf(address) && prefixOf(address, lengthOf(prefix)) === prefix;
}
