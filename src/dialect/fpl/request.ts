/** What a rule's selectors are compared with: the network parts of a request's arguments, as the engine reads them. */
import { parseFloat64 } from "./go-number.ts";
import { argText } from "./expr/functions.ts";
import { isList, isMap, isUnknown, printed, type Value } from "./expr/value.ts";
import { parseQuery, parseUrl, type UrlParts } from "./url.ts";

/** Null wherever the request that will be made does not tell; the empty text and port 0 where it has none. */
export interface NetworkParts {
  readonly host: string | null;
  readonly port: number | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly query: ReadonlyMap<string, readonly string[]> | null;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string> | null;
}

type Args = ReadonlyMap<string, Value>;

export function networkParts(args: Args): NetworkParts {
  const arg = (key: string): Value => args.get(key) ?? null;
  const url = urlOf(arg("url"));
  const host = or(argText(arg("host")), () => url && url.host.trim());
  const split = host === null ? null : splitHostPort(host);
  const port = portOf(arg("port"), url, split?.port ?? "");
  return {
    host: host === null ? null : (split?.host ?? host).replace(/^[[\]]+|(?<![[\]])[[\]]+$/g, "").toLowerCase(),
    port,
    method: argText(arg("method"))?.toUpperCase() ?? null,
    path: pathOf(or(argText(arg("path")), () => url && url.path.trim())),
    query: queryOf(arg("raw_query"), arg("query"), url),
    headers: headersOf(arg("headers")),
  };
}

const NO_URL: UrlParts = { host: "", port: "", path: "", query: "" };

/** Null when there is a URL that is not known. */
function urlOf(value: Value): UrlParts | null {
  const text = argText(value);
  return text === null ? null : (parseUrl(text) ?? NO_URL);
}

/** What an argument says or, where it says nothing, what the URL does. */
const or = (first: string | null, second: () => string | null): string | null => (first === "" ? second() : first);

const pathOf = (path: string | null): string | null => (path === "" ? "/" : path);

function splitHostPort(text: string): { readonly host: string; readonly port: string } | null {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  return match && { host: (match[1] ?? match[2] ?? "").trim(), port: match[3] ?? "" };
}

function portOf(value: Value, url: UrlParts | null, inHost: string): number | null {
  const given = isUnknown(value) ? null : numberOf(value);
  if (given === null || given > 0) return given;
  if (url === null) return null;
  const written = [url.port, inHost].filter((text) => /^[+-]?[0-9]{1,18}$/.test(text)).map(Number);
  return written.find((port) => port > 0) ?? 0;
}

function numberOf(value: Value): number {
  const number = typeof value === "number" ? value : value === null ? null : parseFloat64(printed(value)?.trim() ?? "");
  return number === null || !(Math.abs(number) < 2 ** 63) ? 0 : Math.trunc(number);
}

function queryOf(raw: Value, query: Value, url: UrlParts | null): NetworkParts["query"] {
  const rawText = argText(raw);
  if (rawText === null || isUnknown(query) || url === null) return null;
  const parsed = parseQuery(rawText);
  // A raw query that is broken anywhere counts as none.
  const values = parsed.clean ? parsed.values : new Map<string, string[]>();
  for (const [key, value] of isMap(query) ? query : []) {
    const items = (isList(value) ? value : [value]).map((item) => printed(item)?.trim() ?? null);
    if (items.includes(null)) return null;
    if (items.length > 0) values.set(key, [...(values.get(key) ?? []), ...items.map((item) => item ?? "")]);
  }
  return values.size > 0 ? values : parseQuery(url.query).values;
}

function headersOf(value: Value): NetworkParts["headers"] {
  if (isUnknown(value)) return null;
  const headers = new Map<string, string>();
  for (const [name, text] of isMap(value) ? value : []) {
    const shown = printed(text)?.trim() ?? null;
    if (shown === null) return null;
    if (name.trim() !== "") headers.set(name.trim().toLowerCase(), shown);
  }
  return headers;
}
