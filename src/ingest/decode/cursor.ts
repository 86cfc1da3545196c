/** Where the decoder stands in a frame: one object, moved from header to header, so that a packet allocates nothing. */
export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** End of the captured bytes. */
  end = 0;
  /** Where the frame would end had all of it been captured. */
  wireEnd = 0;

  /** What is left of an aggregate of packets, from where it begins to the two ends; null when there is none. */
  #rest: Uint8Array | null = null;
  #restAt = 0;
  #restEnd = 0;
  #restWireEnd = 0;

  /** Whether the frame holds packets behind the one that the cursor is in. */
  get hasMore(): boolean {
    return this.#rest !== null;
  }

  /** Remembers that the frame goes on at `from`, whatever becomes of the packet before. */
  keepRest(from: number): void {
    this.#rest = this.bytes;
    this.#restAt = from;
    this.#restEnd = this.end;
    this.#restWireEnd = this.wireEnd;
  }

  /** Goes on where {@link keepRest} said. */
  takeRest(): void {
    if (this.#rest) this.bytes = this.#rest;
    this.at = this.#restAt;
    this.end = this.#restEnd;
    this.wireEnd = this.#restWireEnd;
    this.#rest = null;
  }

  /** A header says where the packet ends; beyond it is padding of the link layer. */
  limit(end: number): void {
    if (end < this.wireEnd) this.wireEnd = end;
    if (end < this.end) this.end = end;
  }

  /** Captured bytes from here on. */
  get left(): number {
    return this.end - this.at;
  }
}

/** Why a packet gives no flow; counted by these words in the run's `rejected`. */
export type Unusable =
  | "unknown-link-type"
  | "not-ip"
  | "encrypted-frame"
  | "truncated-packet"
  | "bad-packet"
  | "other-protocol"
  | "tunnel-too-deep";

/** What lies at the cursor after link-layer headers: an IP version, or nothing to be had. */
export type Network = 4 | 6 | Unusable;
