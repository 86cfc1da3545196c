/**
 * What was read once, kept by the SHA-256 of what was asked and of what was read: `runs/QUESTION/CONTENT.jsonl`.
 *
 * Several programs may use one folder at a time: an entry appears whole by a rename, two that write the same one
 * write the same bytes, and one that is gone when it is asked for was never there. The store only ever saves work:
 * what cannot be kept or used is told, and read again.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { join, resolve } from "node:path";
import type { ObservedRun, RunInLines } from "../../model/observation.ts";
import { reasonOf } from "../errors.ts";
import { makeFolder } from "../output.ts";
import { type EntryKey, parseEntry, printEntry } from "./entry.ts";
import { quietly } from "./quietly.ts";

/** Larger answers are not kept: 200,000 lines of half a kilobyte. */
const MAX_ENTRY_BYTES = 128 << 20;

export type Kept =
  | { readonly kind: "none" }
  | { readonly kind: "damaged" }
  | { readonly kind: "runs"; readonly runs: ObservedRun[] };

export class RunStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether any bytes were read for this question: if none were, theirs need not be hashed before they are read. */
  knows(question: string): boolean {
    return (quietly(() => readdirSync(this.#folderOf(question)))?.length ?? 0) > 0;
  }

  get(key: EntryKey): Kept {
    const path = this.#pathOf(key);
    try {
      const info = statSync(path);
      // A pipe in its place would be waited on for ever.
      if (!info.isFile() || info.size > MAX_ENTRY_BYTES) return { kind: "damaged" };
      const runs = parseEntry(readFileSync(path, "utf8"), key);
      if (runs === null) return { kind: "damaged" };
      touch(path);
      return { kind: "runs", runs };
    } catch (error) {
      return isGone(error) ? { kind: "none" } : { kind: "damaged" };
    }
  }

  /** Returns why it could not be kept, null when it was. */
  put(key: EntryKey, runs: readonly RunInLines[]): string | null {
    const text = printEntry(key, runs);
    if (text.length > MAX_ENTRY_BYTES) return "larger than is kept";
    const staging = join(this.#folderOf(key.question), `${key.content}.${process.pid}-${threadId}.tmp`);
    try {
      makeFolder(resolve(this.#folderOf(key.question)));
      // Not synced: an entry that a power cut leaves half written fails its digest and is read again.
      writeFileSync(staging, text, { mode: 0o644 });
      renameSync(staging, this.#pathOf(key));
      return null;
    } catch (error) {
      quietly(() => rmSync(staging));
      return reasonOf(error);
    }
  }

  #folderOf(question: string): string {
    return join(this.#folder, "runs", question);
  }

  #pathOf(key: EntryKey): string {
    return join(this.#folderOf(key.question), `${key.content}.jsonl`);
  }
}

/** The time of its last use decides what goes first; a store that cannot be written is used as it is. */
function touch(path: string): void {
  const now = new Date();
  quietly(() => utimesSync(path, now, now));
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
