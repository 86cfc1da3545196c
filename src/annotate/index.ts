/** Evidence to annotated evidence: beside every endpoint, whose published prefixes hold its addresses and who registered its name. */
import { type Address, compareAddresses } from "../model/address.ts";
import type { Annotated, AnnotatedEndpoint, PrefixIndex } from "../model/annotation.ts";
import type { EndpointEvidence, Evidence } from "../model/evidence.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { suggestPatterns } from "./names/patterns.ts";
import { type ListedNames, publishedPatterns } from "./names/published.ts";
import { factsOf } from "./names/tenancy.ts";
import { registrableDomain } from "./registrable.ts";
import type { Scene } from "./signals/detect.ts";
import { sceneOf, signalsOf } from "./signals/index.ts";

export { translated } from "./names/embedded.ts";
export { spansTenants } from "./names/tenancy.ts";

/**
 * `allowed`: the names that the reviewers allowed, which others may be made to look like. `names`: those that providers
 * publish beside their prefixes.
 */
export function annotate(
  evidence: Evidence,
  prefixes: PrefixIndex,
  allowed: readonly Fqdn[] = [],
  names: readonly ListedNames[] = [],
): Annotated {
  const scene = sceneOf(evidence, allowed);
  const { lists, listOf } = prefixes;
  return {
    ...(lists === undefined ? {} : { prefixes: lists }),
    ...(listOf === undefined ? {} : { listOf }),
    runs: evidence.runs,
    endpoints: evidence.endpoints.map((endpoint) => annotateEndpoint(endpoint, prefixes, scene)),
    patterns: suggestPatterns(evidence.endpoints, publishedPatterns(names)),
  };
}

function annotateEndpoint(endpoint: EndpointEvidence, prefixes: PrefixIndex, scene: Scene): AnnotatedEndpoint {
  const addresses = addressesOf(endpoint);
  const { name } = endpoint;
  return {
    ...endpoint,
    tags: addresses.map((address) => ({ address, tags: prefixes.lookup(address) })),
    registrableDomain: name === null ? null : registrableDomain(name),
    tenancy: tenancyOf(name),
    signals: signalsOf(endpoint, addresses, scene),
  };
}

function tenancyOf(name: Fqdn | null): AnnotatedEndpoint["tenancy"] {
  if (name === null) return "unknown";
  return factsOf(name).kind === "path" ? "shared" : "single";
}

/** The endpoint's own addresses; what a proxy's address belongs to says nothing about the endpoint behind it. */
function addressesOf(endpoint: EndpointEvidence): Address[] {
  const own = new Set(endpoint.addresses);
  if (endpoint.via?.address) own.delete(endpoint.via.address);
  if (endpoint.address !== null) own.add(endpoint.address);
  return [...own].sort(compareAddresses);
}
