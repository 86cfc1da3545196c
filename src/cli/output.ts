/** Files appear whole or not at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../model/error.ts";
import { reasonOf } from "./errors.ts";

/** Text, or pieces of it one after another where it is too large to hold. */
export type Content = string | Iterable<string>;

/** Writes all files into a folder: they are written and synced beside it first, then renamed, so none is ever half there. */
export function writeFolder(folder: string, files: ReadonlyMap<string, Content>): void {
  const target = resolve(folder);
  if (existsSync(target) && !statSync(target).isDirectory()) throw new InputError(`${folder}: is not a folder`);
  let staging: string | null = null;
  try {
    mkdirSync(target, { recursive: true });
    // A rename onto a folder fails, and by then others would be in place.
    for (const name of files.keys()) {
      if (statSync(join(target, name), { throwIfNoEntry: false })?.isDirectory()) {
        throw new InputError(`${folder}: cannot write: ${name} is a folder`);
      }
    }
    staging = mkdtempSync(join(target, ".sallyport-"));
    for (const [name, content] of files) writeWhole(join(staging, name), content);
    for (const name of files.keys()) renameSync(join(staging, name), join(target, name));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${folder}: cannot write: ${reasonOf(error)}`);
  } finally {
    if (staging !== null) rmSync(staging, { recursive: true, force: true });
  }
}

/** Writes one file through a temporary one in the same folder. */
export function writeFile(path: string, content: Content): void {
  const staging = join(dirname(resolve(path)), `.sallyport-${process.pid}.tmp`);
  try {
    writeWhole(staging, content);
    renameSync(staging, path);
  } catch (error) {
    throw new InputError(`${path}: cannot write: ${reasonOf(error)}`);
  } finally {
    rmSync(staging, { force: true });
  }
}

function writeWhole(path: string, content: Content): void {
  const file = openSync(path, "w", 0o644);
  try {
    for (const piece of typeof content === "string" ? [content] : content) writeFileSync(file, piece);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
