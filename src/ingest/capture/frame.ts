/** What a capture container hands over: link-layer frames, and what else it says about the run. */
import type { Address } from "../../model/address.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import type { Instant } from "../../model/instant.ts";

/** One frame. The object is reused for every frame and `bytes` belongs to the container: keep neither. */
export class Frame {
  #bytes: Uint8Array = new Uint8Array(0);
  /** The same bytes for integers in network order: one load for each instead of four, where millions are read. */
  view: DataView = new DataView(this.#bytes.buffer);
  /** The captured bytes are `bytes[start..end)`. */
  start = 0;
  end = 0;
  /** Length on the wire, at least the captured length. */
  wireLength = 0;
  /** LINKTYPE_ value of the file or interface. */
  linkType = 0;
  /** NaN where the container does not tell (pcapng simple packets). */
  at: Instant = Number.NaN;
  /** Number of the packet in the run, from 1, as Wireshark counts them in one file. */
  record = 0;

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Nearly always those of the frame before: to store a reference costs more than to compare it. */
  set bytes(bytes: Uint8Array) {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

export interface CaptureEvents {
  frame(frame: Frame): void;
  /** A name resolution block: evidence, but of the capturing machine and not of the flow. */
  resolved(address: Address, name: Fqdn, record: number): void;
  /** Interface statistics admit to lost packets. */
  dropped(): void;
}

/**
 * Longest frame believed, in bytes: libpcap's MAXIMUM_SNAPLEN and Wireshark's limit for IP link types. A longer one
 * is corruption or an attack on memory, never a packet.
 */
export const MAX_FRAME = 262_144;
