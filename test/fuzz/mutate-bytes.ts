/** Changes to bytes that know nothing of what the bytes mean. */
import type { Chance } from "./chance.ts";

/** Longest result: mutation must not grow inputs from round to round. */
const LONGEST = 65_000;

/** A changed copy; never longer than {@link LONGEST}. */
export function mutateBytes(chance: Chance, bytes: Uint8Array, times = 1 + chance.below(4)): Uint8Array {
  let mutant = Buffer.from(bytes);
  for (let i = 0; i < times; i++) mutant = Buffer.from(chance.pick(EDITS)(chance, mutant));
  return mutant.subarray(0, LONGEST);
}

type Edit = (chance: Chance, bytes: Buffer) => Uint8Array;

const EDITS: readonly Edit[] = [
  (chance, bytes) => overwrite(chance, bytes, Uint8Array.of(chance.byte())),
  (chance, bytes) => overwrite(chance, bytes, bigEndian(chance, chance.pick([1, 2, 3, 4]))),
  (chance, bytes) => overwrite(chance, bytes, bigEndian(chance, chance.pick([2, 4])).reverse()),
  (chance, bytes) => {
    const at = chance.below(bytes.length);
    return overwriteAt(bytes, at, Uint8Array.of((bytes[at] ?? 0) ^ (1 << chance.below(8))));
  },
  // Counters and lengths go wrong by one.
  (chance, bytes) => {
    const at = chance.below(bytes.length);
    return overwriteAt(bytes, at, Uint8Array.of((bytes[at] ?? 0) + chance.pick([1, 255])));
  },
  (chance, bytes) => bytes.subarray(0, chance.below(bytes.length + 1)),
  (chance, bytes) => {
    const [from, to] = stretch(chance, bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (chance, bytes) => {
    const [from, to] = stretch(chance, bytes.length);
    const again = Array.from({ length: 1 + chance.below(8) }, () => bytes.subarray(from, to));
    return Buffer.concat([bytes.subarray(0, to), ...again, bytes.subarray(to)]);
  },
  (chance, bytes) => {
    const at = chance.below(bytes.length + 1);
    const more = chance.oneIn(2)
      ? chance.bytes(1 + chance.below(16))
      : Buffer.alloc(1 + chance.below(600), chance.byte());
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
  },
  (chance, bytes) => {
    const [from, to] = stretch(chance, bytes.length);
    return overwrite(chance, bytes, bytes.subarray(from, to));
  },
];

function bigEndian(chance: Chance, width: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(chance.number());
  return bytes.subarray(4 - width);
}

function overwrite(chance: Chance, bytes: Buffer, by: Uint8Array): Buffer {
  return overwriteAt(bytes, chance.below(bytes.length), by);
}

function overwriteAt(bytes: Buffer, at: number, by: Uint8Array): Buffer {
  bytes.set(by.slice(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
  return bytes;
}

/** A short stretch of the bytes, as from and to. */
function stretch(chance: Chance, length: number): readonly [number, number] {
  const from = chance.below(length + 1);
  return [from, Math.min(length, from + 1 + chance.below(chance.oneIn(8) ? 2000 : 40))];
}
