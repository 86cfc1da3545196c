/** Adds a saved file to a merge as it is read: observations run by run, evidence endpoint by endpoint. */
import { type Merger, ObservationReader, parseObservations, readEvidence } from "../merge/index.ts";
import { InputError } from "../model/error.ts";
import { EVIDENCE_SCHEMA } from "../model/evidence.ts";
import { OBSERVATION_SCHEMA } from "../model/observation.ts";
import { isEvidence, schemaOf } from "./artefacts.ts";
import { readText, textOf } from "./files.ts";
import { fileChunks } from "./stored.ts";
import { textLines } from "./text-lines.ts";

const MAGIC = `{"_schema":"${OBSERVATION_SCHEMA}"`;

/** @throws InputError for a file that is neither. */
export async function mergeFile(merger: Merger, path: string): Promise<void> {
  if (isEvidence(path)) {
    readEvidence(merger, textOf(path), path);
    return;
  }
  if (path === "-" || !(await isObservations(path))) {
    mergeText(merger, readText(path), path);
    return;
  }
  const reader = new ObservationReader(path);
  for await (const line of textLines(path)) {
    const run = reader.line(line);
    if (run !== null) merger.addRun(run);
  }
  reader.end();
}

/** @throws InputError for a text that is neither. */
export function mergeText(merger: Merger, text: string, path: string): void {
  const schema = schemaOf(text);
  if (schema === EVIDENCE_SCHEMA) readEvidence(merger, [text], path);
  else if (schema === OBSERVATION_SCHEMA) for (const run of parseObservations(text, path)) merger.addRun(run);
  else throw new InputError(`${path}: neither observations nor evidence`);
}

/** As its first bytes say: evidence has its schema on its second line. */
export async function isObservations(path: string): Promise<boolean> {
  for await (const chunk of fileChunks(path)) {
    return new TextDecoder().decode(chunk.subarray(0, MAGIC.length)) === MAGIC;
  }
  return false;
}
