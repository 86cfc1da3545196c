/**
 * What a forward proxy's log says of one request. The proxy's own address is not in its log, so the flow is the one the
 * proxy made for its client: to the target's name and port, at the address that it connected to.
 */
import { parseAddress } from "../../../model/address.ts";
import type { Flow, Outcome } from "../../../model/flow.ts";
import type { Instant } from "../../../model/instant.ts";
import { connectOutcome, type HttpRequest, isConnect, proxyTarget, readAuthority } from "../proxied.ts";
import { flowOf, type Unusable } from "./adapter.ts";

export interface ProxyEntry {
  readonly at: Instant | null;
  readonly client: string;
  readonly request: HttpRequest;
  /** Squid's result code, e.g. `TCP_TUNNEL`. */
  readonly result: string;
  /** The address the proxy connected to, where it did. */
  readonly upstream: string;
  readonly bytesIn: number | null;
}

export function proxyFlow(entry: ProxyEntry, line: number): Flow | Unusable {
  const { request, result } = entry;
  // `NONE` is squid's word for a connection on which no whole request came.
  if (result.startsWith("NONE") || request.url?.startsWith("error:")) return { unusable: "not-a-request" };
  const target = proxyTarget(request) ?? readAuthority(request.host ?? "", 80) ?? "invalid";
  if (target === "invalid") return { unusable: "invalid-name" };
  const address = target.address ?? parseAddress(entry.upstream.replace(/^\[(.*)\]$/, "$1"));
  const told = {
    transport: "tcp",
    originator: { address: parseAddress(entry.client), port: null },
    responder: { address, port: target.port },
    outcome: outcomeOf(request, result),
    firstSeen: entry.at,
    bytesIn: entry.bytesIn,
  } as const;
  return flowOf(told, target.name === null ? null : { kind: "name", name: target.name }, line);
}

function outcomeOf(request: HttpRequest, result: string): Outcome {
  if (result.startsWith("TCP_DENIED")) return "denied";
  return isConnect(request) ? connectOutcome(request.status) : "allowed";
}
