/** Fetches one published list: nothing else reaches for the network, and only `prefixes update` asks for this. */
import { parseAddress } from "../../model/address.ts";
import { InputError } from "../../model/error.ts";
import { reachOf } from "../../propose/reach.ts";

/** The largest list (Azure) has 4 MB. */
const MAX_LIST_BYTES = 32_000_000;
const MAX_REDIRECTS = 3;

export interface FetchLimits {
  readonly bytes: number;
  readonly milliseconds: number;
}

export const FETCH_LIMITS: FetchLimits = { bytes: MAX_LIST_BYTES, milliseconds: 60_000 };

export type Fetched =
  /** The server says that it is what it was when it had this tag. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "content"; readonly bytes: Uint8Array; readonly etag: string | null };

/** @throws InputError for everything that is not a whole answer: what came of it is thrown away. */
export async function fetchList(url: string, etag: string | null, limits: FetchLimits): Promise<Fetched> {
  const signal = AbortSignal.timeout(limits.milliseconds);
  try {
    let place = new URL(url);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const headers = { "user-agent": "sallyport", ...(etag === null ? {} : { "if-none-match": etag }) };
      const response = await fetch(place, { redirect: "manual", signal, headers });
      const next = redirectOf(response, place);
      if (next === null) return await contentOf(response, etag, limits);
      await response.body?.cancel();
      place = next;
    }
    throw new InputError(`${url}: more than ${MAX_REDIRECTS} redirects`);
  } catch (error) {
    if (error instanceof InputError)
      throw error.message.startsWith(url) ? error : new InputError(`${url}: ${error.message}`);
    throw new InputError(`${url}: ${causeOf(error, limits)}`);
  }
}

/**
 * Null where there is none. What was asked for over TLS is not taken from a place without, and nobody is sent on to the
 * machines around: what a server says is no reason to ask a metadata service. A name is taken as it is.
 */
function redirectOf(response: Response, from: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(response.status)) return null;
  const location = response.headers.get("location") ?? "";
  const to = location !== "" && URL.canParse(location, from.href) ? new URL(location, from) : null;
  const kept = to !== null && (to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:"));
  const isInside = to !== null && to.hostname !== from.hostname && isNear(to.hostname);
  if (!kept || isInside || `${to.username}${to.password}` !== "")
    throw new InputError("a redirect that is not followed");
  return to;
}

function isNear(host: string): boolean {
  const address = parseAddress(host.replace(/^\[(.*)\]$/, "$1"));
  return address === null ? /^(?:.*\.)?localhost\.?$/.test(host) : reachOf(address) !== "public";
}

async function contentOf(response: Response, etag: string | null, limits: FetchLimits): Promise<Fetched> {
  if (response.status === 304 && etag !== null) return { kind: "unchanged" };
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new InputError(`the server answers ${response.status}`);
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  // Counted as it comes and after decompression: what the server says of its length binds nobody.
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > limits.bytes) throw new InputError(`larger than ${limits.bytes} bytes`);
    pieces.push(piece);
  }
  return { kind: "content", bytes: Buffer.concat(pieces), etag: tagOf(response) };
}

/** A tag that could not be kept in a manifest is none. */
function tagOf(response: Response): string | null {
  const tag = response.headers.get("etag");
  return tag !== null && /^[\x20-\x7e]{1,500}$/.test(tag) ? tag : null;
}

/** Node's own fetch says "fetch failed" and "terminated", and the reason behind it. */
function causeOf(error: unknown, { milliseconds }: FetchLimits): string {
  if (!(error instanceof Error)) throw error;
  if (error.name === "TimeoutError") return `no whole answer within ${milliseconds / 1000} s`;
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  if (error.message === "terminated") return `the answer was cut off (${code})`;
  return `cannot be fetched (${code})`;
}
