/** Files appear whole or not at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
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
    makeFolder(target);
    // A rename onto a folder fails, and by then others would be in place.
    for (const name of files.keys()) {
      if (statSync(join(target, name), { throwIfNoEntry: false })?.isFile() === false) {
        throw new InputError(`${folder}: cannot write: ${name} is not a file`);
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

/**
 * Writes one file through a temporary one in the same folder. What is no plain file (a pipe, `/dev/null`) is written to as
 * it stands: a rename would put a file in its place.
 */
export function writeFile(path: string, content: Content): void {
  let staging: string | null = null;
  try {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known && !known.isFile()) {
      writePieces(openSync(path, "w"), content);
      return;
    }
    // Through a link, so that the link stays one.
    const target = known ? realpathSync(path) : resolve(path);
    staging = join(dirname(target), `.sallyport-${process.pid}.tmp`);
    writeWhole(staging, content);
    renameSync(staging, target);
  } catch (error) {
    throw new InputError(`${path}: cannot write: ${reasonOf(error)}`);
  } finally {
    if (staging !== null) rmSync(staging, { force: true });
  }
}

function pieces(content: Content): Iterable<string> {
  return typeof content === "string" ? [content] : content;
}

/** Node's own recursion never ends where a parent exists and takes no folders, as below /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another program may have made it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

function writeWhole(path: string, content: Content): void {
  writePieces(openSync(path, "w", 0o644), content, fsyncSync);
}

/** Opened once for all pieces: the reader of a pipe goes when it is closed. */
function writePieces(file: number, content: Content, sync?: (file: number) => void): void {
  try {
    for (const piece of pieces(content)) writeFileSync(file, piece);
    sync?.(file);
  } finally {
    closeSync(file);
  }
}
