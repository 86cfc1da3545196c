/** Google's QUIC from Q024 to Q046, whose first packets are signed but not encrypted: the hello stands in them to be read. */
import { u16le } from "../../capture/bytes.ts";
import { latin1, u16 } from "../bytes.ts";
import { limited, MORE, type StreamVerdict } from "../verdict.ts";
import { readChlo } from "./chlo.ts";
import { CryptoStream, MAX_CRYPTO } from "./crypto-stream.ts";

const CONNECTION_ID = 8;
/** In the place of a signature, while there are no keys. */
const HASH = 12;
/** Bytes of the packet's number, by two bits of the flags. */
const NUMBER = [1, 2, 4, 6] as const;
const FLAG = { version: 1, reset: 2, connectionId: 8 } as const;
const FLAGS_READ = FLAG.version | FLAG.reset | FLAG.connectionId;
/** From these versions on: no private flags before the frames, numbers in network order, a header like the standard's. */
const SINCE = { unflagged: 34, bigEndian: 39, longHeader: 44 } as const;
const [FIRST_VERSION, LAST_VERSION] = [24, 46];
const FRAME = { padding: 0, ping: 7, stream: 0x80 } as const;
const HANDSHAKE_STREAM = 1;
/** A hello takes one or two; the rest is for what is sent again. */
const MAX_DATAGRAMS = 32;

/** Whether a datagram is one that a client sends before it knows that the server speaks its version. */
export function looksLikeGoogleQuic(datagram: Uint8Array): boolean {
  return readHeader(datagram) !== null;
}

export class GoogleHello {
  readonly #stream = new CryptoStream();
  #datagrams = 0;

  /** A datagram that the client sent. A verdict other than "more" is final. */
  add(datagram: Uint8Array): StreamVerdict {
    const header = readHeader(datagram);
    if (header !== null) addFrames(this.#stream, datagram, header);
    this.#datagrams++;
    const { prefix } = this.#stream;
    const verdict = prefix.length === 0 ? MORE : readChlo(prefix, false);
    const isEnough = this.#datagrams === MAX_DATAGRAMS || prefix.length === MAX_CRYPTO;
    return verdict.kind === "more" && isEnough ? limited(this.end()) : verdict;
  }

  /** No datagram will follow: what is here is judged as it is. */
  end(): StreamVerdict {
    return readChlo(this.#stream.prefix, true);
  }
}

interface Header {
  readonly version: number;
  /** Where the frames begin. */
  readonly end: number;
}

function readHeader(bytes: Uint8Array): Header | null {
  const first = bytes[0] ?? 0;
  const isLong = first >> 6 === 3;
  const isPublic = (first & 0x80) === 0 && (first & FLAGS_READ) === (FLAG.version | FLAG.connectionId);
  if (!isLong && !isPublic) return null;
  const version = versionAt(bytes, isLong ? 1 : 1 + CONNECTION_ID);
  if (version === null || version >= SINCE.longHeader !== isLong) return null;
  if (isLong) {
    // One byte tells both connection ids' lengths, less three; the client has none of its own.
    if (bytes[5] !== (CONNECTION_ID - 3) << 4) return null;
    return { version, end: 6 + CONNECTION_ID + (first & 3) + 1 + HASH };
  }
  const number = NUMBER[((first >> 4) & 3) as 0 | 1 | 2 | 3];
  const privateFlags = version < SINCE.unflagged ? 1 : 0;
  return { version, end: 1 + CONNECTION_ID + 4 + number + HASH + privateFlags };
}

/** `Q0` and two digits. */
function versionAt(bytes: Uint8Array, at: number): number | null {
  const digits = /^Q0(\d\d)$/.exec(latin1(bytes, at, at + 4))?.[1];
  const version = Number(digits ?? 0);
  return version >= FIRST_VERSION && version <= LAST_VERSION ? version : null;
}

/** Until a frame of another kind, which does not come before the hello. */
function addFrames(stream: CryptoStream, bytes: Uint8Array, { version, end }: Header): void {
  const isBig = version >= SINCE.bigEndian;
  let at = end;
  while (at < bytes.length) {
    const type = bytes[at++] ?? 0;
    if (type === FRAME.padding || type === FRAME.ping) continue;
    if ((type & FRAME.stream) === 0) return;
    const idSize = (type & 3) + 1;
    const offsetSize = ((type >> 2) & 7) === 0 ? 0 : ((type >> 2) & 7) + 1;
    const id = integer(bytes, at, idSize, isBig);
    const offset = integer(bytes, at + idSize, offsetSize, isBig);
    at += idSize + offsetSize;
    let to = bytes.length;
    if ((type & 0x20) !== 0) {
      if (at + 2 > bytes.length) return;
      at += 2;
      to = at + (isBig ? u16(bytes, at - 2) : u16le(bytes, at - 2));
    }
    if (id === HANDSHAKE_STREAM) stream.add(offset, bytes.subarray(at, to));
    at = to;
  }
}

/** Values above 2^53 lose their last bits, and are far out of any bounds anyway. */
function integer(bytes: Uint8Array, at: number, size: number, isBig: boolean): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[isBig ? at + i : at + size - 1 - i] ?? 0);
  return value;
}
