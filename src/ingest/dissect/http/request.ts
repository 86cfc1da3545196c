/** The first HTTP/1 request of a connection (RFC 9112): which host it is for, or which tunnel it asks of a proxy. */
import { bufferOf, latin1 } from "../bytes.ts";
import { type Layer, MORE, OTHER } from "../verdict.ts";
import { readTarget, tunnelTo } from "./target.ts";

/** Methods are case-sensitive tokens, all registered ones upper case; `get / http/1.0` is refused by servers too. */
const METHOD_BEGUN = /^[A-Z][A-Z_-]{0,23}(?: |$)/;
/** RFC 9112 §2.3: servers answer versions that they do not know, and clients have written all kinds. */
const VERSION = /^HTTP\/\d\.\d$/;
/** RFC 9112 §2.2: servers skip blank lines before a request; two are seen in practice. */
const MAX_BLANK = 4;

export function readRequest(bytes: Uint8Array, last: boolean): Layer {
  const start = skipBlankLines(bytes);
  if (start === bytes.length) return last ? OTHER : MORE;
  if (!METHOD_BEGUN.test(latin1(bytes, start, start + 24))) return OTHER;
  const text = bufferOf(bytes);
  const lineEnd = text.indexOf("\n", start);
  if (lineEnd < 0) return last ? OTHER : MORE;
  const line = splitRequestLine(latin1(bytes, start, lineEnd));
  if (line === null) return OTHER;
  const end = headEnd(text, lineEnd);
  if (end < 0 && !last) return MORE;
  if (line.method === "CONNECT") {
    // What follows the head is inside the tunnel.
    const { tunnel = null, flags } = tunnelTo(line.target);
    return { kind: "preamble", length: end < 0 ? bytes.length : end, tunnel, flags, expects: "anything" };
  }
  // A last line without its end may have lost part of a name.
  const fields = readFields(latin1(bytes, lineEnd + 1, end < 0 ? text.lastIndexOf("\n") + 1 : end));
  const asked = readTarget(line.target, fields);
  if (end < 0) return asked;
  const body = bodyLength(fields);
  if (body === "unknown") return { ...asked, flags: [...asked.flags, "requests-unread"] };
  return body === "chunks" ? { ...asked, next: end, isChunked: true } : { ...asked, next: end + body };
}

/**
 * How long the body behind a head is (RFC 9112 §6.3); unknown where it is told twice or badly, so that what is
 * behind it cannot be told from another request.
 */
function bodyLength(fields: Fields): number | "chunks" | "unknown" {
  const lengths = fields.get("content-length") ?? [];
  const [encoding, ...more] = fields.get("transfer-encoding") ?? [];
  if (encoding !== undefined) {
    const isChunks = /^(?:.*,[ \t]*)?chunked$/i.test(encoding) && more.length === 0 && lengths.length === 0;
    return isChunks ? "chunks" : "unknown";
  }
  const [length = "0", ...others] = lengths;
  return others.length === 0 && /^\d{1,9}$/.test(length) ? Number(length) : "unknown";
}

function skipBlankLines(bytes: Uint8Array): number {
  let at = 0;
  while (at < MAX_BLANK && (bytes[at] === 13 || bytes[at] === 10)) at++;
  return at;
}

/** By its first and last space: a regular expression would take quadratic time over a line of spaces. */
function splitRequestLine(line: string): { readonly method: string; readonly target: string } | null {
  const text = trimmed(line);
  const [first, final] = [text.indexOf(" "), text.lastIndexOf(" ")];
  if (first === final || !VERSION.test(text.slice(final + 1))) return null;
  return { method: text.slice(0, first), target: trimmed(text.slice(first, final)) };
}

/** Just past the empty line, whichever line endings were used; -1 while it has not come. */
function headEnd(text: Buffer, from: number): number {
  const [crlf, lf] = [text.indexOf("\n\r\n", from), text.indexOf("\n\n", from)];
  if (crlf < 0 && lf < 0) return -1;
  return lf < 0 || (crlf >= 0 && crlf < lf) ? crlf + 3 : lf + 2;
}

type Fields = ReadonlyMap<string, readonly string[]>;

const FIELDS: ReadonlySet<string> = new Set(["host", "accept", "content-type", "content-length", "transfer-encoding"]);

/** Values of the fields that matter, by name in lower case, in order. */
function readFields(text: string): Fields {
  const fields = new Map<string, string[]>();
  // RFC 9112 §5.2: a line that begins with a space goes on with the field before it.
  for (const line of text.replace(/\r?\n[ \t]+/g, " ").split("\n")) {
    const name = line.slice(0, Math.max(line.indexOf(":"), 0)).toLowerCase();
    if (!FIELDS.has(name)) continue;
    const values = fields.get(name) ?? [];
    values.push(trimmed(line.slice(name.length + 1)));
    fields.set(name, values);
  }
  return fields;
}

/** Without blanks and the line's end around it. `trim` would also take U+00A0, which is a byte of a hostile name. */
function trimmed(text: string): string {
  const isBlank = (at: number): boolean => " \t\r".includes(text.charAt(at));
  let [from, to] = [0, text.length];
  while (from < to && isBlank(from)) from++;
  while (to > from && isBlank(to - 1)) to--;
  return text.slice(from, to);
}
