/** Reads the small files of the job: policies, decisions, saved artefacts, shipped snapshots. */
import { readFileSync, statSync } from "node:fs";
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
import { fileChunksAtOnce } from "./stored.ts";
import { textChunks } from "./text-lines.ts";

/** Larger than any policy or artefact we write; a text must fit one JavaScript string. */
const MAX_BYTES = 400 << 20;

/** What is read of a file to tell what it is. */
const START = 200;

/** What is decoded at once. */
const PIECE = 256 << 10;

/** What can be read only once, standard input and pipes, and is asked for twice where it is first seen what it is. */
const readOnce = new Map<string, Uint8Array>();

export function readText(path: string): string {
  const bytes = bytesOf(path, MAX_BYTES);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputError(`${path}: not UTF-8 text`);
  }
}

function bytesOf(path: string, most: number): Uint8Array {
  try {
    const known = readOnce.get(path) ?? null;
    if (known === null && !isOnce(path) && statSync(path).size > most) throw tooLarge(path, most);
    const bytes = known ?? readFileSync(path === "-" ? 0 : path);
    if (isOnce(path)) readOnce.set(path, bytes);
    if (bytes.length > most) throw tooLarge(path, most);
    return bytes;
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path}: ${reasonOf(error)}`);
  }
}

function tooLarge(path: string, most: number): InputError {
  return new InputError(`${path}: larger than ${most} bytes`);
}

/** The text of a file in pieces, whatever its length. */
export function textOf(path: string): Iterable<string> {
  return textChunks(isOnce(path) ? piecesOf(bytesOf(path, Infinity)) : fileChunksAtOnce(path), path);
}

function isOnce(path: string): boolean {
  return path === "-" || statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array, undefined> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
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
  if (isEvidence(path)) return { kind: "evidence", evidence: parseEvidence(textOf(path), path) };
  return parseArtefact(readText(path), path);
}

/** As its first bytes say. */
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

/** Empty where nothing is there. */
function startOf(path: string): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  if (isOnce(path)) return decoder.decode(bytesOf(path, Infinity).subarray(0, START));
  if (!statSync(path, { throwIfNoEntry: false })) return "";
  for (const chunk of fileChunksAtOnce(path)) return decoder.decode(chunk.subarray(0, START));
  return "";
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${path}: not JSON: the file is cut short or was edited`);
  }
}
