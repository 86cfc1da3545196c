/** Reassembles IPv4 and IPv6 fragments: large DNS answers arrive in them. */
import type { Rejections } from "../../model/flow.ts";
import type { Instant } from "../../model/instant.ts";
import { SECOND } from "../../model/instant.ts";

/** Datagrams in the making. With 64 KiB each at most, the table holds no more than 16 MiB and what the pieces cost. */
const MAX_DATAGRAMS = 256;
const MAX_DATAGRAM = 65_535;
/** Pieces of one datagram: of the smallest ones that links make (RFC 791: 68 bytes) there would be more, but nobody's do. */
const MAX_PIECES = 256;
/** RFC 8200 gives up after a minute; Linux after half of one. Identifiers of IPv4 repeat, so waiting longer mixes datagrams. */
const TIMEOUT = 60 * SECOND;

interface Datagram {
  readonly since: Instant;
  readonly record: number;
  /** Disjoint, in order. */
  pieces: { readonly from: number; readonly bytes: Uint8Array; readonly record: number }[];
  held: number;
  /** Known once the last fragment has come. */
  total: number | null;
}

/** A whole payload, and the packets that its fragments came in, in the order of its bytes. */
interface Joined {
  readonly bytes: Uint8Array;
  readonly records: readonly number[];
}

export class Fragments {
  /** In order of first fragment, which is also the order in which they are given up. */
  readonly #datagrams = new Map<string, Datagram>();
  readonly #rejections: Rejections;

  constructor(rejections: Rejections) {
    this.#rejections = rejections;
  }

  /** The whole payload once its last missing piece is added; `piece` is copied. */
  add(key: string, from: number, more: boolean, piece: Uint8Array, at: Instant, record: number): Joined | null {
    const found = this.#datagrams.get(key);
    const isStale = found !== undefined && at - found.since > TIMEOUT;
    if (isStale) this.#giveUp(key, "fragment-incomplete");
    const datagram = (isStale ? undefined : found) ?? this.#open(key, at, record);
    const end = from + piece.length;
    const isLast = !more;
    const reach = datagram.pieces.at(-1);
    const contradicts =
      (datagram.total !== null && (end > datagram.total || (isLast && end !== datagram.total))) ||
      (isLast && reach !== undefined && reach.from + reach.bytes.length > end);
    const place = datagram.pieces.findIndex((other) => other.from + other.bytes.length > from);
    const next = place < 0 ? undefined : datagram.pieces[place];
    if (next && next.from === from && next.bytes.length === piece.length) return null;
    // Overlaps are how fragments are made to mean different things to different readers (RFC 5722): nobody's datagram.
    if (
      end > MAX_DATAGRAM ||
      contradicts ||
      (next && next.from < end) ||
      piece.length === 0 ||
      (more && piece.length % 8 !== 0)
    ) {
      this.#giveUp(key, "fragment-overlap");
      return null;
    }
    if (datagram.pieces.length >= MAX_PIECES) {
      this.#giveUp(key, "fragment-table-full");
      return null;
    }
    if (isLast) datagram.total = end;
    datagram.pieces.splice(place < 0 ? datagram.pieces.length : place, 0, { from, bytes: piece.slice(), record });
    datagram.held += piece.length;
    if (datagram.held !== datagram.total) return null;
    this.#datagrams.delete(key);
    return join(datagram);
  }

  /** The end of the run: what is still in the making stays incomplete. */
  finish(): void {
    for (const key of this.#datagrams.keys()) this.#giveUp(key, "fragment-incomplete");
  }

  #open(key: string, since: Instant, record: number): Datagram {
    if (this.#datagrams.size >= MAX_DATAGRAMS) {
      for (const oldest of this.#datagrams.keys()) {
        this.#giveUp(oldest, "fragment-table-full");
        break;
      }
    }
    const datagram: Datagram = { since, record, pieces: [], held: 0, total: null };
    this.#datagrams.set(key, datagram);
    return datagram;
  }

  #giveUp(key: string, reason: "fragment-incomplete" | "fragment-overlap" | "fragment-table-full"): void {
    const datagram = this.#datagrams.get(key);
    if (datagram) this.#rejections.add(reason, datagram.record);
    this.#datagrams.delete(key);
  }
}

function join({ held, pieces }: Datagram): Joined {
  const whole = new Uint8Array(held);
  for (const { from, bytes } of pieces) whole.set(bytes, from);
  return { bytes: whole, records: pieces.map(({ record }) => record) };
}
