/** What stages left behind, told apart by their `_schema`. */
import { parseEvidence, parseObservations } from "../merge/index.ts";
import { CANDIDATE_SCHEMA, type Candidate } from "../model/candidate.ts";
import { InputError } from "../model/error.ts";
import { type Evidence, EVIDENCE_SCHEMA } from "../model/evidence.ts";
import { OBSERVATION_SCHEMA, type ObservedRun } from "../model/observation.ts";
import { parseCandidate } from "../propose/schema.ts";
import { readText, startOf, textOf } from "./files.ts";

/** What is read of a file to tell what it is. */
const START = 200;

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
  return schemaOf(startOf(path, START)) === EVIDENCE_SCHEMA;
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

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${path}: not JSON: the file is cut short or was edited`);
  }
}
