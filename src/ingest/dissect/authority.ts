/** `host[:port]` as clients write it in Host, :authority, CONNECT and absolute-form (RFC 3986 §3.2). */
import { type Address, parseAddress } from "../../model/address.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";

/** A valid host is a name or an address; `null` in both: not a valid host. A port is null when not given. */
export interface Authority {
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly port: number | null;
  /** A user name (and password) stood before the host. */
  readonly userinfo: boolean;
}

const BRACKETED = /^\[([0-9A-Fa-f:.]+)\](?::(\d{0,5}))?$/;
/** RFC 3986 §3.2.1. Nothing else may stand there: a backslash, say, ends the host to some readers. */
const USERINFO = /^[A-Za-z0-9._~!$&'()*+,;=:%-]*@(?=[^@]*$)/;
const PLAIN = /^([^:@[\]]+)(?::(\d{0,5}))?$/;

/** Null where there is no authority at all (an empty Host is right for some requests). */
export function parseAuthority(text: string): Authority | null {
  if (text === "") return null;
  const host = text.replace(USERINFO, "");
  return { ...parseHostPort(host), userinfo: host.length < text.length };
}

function parseHostPort(text: string): Omit<Authority, "userinfo"> {
  const match = BRACKETED.exec(text) ?? PLAIN.exec(text);
  if (!match) return { name: null, address: parseAddress(text), port: lastPort(text) };
  const port = portOf(match[2]);
  // `host:99999` is no authority; what the client would have reached cannot be told.
  if (port === null && match[2]) return { name: null, address: null, port: null };
  return { ...parseHost(match[1] ?? ""), port };
}

/** A host as SOCKS and server names carry it: a name, or an address in text, or neither. */
export function parseHost(text: string): { readonly name: Fqdn | null; readonly address: Address | null } {
  const address = parseAddress(text);
  return { name: address === null ? parseFqdn(text) : null, address };
}

/** The port after an invalid host: it still tells where a tunnel was asked to go. */
function lastPort(text: string): number | null {
  return parseAddress(text) === null ? portOf(/:(\d{1,5})$/.exec(text)?.[1]) : null;
}

function portOf(digits: string | undefined): number | null {
  if (!digits) return null;
  const port = Number(digits);
  return port <= 65_535 ? port : null;
}
