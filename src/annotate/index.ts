/** Evidence to annotated evidence: beside every endpoint, whose published prefixes hold its addresses and who registered its name. */
import { type Address, compareAddresses } from "../model/address.ts";
import type { Annotated, AnnotatedEndpoint, PrefixIndex } from "../model/annotation.ts";
import type { EndpointEvidence, Evidence } from "../model/evidence.ts";
import { registrableDomain } from "./registrable.ts";

export function annotate(evidence: Evidence, prefixes: PrefixIndex): Annotated {
  const endpoints = evidence.endpoints.map((endpoint) => annotateEndpoint(endpoint, prefixes));
  const { lists } = prefixes;
  return { ...(lists === undefined ? {} : { prefixes: lists }), runs: evidence.runs, endpoints };
}

function annotateEndpoint(endpoint: EndpointEvidence, prefixes: PrefixIndex): AnnotatedEndpoint {
  const tags = addressesOf(endpoint).map((address) => ({ address, tags: prefixes.lookup(address) }));
  return { ...endpoint, tags, registrableDomain: endpoint.name === null ? null : registrableDomain(endpoint.name) };
}

/** The endpoint's own addresses; what a proxy's address belongs to says nothing about the endpoint behind it. */
function addressesOf(endpoint: EndpointEvidence): Address[] {
  const own = new Set(endpoint.addresses);
  if (endpoint.via?.address) own.delete(endpoint.via.address);
  if (endpoint.address !== null) own.add(endpoint.address);
  return [...own].sort(compareAddresses);
}
