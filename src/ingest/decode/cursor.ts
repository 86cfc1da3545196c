/** Where the decoder stands in a frame: one object, moved from header to header, so that a packet allocates nothing. */
export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** End of the captured bytes. */
  end = 0;
  /** Where the frame would end had all of it been captured. */
  wireEnd = 0;

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
