/** What mutation starts from: captures of the shared corpus where it is there, and conversations made here. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { LINK_LAYERS } from "../ingest/decode/link-layers.ts";
import { TUNNELS } from "../ingest/decode/tunnels.ts";
import { SAMPLES } from "../ingest/dissect/samples.ts";
import { conversation, lookup } from "../support/packets.ts";
import { type Packet, packets, packetsOf } from "./capture.ts";

export interface Seed {
  readonly name: string;
  readonly packets: readonly Packet[];
  /** The file itself, for changes to its container; null where it was made here. */
  readonly file: Uint8Array | null;
}

/** One conversation for each protocol that is recognised on a stream, with a look-up before it, and a packet in each encapsulation. */
export function builtIn(): Seed[] {
  const packed = [...LINK_LAYERS, ...TUNNELS].map(([name, linkType, bytes]) => {
    return { name, packets: packets(linkType, [bytes]), file: null };
  });
  const streams = SAMPLES.map(([name, stream], i) => {
    const address = `192.0.2.${i + 1}`;
    const frames = [...lookup("www.example.com", address), ...conversation(address, 443, stream)];
    return { name, packets: packets(1, frames), file: null };
  });
  return [...streams, ...packed];
}

/** Whole files are mutated up to this length only: their containers repeat themselves. */
const LONGEST_FILE = 16_384;

/** Empty where the folder is not there. */
export function fromCorpus(captures: URL): Seed[] {
  if (!existsSync(captures)) return [];
  return readdirSync(captures)
    .sort()
    .flatMap((name) => {
      const stored = readFileSync(new URL(name, captures));
      const file = name.endsWith(".gz") ? gunzipSync(stored) : stored;
      const found = packetsOf(file);
      return found.length === 0 ? [] : [{ name, packets: found, file: file.subarray(0, LONGEST_FILE) }];
    });
}
