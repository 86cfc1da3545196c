/** Adds a saved file to a merge: observations run by run as they are read, evidence whole. */
import { type Merger, ObservationReader } from "../merge/index.ts";
import { InputError } from "../model/error.ts";
import { OBSERVATION_SCHEMA } from "../model/observation.ts";
import { parseArtefact, readText } from "./files.ts";
import { fileChunks } from "./stored.ts";
import { textLines } from "./text-lines.ts";

const MAGIC = `{"_schema":"${OBSERVATION_SCHEMA}"`;

/** @throws InputError for a file that is neither. */
export async function mergeFile(merger: Merger, path: string): Promise<void> {
  if (path === "-" || !(await isObservations(path))) {
    mergeText(merger, path);
    return;
  }
  const reader = new ObservationReader(path);
  for await (const line of textLines(path)) {
    const run = reader.line(line);
    if (run !== null) merger.addRun(run);
  }
  reader.end();
}

function mergeText(merger: Merger, path: string): void {
  const read = parseArtefact(readText(path), path);
  if (read?.kind === "observations") for (const run of read.runs) merger.addRun(run);
  else if (read?.kind === "evidence") merger.addEvidence(read.evidence);
  else throw new InputError(`${path}: neither observations nor evidence`);
}

/** As its first bytes say: evidence has its schema on its second line. */
export async function isObservations(path: string): Promise<boolean> {
  for await (const chunk of fileChunks(path)) {
    return new TextDecoder().decode(chunk.subarray(0, MAGIC.length)) === MAGIC;
  }
  return false;
}
