/** A few packets that are sent again and again, each time with another number in the places that were marked for it. */

/** Stands for an IPv4 address that every repetition has of its own. */
export const ANY_ADDRESS = "202.254.186.190";
/** Stands for the first label of a name, ten digits in every repetition. */
export const ANY_LABEL = "nnnnnnnnnn";

const ADDRESS = Buffer.from(ANY_ADDRESS.split(".").map(Number));
const LABEL = Buffer.from(ANY_LABEL);
const RECORD_HEADER = 16;

export class Unit {
  readonly #records: Buffer;
  readonly #times: number[] = [];
  readonly #addresses: number[];
  readonly #labels: number[];

  /** Records of a little-endian capture in microseconds. */
  constructor(frames: readonly Uint8Array[]) {
    let at = 0;
    const records = frames.map((frame) => {
      const header = Buffer.alloc(RECORD_HEADER);
      header.writeUInt32LE(frame.length, 8);
      header.writeUInt32LE(frame.length, 12);
      this.#times.push(at);
      at += RECORD_HEADER + frame.length;
      return Buffer.concat([header, frame]);
    });
    this.#records = Buffer.concat(records);
    this.#addresses = placesOf(this.#records, ADDRESS);
    this.#labels = placesOf(this.#records, LABEL);
  }

  get packets(): number {
    return this.#times.length;
  }

  get length(): number {
    return this.#records.length;
  }

  /** Writes the repetition with this number, whose packets all have the same time. */
  write(chunk: Buffer, from: number, number: number, micros: number): void {
    chunk.set(this.#records, from);
    for (const at of this.#times) {
      chunk.writeUInt32LE(Math.floor(micros / 1e6), from + at);
      chunk.writeUInt32LE(micros % 1e6, from + at + 4);
    }
    // From 32.0.0.0 on, which leaves room for 2^29 addresses that are nothing special.
    for (const at of this.#addresses) chunk.writeUInt32BE(0x2000_0000 + number, from + at);
    for (const at of this.#labels) {
      for (let digit = 9, rest = number; digit >= 0; digit--, rest = Math.floor(rest / 10)) {
        chunk[from + at + digit] = 0x30 + (rest % 10);
      }
    }
  }
}

function placesOf(bytes: Buffer, marker: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 1)) places.push(at);
  return places;
}
