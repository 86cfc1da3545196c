/** The text of an endpoint or pattern, and which patterns nobody may decide on. */
import { spansTenants } from "../../annotate/index.ts";
import { parseAddress } from "../../model/address.ts";
import type { Transport } from "../../model/flow.ts";
import { parseFqdn } from "../../model/fqdn.ts";
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
    return endpoint === null ? ENDPOINT_FORM : { ...endpoint, pattern: null };
  }
  const pattern = parsePattern(starred[1] ?? "");
  if (typeof pattern === "string") return pattern;
  // What follows the host is as with any other name.
  const rest = parseEndpoint(`${pattern.suffix}${starred[2] ?? ""}`);
  return rest === null ? ENDPOINT_FORM : { ...rest, name: null, pattern };
}

export const ENDPOINT_FORM: string = "expected host:port/transport, such as api.example.com:443/tcp";

/** `*.example.com` or `**.example.com`; a text says why a pattern is refused. */
export function parsePattern(text: string): NamePattern | string {
  const match = /^(\*\*?)\.(.+)$/.exec(text);
  const suffix = parseFqdn(match?.[2] ?? "");
  if (!match || suffix === null) return "expected a pattern such as *.example.com";
  // Whoever allows a pattern allows everybody who can get a name inside it.
  const refusal = spansTenants(suffix);
  if (refusal !== null) return `a pattern across tenants: ${refusal}`;
  return { suffix, depth: match[1] === "*" ? "one" : "any" };
}

export function patternTakes({ suffix, depth }: NamePattern, name: string): boolean {
  if (!name.endsWith(`.${suffix}`)) return false;
  return depth === "any" || !name.slice(0, -suffix.length - 1).includes(".");
}

export function formatPattern({ suffix, depth }: NamePattern): string {
  return `${depth === "any" ? "**" : "*"}.${suffix}`;
}
