/** What an HTTP record asked for: a server of its own, or a target behind the proxy it was sent to. */
import type { Outcome } from "../../model/flow.ts";
import type { Joined, Target } from "./joined.ts";
import { readHost, readPort } from "./values.ts";

export interface HttpRequest {
  readonly method: string | null;
  readonly host: string | null;
  readonly url: string | null;
  readonly status: number | null;
}

/** CONNECT (RFC 9110 section 9.3.6) and the absolute form (RFC 9112 section 3.2.2) are requests to a proxy. */
export function addRequest(joined: Joined, request: HttpRequest, line: number): void {
  const target = proxyTarget(request);
  if (target === null) joined.claim("http-host", request.host === null ? null : readHost(request.host), line);
  else if (target === "invalid") joined.claim("http-host", { kind: "invalid" }, line);
  else if (isConnect(request)) joined.tunnel(target, connectOutcome(request.status), line);
  else {
    joined.flag("absolute-form");
    joined.forward(target, line);
    // The one status that only a proxy gives; all others can be the target's.
    if (request.status === 407) joined.block();
  }
}

export function isConnect(request: HttpRequest): boolean {
  return request.method?.toUpperCase() === "CONNECT";
}

export function proxyTarget(request: HttpRequest): Target | "invalid" | null {
  const { host, url } = request;
  if (isConnect(request)) return readAuthority(url ?? "", null) ?? readAuthority(host ?? "", 443) ?? "invalid";
  const scheme = /^(https?):\/\/([^/?#]*)/i.exec(url ?? "");
  if (!scheme) return null;
  return readAuthority(scheme[2] ?? "", scheme[1]?.toLowerCase() === "https" ? 443 : 80) ?? "invalid";
}

/** `host:port`, without any user information before it. Null when it is none, or has no port and none is implied. */
export function readAuthority(text: string, impliedPort: number | null): Target | null {
  const authority = text.slice(text.lastIndexOf("@") + 1);
  const port = /:(\d{1,5})$/.exec(authority);
  const number = port ? readPort(port[1] ?? "") : impliedPort;
  const host = readHost(port ? authority.slice(0, port.index) : authority);
  if (number === null || host.kind === "invalid") return null;
  return host.kind === "name"
    ? { name: host.name, address: null, port: number }
    : { name: null, address: host.address, port: number };
}

/** A CONNECT refused (4xx), not reached (5xx), or let through; without a status, nothing speaks against it. */
export function connectOutcome(status: number | null): Outcome {
  if (status === null || status < 400) return "allowed";
  return status < 500 ? "denied" : "failed";
}
