/** What is known of each followed flow beside its five-tuple, in arrays indexed by the flow table's rows. */

/** Bits of {@link FlowStates.bits}. */
export const BIT = {
  /** Endpoint B opened it, not A. */
  originatorB: 1,
  /** TCP SYN, SCTP INIT. */
  opened: 2,
  /** The responder took part: SYN-ACK or data on TCP, any datagram on UDP. */
  established: 4,
  finOriginator: 8,
  finResponder: 16,
  reset: 32,
  rejected: 64,
  /** The opening was not seen: the direction is a guess. */
  midstream: 128,
  /** Client bytes are still looked at for a name. */
  wantsClient: 256,
  /** The responder's bytes are DNS: over TCP, or over UDP on a port that is not DNS's own. */
  wantsAnswers: 512,
  /** Datagrams are still looked at for a hello of QUIC or DTLS. */
  wantsQuic: 1024,
  /** A midstream flow whose other side has not been looked at yet: it may turn out to be the client. */
  wantsEither: 2048,
  /** The sequence number of A's (B's) first byte is known. */
  baseA: 4096,
  baseB: 8192,
  /** It carried DNS answers to the originator. */
  dns: 16384,
  /** Nothing but neighbour discovery and listener reports: the link's own upkeep (RFC 4861, RFC 3810). */
  upkeep: 32768,
  /** One DNS question to port 53 was seen, a second one with another id, more of them. */
  asked: 65_536,
  askedTwice: 131_072,
  askedMore: 262_144,
  /** What the client began with is nothing known; it may ask for TLS in it. */
  wantsLateHello: 524_288,
  /** It did. */
  lateHello: 1_048_576,
} as const;

/** Set in flows that are over. */
export function isClosed(bits: number): boolean {
  const bothFins = BIT.finOriginator | BIT.finResponder;
  return (bits & (BIT.reset | BIT.rejected)) !== 0 || (bits & bothFins) === bothFins;
}

export class FlowStates {
  bits: Int32Array = new Int32Array(0);
  /** Sequence number of the SYN. */
  isn: Int32Array = new Int32Array(0);
  /** Sequence numbers of the first byte of A and of B, two columns a row. */
  base: Int32Array = new Int32Array(0);
  /** Ids of the first two DNS questions, 16 bits each: a stub resolver asks for both families from one port. */
  #ids: Int32Array = new Int32Array(0);
  firstSeen: Float64Array = new Float64Array(0);
  lastSeen: Float64Array = new Float64Array(0);
  /** Payload bytes sent by A and by B, then packets, four columns a row: what is counted together lies together. */
  traffic: Float64Array = new Float64Array(0);

  /** Makes room for rows below `capacity`. */
  reserve(capacity: number): void {
    if (capacity <= this.bits.length) return;
    this.bits = grown(this.bits, new Int32Array(capacity));
    this.isn = grown(this.isn, new Int32Array(capacity));
    this.base = grown(this.base, new Int32Array(2 * capacity));
    this.#ids = grown(this.#ids, new Int32Array(capacity));
    this.firstSeen = grown(this.firstSeen, new Float64Array(capacity));
    this.lastSeen = grown(this.lastSeen, new Float64Array(capacity));
    this.traffic = grown(this.traffic, new Float64Array(4 * capacity));
  }

  open(row: number, bits: number, at: number): void {
    this.bits[row] = bits;
    this.firstSeen[row] = at;
    this.lastSeen[row] = at;
    this.traffic.fill(0, 4 * row, 4 * row + 4);
  }

  /**
   * `side` is 1 for B. Times may come out of order, and simple packets have none (NaN). A datagram that comes in
   * fragments is one packet, and counts once it is whole: `packets` is 0 or 1.
   */
  count(row: number, side: 0 | 1, packets: number, bytes: number, at: number): void {
    const last = this.lastSeen[row]!;
    if (at > last || Number.isNaN(last)) this.lastSeen[row] = at;
    const first = this.firstSeen[row]!;
    if (at < first || Number.isNaN(first)) this.firstSeen[row] = at;
    this.traffic[4 * row + side]! += bytes;
    this.traffic[4 * row + 2 + side]! += packets;
  }

  /** Packets so far. */
  sentByOriginator(row: number): number {
    return this.traffic[4 * row + 2 + (this.bits[row]! & BIT.originatorB)]!;
  }

  /** A DNS question over UDP; its id is negative where it was cut off, and then nothing can be told. */
  ask(row: number, id: number): void {
    const bits = this.bits[row]!;
    const ids = this.#ids[row]!;
    if (id < 0) this.bits[row]! |= BIT.askedMore;
    else if ((bits & BIT.asked) === 0) {
      this.#ids[row] = id;
      this.bits[row]! |= BIT.asked;
    } else if ((ids & 0xffff) !== id) {
      if ((bits & BIT.askedTwice) === 0) {
        this.#ids[row] = ids | (id << 16);
        this.bits[row]! |= BIT.askedTwice;
      } else if (ids >>> 16 !== id) this.bits[row]! |= BIT.askedMore;
    }
  }

  /** False where the questions of a flow were seen, were few enough to be remembered, and none had this id. */
  mayHaveAsked(row: number, id: number): boolean {
    const bits = this.bits[row]!;
    if ((bits & BIT.asked) === 0 || (bits & BIT.askedMore) !== 0) return true;
    const ids = this.#ids[row]!;
    return (ids & 0xffff) === id || ((bits & BIT.askedTwice) !== 0 && ids >>> 16 === id);
  }

  setBase(row: number, side: 0 | 1, seq: number): void {
    this.base[2 * row + side] = seq;
    this.bits[row]! |= side === 0 ? BIT.baseA : BIT.baseB;
  }

  /** The sequence number of a side's first byte; `seq` itself when none is known yet. */
  baseOf(row: number, side: 0 | 1, seq: number): number {
    if ((this.bits[row]! & (side === 0 ? BIT.baseA : BIT.baseB)) === 0) this.setBase(row, side, seq);
    return this.base[2 * row + side]!;
  }
}

function grown<T extends Int32Array | Float64Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}
