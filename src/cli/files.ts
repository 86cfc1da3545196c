/** Reads the small files of the job as text: policies, decisions, saved artefacts. */
import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { PolicyFile } from "../dialect/index.ts";
import { InputError } from "../model/error.ts";
import { safeLabel } from "../model/label.ts";
import { reasonOf } from "./errors.ts";
import { fileChunksAtOnce } from "./stored.ts";
import { textChunks } from "./text-lines.ts";

/** Larger than any policy or artefact we write; a text must fit one JavaScript string. */
const MAX_BYTES = 400 << 20;

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

/** Its first bytes as text; empty where nothing is there. */
export function startOf(path: string, length: number): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  if (isOnce(path)) return decoder.decode(bytesOf(path, Infinity).subarray(0, length));
  if (!statSync(path, { throwIfNoEntry: false })) return "";
  for (const chunk of fileChunksAtOnce(path)) return decoder.decode(chunk.subarray(0, length));
  return "";
}
