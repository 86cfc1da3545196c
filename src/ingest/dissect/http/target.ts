/** What a request was for, out of its target and its fields, in HTTP/1 and HTTP/2 alike. */
import { type Authority, parseAuthority } from "../authority.ts";
import type { Fqdn } from "../../../model/fqdn.ts";
import type { End, StreamFlag } from "../verdict.ts";

const ABSOLUTE_FORM = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i;

/** The ports of the schemes that proxies are asked for. */
const PORTS: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["https", 443],
  ["ftp", 21],
  ["ws", 80],
  ["wss", 443],
]);

/**
 * RFC 9112 §3.2.2: an absolute target overrides Host. Hosts that differ are an error that servers answer in different
 * ways, so none of them is believed; all are told.
 */
export function readTarget(target: string, fields: ReadonlyMap<string, readonly string[]>): End {
  const flags = new Set<StreamFlag>();
  if (isDns(fields)) flags.add("doh");
  const absolute = ABSOLUTE_FORM.exec(target);
  if (absolute) flags.add("absolute-form");
  const hosts = distinct((fields.get("host") ?? []).map(parseAuthority));
  const wanted = absolute ? [parseAuthority(absolute[2] ?? "")] : hosts;
  const all = distinct([...hosts, ...wanted]);
  if (all.length > 1) flags.add("host-mismatch");
  const [only = null] = wanted.length === 1 ? wanted : [];
  const others = all.length > 1 ? all.filter((other) => other !== null && other.name !== only?.name) : [];
  const claims = others.flatMap((other) => (other?.name ? [doubted(other.name)] : []));
  if (only === null) return { kind: "end", claims, flags: [...flags] };
  const { name, address, userinfo } = only;
  if (isInvalid(only)) flags.add("invalid-name");
  if (userinfo) flags.add("userinfo");
  if (absolute) {
    const port = only.port ?? PORTS.get((absolute[1] ?? "").toLowerCase()) ?? null;
    if (port === null) flags.add("invalid-port");
    const tunnel = port === null ? null : { kind: "http-forward" as const, name, address, port };
    return { kind: "end", claims, tunnel, flags: [...flags] };
  }
  return {
    kind: "end",
    claims: name === null ? [] : [{ source: "http-host", name }],
    literals: address === null ? [] : [address],
    flags: [...flags],
  };
}

function doubted(name: Fqdn): End["claims"][number] {
  return { source: "http-host", name, doubted: true };
}

const NOBODY: Authority = { name: null, address: null, port: null, userinfo: false };

/** RFC 9110 §9.3.6: host and port, both required. Some clients add a path; a host ends before it in any reading. */
export function tunnelTo(target: string): End {
  const { name, address, port, userinfo } = parseAuthority(target.replace(/ .*$/, "")) ?? NOBODY;
  const flags: StreamFlag[] =
    name === null && address === null ? ["invalid-name"] : port === null ? ["invalid-port"] : [];
  if (userinfo) flags.push("userinfo");
  const tunnel = port === null ? null : { kind: "http-connect" as const, name, address, port };
  return { kind: "end", claims: [], tunnel, flags };
}

/** RFC 8484: the media type says DNS over HTTPS beyond doubt; a path does not. */
export function isDns(fields: ReadonlyMap<string, readonly string[]>): boolean {
  const types = [...(fields.get("accept") ?? []), ...(fields.get("content-type") ?? [])];
  return types.some((type) => type.toLowerCase() === "application/dns-message");
}

/** By host alone: `example.com` and `Example.com:80` are one. Two invalid ones cannot be told apart, and need not be. */
function distinct(authorities: readonly (Authority | null)[]): (Authority | null)[] {
  const keyOf = (a: Authority | null): string => (a === null ? "" : (a.name ?? a.address ?? "invalid host"));
  return [...new Map(authorities.map((a) => [keyOf(a), a])).values()];
}

function isInvalid(authority: Authority): boolean {
  return authority.name === null && authority.address === null;
}
