/** The parts of `args.url` as Go's url.Parse gives them; null for what it refuses. */
import { parseAddress } from "../../model/address.ts";

export interface UrlParts {
  readonly host: string;
  readonly port: string;
  /** As `EscapedPath` gives it: what may not stand in a path is written with percent signs. */
  readonly path: string;
  readonly query: string;
}

const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const CONTROL = /[^ -~\u0080-\u{10ffff}]/u;
const USER = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
/** Characters beyond ASCII pass; of the escapes in a host only theirs and that of the percent sign do. */
const HOST = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:<>"[\]\u0080-\u{10ffff}]|%25|%[89A-Fa-f][0-9A-Fa-f])*$/u;
const PATH = /^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]*$/;
/** What a path that has to be written anew keeps as it is. */
const KEPT = /[A-Za-z0-9\-_.~$&+,/:;=@]/;

export function parseUrl(text: string): UrlParts | null {
  const [beforeFragment, fragment] = cut(text, "#");
  if (CONTROL.test(beforeFragment)) return null;
  const [hierarchy, query] = cut(beforeFragment, "?");
  if (BAD_ESCAPE.test(fragment) || hierarchy.startsWith(":")) return null;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(hierarchy)?.[0] ?? "";
  const rest = hierarchy.slice(scheme.length);
  if (scheme !== "" && !rest.startsWith("/")) return { host: "", port: "", path: "", query };
  if (!rest.startsWith("/") && (rest.split("/", 1)[0] ?? "").includes(":")) return null;
  const hasAuthority = rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"));
  const slash = hasAuthority ? rest.indexOf("/", 2) : 0;
  const authority = hasAuthority ? authorityOf(slash < 0 ? rest.slice(2) : rest.slice(2, slash)) : NO_AUTHORITY;
  const path = slash < 0 ? "" : rest.slice(slash);
  if (authority === null || BAD_ESCAPE.test(path)) return null;
  return { ...authority, path: escapedPath(path), query };
}

function cut(text: string, mark: string): readonly [before: string, after: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

type Authority = Pick<UrlParts, "host" | "port">;
const NO_AUTHORITY: Authority = { host: "", port: "" };

function authorityOf(text: string): Authority | null {
  const at = text.lastIndexOf("@");
  const user = text.slice(0, Math.max(at, 0));
  if (!USER.test(user) || BAD_ESCAPE.test(user)) return null;
  const written = text.slice(at + 1);
  if (written.startsWith("[")) return bracketed(written);
  const host = HOST.test(written) ? unescaped(written) : null;
  const colon = host?.lastIndexOf(":") ?? -1;
  if (host === null || colon < 0) return host === null ? null : { host, port: "" };
  return /^:[0-9]*$/.test(host.slice(colon)) ? { host: host.slice(0, colon), port: host.slice(colon + 1) } : null;
}

/** Only an IPv6 address may stand in brackets, with its zone after `%25`. */
function bracketed(text: string): Authority | null {
  const match = /^\[([0-9A-Fa-f:.]+)(?:%25([A-Za-z0-9\-_.~%]*))?\](?::([0-9]*))?$/.exec(text);
  const [, address = "", zone, port = ""] = match ?? [];
  if (!address.includes(":") || parseAddress(address) === null) return null;
  const named = zone === undefined ? "" : unescaped(zone);
  return named === null ? null : { host: zone === undefined ? address : `${address}%${named}`, port };
}

function escapedPath(path: string): string {
  if (PATH.test(path)) return path;
  return path.replace(/%..|./gsu, (piece) => {
    const isEscape = piece.length === 3;
    const char = isEscape ? String.fromCharCode(Number.parseInt(piece.slice(1), 16)) : piece;
    if (KEPT.test(char)) return char;
    return isEscape ? piece.toUpperCase() : escaped(char);
  });
}

function escaped(char: string): string {
  return Array.from(new TextEncoder().encode(char), (byte) => `%${byte.toString(16).toUpperCase()}`).join("");
}

/** The pairs of a query string that Go keeps: those with a `;` or a broken escape are dropped, `clean` tells if any was. */
export function parseQuery(text: string): { readonly values: Map<string, string[]>; readonly clean: boolean } {
  const values = new Map<string, string[]>();
  let clean = true;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const key = pair.includes(";") ? null : unescaped(spaced(equals < 0 ? pair : pair.slice(0, equals)));
    const value = unescaped(spaced(equals < 0 ? "" : pair.slice(equals + 1)));
    if (key === null || value === null) clean = false;
    else values.set(key, [...(values.get(key) ?? []), value]);
  }
  return { values, clean };
}

const spaced = (text: string): string => text.replaceAll("+", " ");

/** Null for a broken escape. Bytes that are no UTF-8 are kept by Go, and match what any other character does. */
function unescaped(text: string): string | null {
  if (BAD_ESCAPE.test(text)) return null;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    decoder.decode(Uint8Array.from(run.slice(1).split("%"), (byte) => Number.parseInt(byte, 16))),
  );
}
