/** The hello of a DTLS client (RFC 6347 §4, RFC 9147 §5), in one datagram or in several, to the server name in it. */
import { u16, u24 } from "./bytes.ts";
import { readClientHello } from "./tls/client-hello.ts";
import { limited, MORE, NOTHING, type StreamVerdict } from "./verdict.ts";

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER = 13;
const HANDSHAKE_HEADER = 12;
/** As much as is kept of any other hello. */
const MAX_HELLO = 16_384;
/** A hello takes one or two; the rest is for what is sent again, and for the answer to a cookie. */
const MAX_FRAGMENTS = 32;

/** One fragment of a ClientHello. */
interface Fragment {
  /** Of the message; the hello is sent anew, as another one, with the cookie that the server asked for. */
  readonly sequence: number;
  readonly total: number;
  readonly from: number;
  readonly bytes: Uint8Array;
}

/** Whether a datagram begins with a client's hello, or a part of one. */
export function looksLikeDtls(datagram: Uint8Array): boolean {
  return fragmentAt(datagram, 0) !== null;
}

export class DtlsHello {
  #fragments: Fragment[] = [];
  #seen = 0;
  #isLimited = false;

  /** A datagram that the client sent. A verdict other than "more" is final. */
  add(datagram: Uint8Array): StreamVerdict {
    let at = 0;
    for (let fragment = fragmentAt(datagram, at); fragment !== null; fragment = fragmentAt(datagram, at)) {
      if (this.#seen++ === MAX_FRAGMENTS || fragment.total > MAX_HELLO) {
        this.#isLimited = true;
        return this.end();
      }
      if (fragment.sequence !== this.#fragments[0]?.sequence) this.#fragments = [];
      this.#fragments.push(fragment);
      const body = this.#body();
      if (body.length >= fragment.total) return conclude(body, true);
      at += RECORD_HEADER + u16(datagram, at + 11);
    }
    return MORE;
  }

  /** No datagram will follow: what is here is judged as it is. */
  end(): StreamVerdict {
    const body = this.#body();
    const verdict = body.length === 0 ? NOTHING : conclude(body, false);
    return this.#isLimited ? limited(verdict) : verdict;
  }

  /** The bytes that are there without a hole, from the first. */
  #body(): Uint8Array {
    const body = new Uint8Array(Math.min(MAX_HELLO, this.#fragments[0]?.total ?? 0));
    let end = 0;
    for (const { from, bytes } of this.#fragments.toSorted((a, b) => a.from - b.from)) {
      if (from > end) break;
      body.set(bytes.subarray(0, Math.max(0, body.length - from)), from);
      end = Math.max(end, Math.min(body.length, from + bytes.length));
    }
    return body.subarray(0, end);
  }
}

/** Null where no record of a ClientHello begins; one that the snap length cut has what is left of it. */
function fragmentAt(datagram: Uint8Array, at: number): Fragment | null {
  const body = at + RECORD_HEADER + HANDSHAKE_HEADER;
  if (datagram.length < body || datagram[at] !== HANDSHAKE || datagram[at + RECORD_HEADER] !== CLIENT_HELLO)
    return null;
  // DTLS 1.0, and 1.2, which 1.3 is written as too; before the handshake the epoch is 0.
  const version = u16(datagram, at + 1);
  if ((version !== 0xfeff && version !== 0xfefd) || u16(datagram, at + 3) !== 0) return null;
  const header = at + RECORD_HEADER;
  const [total, from, length] = [u24(datagram, header + 1), u24(datagram, header + 6), u24(datagram, header + 9)];
  if (from + length > total || length + HANDSHAKE_HEADER > u16(datagram, at + 11)) return null;
  return { sequence: u16(datagram, header + 4), total, from, bytes: datagram.slice(body, body + length) };
}

/** The cookie stands between session id and cipher suites; without it the hello is one of TLS. */
function conclude(body: Uint8Array, whole: boolean): StreamVerdict {
  const cookie = 35 + (body[34] ?? 0);
  const rest = cookie + 1 + (body[cookie] ?? 0);
  const hello = Buffer.concat([body.subarray(0, cookie), body.subarray(rest)]);
  const { names, literals, flags } = readClientHello(hello, whole);
  const claims = names.map((said) => ({ source: "tls-sni" as const, ...said }));
  return { ...NOTHING, claims, literals, flags: [...flags].sort() };
}
