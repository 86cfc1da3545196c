/** The Initial packets of one QUIC client (RFC 9000, RFC 9001, RFC 9369) to the server name in their ClientHello. */
import { u24 } from "./bytes.ts";
import { isChlo, readChlo } from "./quic/chlo.ts";
import { CryptoStream, MAX_CRYPTO } from "./quic/crypto-stream.ts";
import { type LongPacket, readLongPacket } from "./quic/packet.ts";
import { clientKeys, type InitialKeys, openInitial } from "./quic/protection.ts";
import { readClientHello } from "./tls/client-hello.ts";
import { limited, MORE, NOTHING, type StreamVerdict } from "./verdict.ts";

const CLIENT_HELLO = 1;
const HANDSHAKE_HEADER = 4;
/** A hello takes two or three; the rest is for what is sent again. */
const MAX_DATAGRAMS = 32;
/** More than a client coalesces (RFC 9000 §12.2). */
const MAX_PACKETS = 8;
/** One for the first connection id, one after a Retry, one for a second attempt from the same port, one to spare. */
const MAX_KEYS = 4;

/** Whether a datagram begins with a long header of a version that can be read here. */
export function looksLikeQuic(datagram: Uint8Array): boolean {
  return readLongPacket(datagram) !== null;
}

/** The keys made from one connection id, and what they opened. */
interface Attempt {
  readonly keys: InitialKeys;
  readonly stream: CryptoStream;
}

export class QuicInitials {
  private readonly attempts: Attempt[] = [];
  private datagrams = 0;
  private verdict: StreamVerdict = MORE;
  /** Whether something was left unread that may have held the name. */
  private isLimited = false;

  /** A datagram that the client sent. A verdict other than "more" is final. */
  add(datagram: Uint8Array): StreamVerdict {
    if (this.verdict.kind === "done") return this.verdict;
    let rest = datagram;
    for (let packets = 0; this.verdict.kind === "more"; packets++) {
      const packet = readLongPacket(rest);
      if (packet === null) break;
      if (packets === MAX_PACKETS) {
        this.isLimited = true;
        break;
      }
      if (packet.isInitial) this.verdict = this.open(packet);
      rest = rest.subarray(packet.bytes.length);
    }
    this.datagrams++;
    if (this.verdict.kind === "done" || this.datagrams < MAX_DATAGRAMS) return this.verdict;
    this.isLimited = true;
    return this.end();
  }

  /** No datagram will follow: what is here is judged as it is. */
  end(): StreamVerdict {
    if (this.verdict.kind === "done") return this.verdict;
    const read = this.attempts.find(({ stream }) => stream.prefix.length > HANDSHAKE_HEADER);
    const verdict = read ? conclude(read.stream.prefix, false) : NOTHING;
    this.verdict = this.isLimited ? limited(verdict) : verdict;
    return this.verdict;
  }

  /**
   * The connection id changes with the server's first answer while the keys do not, and both change with a Retry; so
   * the keys at hand are tried before new ones are made.
   */
  private open(packet: LongPacket): StreamVerdict {
    for (const attempt of this.attempts) {
      const frames = openInitial(attempt.keys, packet);
      if (frames !== null) return readFrames(attempt.stream, frames);
    }
    const keys = clientKeys(packet.version, packet.destination);
    const frames = openInitial(keys, packet);
    if (frames === null) return MORE;
    const stream = new CryptoStream(packet.version.crypto);
    if (this.attempts.length < MAX_KEYS) this.attempts.push({ keys, stream });
    else this.isLimited = true;
    return readFrames(stream, frames);
  }
}

function readFrames(stream: CryptoStream, frames: Uint8Array): StreamVerdict {
  stream.addFrames(frames);
  const { prefix } = stream;
  if (isChlo(prefix)) return readChlo(prefix, prefix.length === MAX_CRYPTO);
  if (prefix.length > 0 && prefix[0] !== CLIENT_HELLO) return NOTHING;
  if (prefix.length < HANDSHAKE_HEADER) return MORE;
  const end = HANDSHAKE_HEADER + u24(prefix, 1);
  if (prefix.length >= end) return conclude(prefix.subarray(0, end), true);
  return prefix.length === MAX_CRYPTO ? limited(conclude(prefix, false)) : MORE;
}

function conclude(handshake: Uint8Array, whole: boolean): StreamVerdict {
  if (isChlo(handshake)) return readChlo(handshake, true);
  const { names, literals, flags } = readClientHello(handshake.subarray(HANDSHAKE_HEADER), whole);
  const claims = names.map((said) => ({ source: "quic-sni" as const, ...said }));
  return { ...NOTHING, claims, literals, flags: [...flags].sort() };
}
