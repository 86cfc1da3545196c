/** Which packet brought each byte of a stream first; kept only where somebody asks which packets a name came from. */

/** Stream bytes that one packet brought first. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly record: number;
}

/** Packets of one message; each could otherwise bring a single byte. */
const MAX_PIECES = 64;

export class Origins {
  /** Sequence number that positions count from. */
  readonly #base: number;
  readonly #pieces: Piece[] = [];
  /** Bytes that packets brought which were too many to be kept. */
  #lost: { readonly from: number; readonly to: number } | null = null;

  constructor(base: number) {
    this.#base = base;
  }

  add(seq: number, length: number, record: number): void {
    const from = (seq - this.#base) | 0;
    const to = from + length;
    if (this.#pieces.length < MAX_PIECES) noteFirst(this.#pieces, Math.max(0, from), to, record);
    else this.#lost = { from: Math.min(from, this.#lost?.from ?? from), to: Math.max(to, this.#lost?.to ?? to) };
  }

  /** The packets of the bytes between two sequence numbers, in the order of these; null where not all are known. */
  of(fromSeq: number, toSeq: number): number[] | null {
    const [from, to] = [(fromSeq - this.#base) | 0, (toSeq - this.#base) | 0];
    if (this.#lost && this.#lost.from < to && this.#lost.to > from) return null;
    const held = this.#pieces.filter((piece) => piece.from < to && piece.to > from);
    return [...new Set(held.map(({ record }) => record))];
  }

  /** What comes before is not asked for any more. */
  forget(beforeSeq: number): void {
    const before = (beforeSeq - this.#base) | 0;
    const first = this.#pieces.findIndex(({ to }) => to > before);
    this.#pieces.splice(0, first < 0 ? this.#pieces.length : first);
    if (this.#lost && this.#lost.to <= before) this.#lost = null;
  }
}

/** What of `from` to `to` nobody brought before is this packet's. `pieces` are disjoint and in order, and stay so. */
export function noteFirst(pieces: Piece[], from: number, to: number, record: number): void {
  const fresh: Piece[] = [];
  let at = from;
  for (const piece of pieces) {
    if (piece.to <= at) continue;
    if (piece.from >= to) break;
    if (piece.from > at) fresh.push({ from: at, to: piece.from, record });
    at = piece.to;
  }
  if (at < to) fresh.push({ from: at, to, record });
  pieces.push(...fresh);
  pieces.sort((a, b) => a.from - b.from);
}
