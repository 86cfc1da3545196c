/** Makes inputs, one after another, each from the run's seed and its own number. */
import { type Form, type Packet, written } from "./capture.ts";
import { Chance } from "./chance.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutatePackets } from "./mutate-packets.ts";
import { examine, type Outcome } from "./oracle.ts";
import type { Seed } from "./seeds.ts";

/** Packets taken out of a longer capture. */
const WINDOW = 16;
/** Inputs kept because they reached something new; older ones are the ones that later ones came from. */
const MOST_KEPT = 5000;
/** Bytes of packets in one input. */
const LONGEST = 100_000;

const FORMATS = ["pcap", "pcap", "pcap-nanoseconds", "pcapng", "pcapng-mixed"] as const;

export interface Input {
  readonly file: Uint8Array;
  /** What it was written from; empty where the file itself was changed. */
  readonly packets: readonly Packet[];
}

export class Fuzzer {
  readonly #seed: number;
  readonly #seeds: readonly Seed[];
  readonly #kept: (readonly Packet[])[] = [];
  /** Inputs made. */
  inputs = 0;
  /** Inputs refused as a whole. */
  refused = 0;
  /** What inputs were rejected for, and what their names came from: how far mutation reaches. */
  readonly reasons: Map<string, number> = new Map();
  readonly sources: Set<string> = new Set();

  constructor(seed: number, seeds: readonly Seed[]) {
    this.#seed = seed;
    this.#seeds = seeds;
  }

  get kept(): number {
    return this.#kept.length;
  }

  /** The next input, and the chance its examination goes on with. */
  next(): { readonly input: Input; readonly chance: Chance } {
    const chance = new Chance(this.#seed, this.inputs++);
    return { input: this.#make(chance), chance };
  }

  /** @throws when the input does what no input may. */
  examine(input: Input, chance: Chance): void {
    const outcome: Outcome = examine(input.file, chance);
    if ("refused" in outcome) {
      this.refused++;
      return;
    }
    for (const reason in outcome.run.rejected) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    for (const { nameSource } of outcome.observations) if (nameSource !== null) this.sources.add(nameSource);
  }

  /** Mutates this one further from now on. */
  keep({ packets }: Input): void {
    if (packets.length > 0 && this.#kept.length < MOST_KEPT) this.#kept.push(packets);
  }

  #make(chance: Chance): Input {
    const seed = chance.pick(this.#seeds);
    if (seed.file && chance.oneIn(8)) return { file: mutateBytes(chance, seed.file), packets: [] };
    const from = this.#kept.length > 0 && chance.oneIn(2) ? chance.pick(this.#kept) : window(chance, seed);
    const packets = within(mutatePackets(chance, from, window(chance, chance.pick(this.#seeds))));
    const whole = written(packets, form(chance));
    return { file: chance.oneIn(8) ? mutateBytes(chance, whole, 1) : whole, packets };
  }
}

function window(chance: Chance, { packets }: Seed): readonly Packet[] {
  const from = chance.below(Math.max(1, packets.length - WINDOW + 1));
  return packets.slice(from, from + WINDOW);
}

function within(packets: readonly Packet[]): readonly Packet[] {
  let length = 0;
  return packets.filter(({ bytes }) => (length += bytes.length) <= LONGEST);
}

function form(chance: Chance): Form {
  const blocks = Array.from({ length: chance.below(3) }, () => chance.pick(BLOCKS)(chance));
  return { little: !chance.oneIn(3), format: chance.pick(FORMATS), blocks };
}

type Block = readonly [number, Uint8Array];

const BLOCKS: readonly ((chance: Chance) => Block)[] = [
  (chance) => [chance.number(), chance.bytes(chance.below(40))],
  (chance) => [chance.below(10), chance.bytes(chance.below(40))],
  // Names: one for an IPv4 address, in little-endian lengths.
  (chance) => [4, mutateBytes(chance, Buffer.from("\x01\0\x0e\0\xc0\0\x02\x01a.example\0\0\0\0\0\0\0", "latin1"), 1)],
  // Statistics that tell of drops, and an interface with a clock of its own.
  (chance) => [5, mutateBytes(chance, Buffer.from(`${"00".repeat(12)}050008000100000000000000`, "hex"), 1)],
  (chance) => [1, mutateBytes(chance, Buffer.from("0100000000000400090001000900000000000000", "hex"), 1)],
];
