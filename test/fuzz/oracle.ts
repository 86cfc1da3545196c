/** What must hold of every input, however broken: results that later stages accept, or one line for the user. */
import { Attributor } from "../../src/attribute/index.ts";
import { createCaptureReader } from "../../src/ingest/capture-reader.ts";
import { parseObservations } from "../../src/merge/read.ts";
import { parseAddress } from "../../src/model/address.ts";
import { InputError } from "../../src/model/error.ts";
import { parseFqdn } from "../../src/model/fqdn.ts";
import type { ObservedRun } from "../../src/model/observation.ts";
import type { Chance } from "./chance.ts";
import { inFull } from "../support/in-full.ts";

/** What became of one input. */
export type Outcome = ObservedRun | { readonly refused: string };

/** Reads a capture in the chunks that `cuts` make. A chunk is spoilt once it was pushed: nothing may still point there. */
export function observe(file: Uint8Array, cuts: readonly number[] = []): Outcome {
  const attributor = new Attributor("run", "run.pcap");
  const reader = createCaptureReader(attributor);
  try {
    let from = 0;
    for (const to of [...cuts, file.length]) {
      const chunk = new Uint8Array(file.subarray(from, to));
      reader.push(chunk);
      chunk.fill(0xaa);
      from = to;
    }
    reader.endOfFile();
    reader.finish();
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
  return inFull(attributor.finish(null));
}

export function textOf(outcome: Outcome): string {
  if ("refused" in outcome) return outcome.refused;
  return [...outcome.observations, outcome.run].map((line) => JSON.stringify(line)).join("\n");
}

/** @throws for what must never happen; the looks that cost as much as the reading itself are taken now and then. */
export function examine(file: Uint8Array, chance: Chance): Outcome {
  const outcome = observe(file);
  if ("refused" in outcome) {
    hold(/^[^\n]+\(at byte \d+\)$/.test(outcome.refused), `not one line with a place: ${outcome.refused}`);
  } else examineRun(outcome);
  if (chance.oneIn(24) && !("refused" in outcome)) {
    const [back] = parseObservations(textOf(outcome), "fuzz");
    hold(JSON.stringify(back) === JSON.stringify(outcome), "is not read back as it was written");
  }
  if (chance.oneIn(64)) hold(textOf(observe(file)) === textOf(outcome), "is read differently the second time");
  if (chance.oneIn(24)) {
    const cuts = cutsOf(chance, file.length);
    hold(textOf(observe(file, cuts)) === textOf(outcome), `is read differently in ${cuts.length + 1} chunks`);
  }
  return outcome;
}

function examineRun({ run, observations }: ObservedRun): void {
  let connections = 0;
  for (const line of observations) {
    const names = [...(line.cnames ?? []), ...(line.name === null ? [] : [line.name])];
    for (const name of names) hold(parseFqdn(name) === name, `no host name: ${name}`);
    for (const name of line.otherNames) {
      hold(parseFqdn(name) === name || parseAddress(name) === name, `neither host name nor address: ${name}`);
    }
    hold(line.address !== null && parseAddress(line.address) === line.address, `no address: ${line.address}`);
    hold((line.name === null) === (line.nameSource === null), "a name without its source");
    if (!line.via) connections += line.connections;
  }
  hold(connections === run.flows, `${run.flows} flows became ${connections} connections`);
}

/** Single bytes at first or throughout, or chunks of up to 64 KiB. */
function cutsOf(chance: Chance, length: number): number[] {
  const most = chance.pick([1, 3, 40, 1500, 65_536]);
  const cuts: number[] = [];
  for (let at = 1; at < length && cuts.length < 2000; at += 1 + chance.below(most)) cuts.push(at);
  return cuts;
}

function hold(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
