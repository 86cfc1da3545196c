/** What a client says inside the tunnels of an HTTP/2 connection, which lie side by side on it (RFC 9113 §8.5). */
import type { Done, End, Judge, StreamFlag, StreamTunnel } from "../verdict.ts";
import type { DataFrame } from "./frames.ts";

/** Tunnels of one connection whose first bytes are being read. */
const MAX_TUNNELS = 64;
/** As much as is kept of a QUIC hello; what is longer is judged as if it ended here. */
const MAX_INSIDE = 16_384;
/** After so many looks, the bytes must have grown by a quarter to be looked at again: one byte a frame is an attack. */
const FREE_LOOKS = 16;
const FIRST_BYTES = 512;

class Inside {
  readonly target: StreamTunnel;
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  #length = 0;
  #looks = 0;
  #judged = 0;

  constructor(target: StreamTunnel) {
    this.target = target;
  }

  get held(): number {
    return this.#bytes.length;
  }

  /** Null while more bytes are needed. */
  take(piece: Uint8Array, judge: Judge): Done | null {
    const length = Math.min(MAX_INSIDE, this.#length + piece.length);
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(MAX_INSIDE, 2 * length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(piece.subarray(0, length - this.#length), this.#length);
    this.#length = length;
    if (length === MAX_INSIDE) return this.end(judge);
    if (length === this.#judged || (this.#looks >= FREE_LOOKS && length < this.#judged * 1.25)) return null;
    this.#looks++;
    this.#judged = length;
    const verdict = judge(this.#bytes.subarray(0, length), this.target.port, false);
    return verdict.kind === "more" ? null : verdict;
  }

  /** No byte follows. */
  end(judge: Judge): Done | null {
    const verdict = judge(this.#bytes.subarray(0, this.#length), this.target.port, true);
    return verdict.kind === "more" ? null : verdict;
  }
}

interface Frame {
  /** Null once it is known what is inside: the rest is passed over, as are all frames behind it. */
  inside: Inside | null;
  readonly stream: number;
  readonly isLast: boolean;
  left: number;
  padding: number;
}

export class Tunnels {
  /** By stream; until what is inside is known. */
  readonly #open = new Map<number, Inside>();
  /** What is still to come of the DATA frame that is being read. */
  #frame: Frame | null = null;

  get held(): number {
    let held = 0;
    for (const inside of this.#open.values()) held += inside.held;
    return held;
  }

  has(stream: number): boolean {
    return this.#open.has(stream);
  }

  get isWithin(): boolean {
    return this.#frame !== null;
  }

  /** False where there are too many to be read. */
  open(stream: number, target: StreamTunnel): boolean {
    if (this.#open.size >= MAX_TUNNELS) return false;
    this.#open.set(stream, new Inside(target));
    return true;
  }

  /** The content of a frame of an open tunnel comes next. */
  enter({ stream, length, padding, isLast }: DataFrame): void {
    const inside = this.#open.get(stream);
    if (inside) this.#frame = { inside, stream, isLast, left: length, padding };
  }

  /** Reads on in the frame: how far, and what the tunnel turned out to hold. */
  read(bytes: Uint8Array, judge: Judge): { readonly length: number; readonly found: End | null } {
    const frame = this.#frame;
    if (frame === null) return { length: 0, found: null };
    const piece = bytes.subarray(0, frame.left);
    frame.left -= piece.length;
    const padding = Math.min(frame.padding, bytes.length - piece.length);
    frame.padding -= padding;
    const isOver = frame.left === 0 && frame.padding === 0;
    if (isOver) this.#frame = null;
    const { inside, stream } = frame;
    const isEnd = isOver && frame.isLast;
    const said = inside && (inside.take(piece, judge) ?? (isEnd ? inside.end(judge) : null));
    if (said || isEnd) {
      frame.inside = null;
      this.#open.delete(stream);
    }
    return { length: piece.length + padding, found: inside && said && told(inside.target, said) };
  }

  /** The connection is over: what one of the tunnels turned out to hold, until none is left. */
  end(judge: Judge): End | null {
    this.#frame = null;
    for (const [stream, inside] of this.#open) {
      this.#open.delete(stream);
      const said = inside.end(judge);
      const found = said && told(inside.target, said);
      if (found) return found;
    }
    return null;
  }
}

/** Null where it is nothing that is read. Of requests inside, only the first is. */
function told(target: StreamTunnel, { claims, literals, tunnels, flags, next }: Done): End | null {
  if (claims.length + literals.length + tunnels.length + flags.length === 0) return null;
  const more: StreamFlag[] = [];
  if (tunnels.length > 0) more.push("proxy-chain");
  if (next !== null) more.push("requests-unread");
  return { kind: "end", claims, literals, tunnels, inside: tunnels.at(-1) ?? target, flags: [...flags, ...more] };
}
