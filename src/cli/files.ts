/** Reads the small files of the job: policies, decisions, saved artefacts, shipped snapshots. */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { PolicyFile } from "../dialect/index.ts";
import { parseEvidence, parseObservations } from "../merge/index.ts";
import { CANDIDATE_SCHEMA, type Candidate } from "../model/candidate.ts";
import { InputError } from "../model/error.ts";
import { safeLabel } from "../model/label.ts";
import { type Evidence, EVIDENCE_SCHEMA } from "../model/evidence.ts";
import { OBSERVATION_SCHEMA, type ObservedRun } from "../model/observation.ts";
import { parseCandidate } from "../propose/schema.ts";
import { reasonOf } from "./errors.ts";
import { textChunks } from "./text-lines.ts";

/** Larger than any policy or artefact we write; a text must fit one JavaScript string. */
const MAX_BYTES = 400 << 20;

/** What is read of a file to tell what it is. */
const START = 200;

/** Standard input can be read once, and is asked for twice where it is first seen what it is. */
let standardInput: Uint8Array | null = null;

export function readText(path: string): string {
  try {
    if (path !== "-" && statSync(path).size > MAX_BYTES)
      throw new InputError(`${path}: larger than ${MAX_BYTES} bytes`);
    const bytes = path === "-" ? (standardInput ?? readFileSync(0)) : readFileSync(path);
    if (path === "-") standardInput = bytes;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (error instanceof TypeError) throw new InputError(`${path}: not UTF-8 text`);
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
}

/**
 * Policies under the names they have in outputs: the shortest end of each path that no other shares, so that outputs do
 * not depend on where a checkout lies.
 */
export function readPolicies(paths: readonly string[]): PolicyFile[] {
  return readPolicyVersions([paths])[0] ?? [];
}

/** The same for several versions of a policy, so that files of one name in different versions are told apart. */
export function readPolicyVersions(versions: readonly (readonly string[])[]): PolicyFile[][] {
  const all = [...new Set(versions.flat().map((path) => resolve(path)))];
  return versions.map((paths) => {
    const whole = paths.map((path) => resolve(path));
    const twice = whole.findIndex((path, i) => whole.indexOf(path) < i);
    if (twice >= 0) throw new InputError(`${paths[twice]}: the same policy is given twice`);
    return paths.map((path) => ({ path: shortName(resolve(path), all), text: readText(path) }));
  });
}

/** Of whole and different paths, so that some end of each is its own. */
function shortName(path: string, all: readonly string[]): string {
  const parts = path.split("/");
  for (let kept = 1; kept < parts.length; kept++) {
    const name = parts.slice(-kept).join("/");
    if (all.filter((other) => other.endsWith(`/${name}`)).length === 1) return safeLabel(name);
  }
  return safeLabel(basename(path));
}

export type Artefact =
  | { readonly kind: "observations"; readonly runs: readonly ObservedRun[] }
  | { readonly kind: "evidence"; readonly evidence: Evidence }
  | { readonly kind: "candidate"; readonly candidate: Candidate };

/** A saved artefact of any stage, told apart by its `_schema`; null when the file is none (a policy, for example). */
export function readArtefact(path: string): Artefact | null {
  if (isEvidence(path)) return { kind: "evidence", evidence: parseEvidence(textChunks(path), path) };
  return parseArtefact(readText(path), path);
}

/** Evidence is read in pieces, whatever its length; what can be read only once is read whole. */
export function isEvidence(path: string): boolean {
  return schemaOf(startOf(path)) === EVIDENCE_SCHEMA;
}

function parseArtefact(text: string, path: string): Artefact | null {
  const schema = schemaOf(text);
  switch (schema) {
    case undefined:
      return null;
    case OBSERVATION_SCHEMA:
      return { kind: "observations", runs: parseObservations(text, path) };
    case EVIDENCE_SCHEMA:
      return { kind: "evidence", evidence: parseEvidence([text], path) };
    case CANDIDATE_SCHEMA:
      return { kind: "candidate", candidate: parseCandidate(parseJson(text, path), path) };
    default:
      throw new InputError(`${path}: ${schema} is not an artefact that is known here`);
  }
}

export function schemaOf(text: string): string | undefined {
  return /^\s*\{\s*"_schema":\s*"([^"]{1,60})"/.exec(text.slice(0, START))?.[1];
}

/** Empty where it is no plain file. */
function startOf(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return "";
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(START);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, readSync(file, bytes, 0, START, 0)));
  } finally {
    closeSync(file);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${path}: not JSON: the file is cut short or was edited`);
  }
}
