/** Sends a unit millions of times through the reader and tells what was reported and how much memory it took. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Attributor } from "../../src/attribute/index.ts";
import { createCaptureReader } from "../../src/ingest/capture-reader.ts";
import type { ObservedRun } from "../../src/model/observation.ts";
import type { Flood } from "./floods.ts";
import { inFull } from "../support/in-full.ts";

const START = Date.UTC(2026, 10, 1, 12) * 1000;
const CHUNK = 1 << 20;
/** How often memory is looked at. */
const LOOKS = 8;

export interface Flooded {
  readonly run: ObservedRun;
  /** The most that was held at any look, beyond what was held before: heap and array buffers, without garbage. */
  readonly held: number;
}

const collect = collector();

export function flood({ unit, everyMicros = 0 }: Flood, times: number): Flooded {
  const attributor = new Attributor("run", "run.pcap");
  const reader = createCaptureReader(attributor);
  const before = heldNow();
  let held = 0;
  reader.push(fileHeader());
  const perChunk = Math.max(1, Math.floor(CHUNK / unit.length));
  const chunk = Buffer.alloc(perChunk * unit.length);
  const chunks = Math.ceil(times / perChunk);
  const lookEvery = Math.ceil(chunks / LOOKS);
  for (let i = 0; i < chunks; i++) {
    const count = Math.min(perChunk, times - i * perChunk);
    for (let j = 0; j < count; j++) {
      const number = i * perChunk + j;
      unit.write(chunk, j * unit.length, number, START + number * everyMicros);
    }
    reader.push(chunk.subarray(0, count * unit.length));
    if (i % lookEvery === lookEvery - 1) held = Math.max(held, heldNow() - before);
  }
  reader.endOfFile();
  reader.finish();
  const run = inFull(attributor.finish(null));
  return { run, held: Math.max(held, heldNow() - before) };
}

function heldNow(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  return header;
}
