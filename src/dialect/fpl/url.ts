/** The parts of `args.url` as Go's url.Parse gives them; null for what it refuses. */

export interface UrlParts {
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

const AUTHORITY = /^(?:[^@/]*@)?(\[[0-9A-Fa-f:.%]+\]|[^:[\]]*)(?::([0-9]*))?$/;

export function parseUrl(text: string): UrlParts | null {
  // Go refuses control characters and DEL anywhere, and half-written percent escapes.
  if (/\p{Cc}/u.test(text)) return null;
  const [beforeFragment = ""] = text.split("#", 1);
  const mark = beforeFragment.indexOf("?");
  const hierarchy = mark < 0 ? beforeFragment : beforeFragment.slice(0, mark);
  const query = mark < 0 ? "" : beforeFragment.slice(mark + 1);
  if (/%(?![0-9A-Fa-f]{2})/.test(hierarchy)) return null;
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(hierarchy)?.[0] ?? "";
  const rest = hierarchy.slice(scheme.length);
  if (scheme !== "" && !rest.startsWith("/")) return { host: "", port: "", path: "", query };
  if (scheme === "" && (rest.split("/", 1)[0] ?? "").includes(":")) return null;
  if (!rest.startsWith("//") || (scheme === "" && rest.startsWith("///"))) {
    return { host: "", port: "", path: rest, query };
  }
  const slash = rest.indexOf("/", 2);
  const authority = AUTHORITY.exec(slash < 0 ? rest.slice(2) : rest.slice(2, slash));
  if (!authority || /[ <>"]/.test(authority[1] ?? "")) return null;
  const host = (authority[1] ?? "").replace(/^\[|\]$/g, "");
  return { host, port: authority[2] ?? "", path: slash < 0 ? "" : rest.slice(slash), query };
}

/** The pairs of a query string that Go keeps: those with a `;` or a broken escape are dropped, `clean` tells if any was. */
export function parseQuery(text: string): { readonly values: Map<string, string[]>; readonly clean: boolean } {
  const values = new Map<string, string[]>();
  let clean = true;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const key = pair.includes(";") ? null : unescaped(equals < 0 ? pair : pair.slice(0, equals));
    const value = unescaped(equals < 0 ? "" : pair.slice(equals + 1));
    if (key === null || value === null) clean = false;
    else values.set(key, [...(values.get(key) ?? []), value]);
  }
  return { values, clean };
}

function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
}
