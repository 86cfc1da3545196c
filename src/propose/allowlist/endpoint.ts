/** The text of an endpoint or pattern, and which patterns nobody may decide on. */
import { spansTenants } from "../../annotate/index.ts";
import { registrableDomain } from "../../annotate/registrable.ts";
import { parseAddress } from "../../model/address.ts";
import type { Transport } from "../../model/flow.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import type { Decided, NamePattern } from "./decided.ts";

type EndpointText = Pick<Decided, "name" | "address" | "transport" | "port">;
type DecidedText = EndpointText & Pick<Decided, "pattern">;

const FORM = /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:/\s]+)):(\d{1,5})\/(tcp|udp|sctp)$/;

/** `api.example.com:443/tcp`, `192.0.2.1:53/udp`, `[2001:db8::1]:443/tcp`; the transport is never assumed. */
export function parseEndpoint(endpoint: string): EndpointText | null {
  const match = FORM.exec(endpoint);
  if (!match) return null;
  const port = Number(match[3]);
  const transport = match[4] as Transport;
  const host = match[1] ?? match[2] ?? "";
  const address = parseAddress(host);
  const name = address === null ? parseFqdn(host) : null;
  if (port > 65_535 || (address === null && name === null)) return null;
  return { name, address, transport, port };
}

/** An endpoint, or a pattern where a host stands. A text says why it is neither. */
export function parseDecidable(text: string): DecidedText | string {
  const starred = /^(\*\*?\.[^[\]:/\s]+)(:.*)$/.exec(text);
  if (!starred) {
    const endpoint = parseEndpoint(text);
    return endpoint === null ? EXPECTED : { ...endpoint, pattern: null };
  }
  const pattern = parsePattern(starred[1] ?? "");
  if (typeof pattern === "string") return pattern;
  // What follows the host is as with any other name.
  const rest = parseEndpoint(`${pattern.suffix}${starred[2] ?? ""}`);
  return rest === null ? EXPECTED : { ...rest, name: null, pattern };
}

const EXPECTED = "expected host:port/transport, such as api.example.com:443/tcp";

/** `*.example.com` or `**.example.com`; a text says why a pattern is refused. */
export function parsePattern(text: string): NamePattern | string {
  const match = /^(\*\*?)\.(.+)$/.exec(text);
  const suffix = parseFqdn(match?.[2] ?? "");
  if (!match || suffix === null) return "expected a pattern such as *.example.com";
  const refusal = refusalOf(suffix);
  return refusal ?? { suffix, depth: match[1] === "*" ? "one" : "any" };
}

/**
 * Domains below which a provider hands names out to whoever asks, and of which the public suffix list has only some
 * children: its private section knows `s3.amazonaws.com`, and takes `amazonaws.com` for a domain like any other.
 */
const HANDED_OUT: ReadonlySet<string> = new Set([
  "amazonaws.com",
  "amazonaws.com.cn",
  "azure.com",
  "azure.net",
  "cloudapp.net",
  "digitaloceanspaces.com",
  "fastly.net",
  "fastlylb.net",
  "akamaiedge.net",
  "akamaized.net",
  "edgekey.net",
  "edgesuite.net",
  "googleapis.com",
  "googleusercontent.com",
  "oraclecloud.com",
  "trafficmanager.net",
  "windows.net",
]);

/** Nobody can register a name below these: they are everybody's own (ICANN's resolution of 2024, RFC 8375). */
const PRIVATE_USE: ReadonlySet<string> = new Set(["internal", "home.arpa"]);

/** Whoever allows a pattern allows everybody who can get a name inside it. */
function refusalOf(suffix: Fqdn): string | null {
  if (PRIVATE_USE.has(suffix)) return null;
  const owner = registrableDomain(suffix);
  if (owner === null)
    return `a pattern above a registrable name takes every tenant: anybody can get a name below ${suffix}`;
  if (HANDED_OUT.has(owner)) return `a pattern across tenants: ${owner} hands names out to its customers`;
  const spans = spansTenants(suffix);
  return spans === null ? null : `a pattern across tenants: ${spans}`;
}

export function patternTakes({ suffix, depth }: NamePattern, name: string): boolean {
  if (!name.endsWith(`.${suffix}`)) return false;
  return depth === "any" || !name.slice(0, -suffix.length - 1).includes(".");
}

export function formatPattern({ suffix, depth }: NamePattern): string {
  return `${depth === "any" ? "**" : "*"}.${suffix}`;
}
