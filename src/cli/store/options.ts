/** The options of commands that read runs, about what was read before. */
import { statSync } from "node:fs";
import type { Options } from "yargs";
import { InputError } from "../../model/error.ts";
import { type Arguments, text } from "../options.ts";
import { readerVersion } from "./reader-version.ts";
import type { StoreAt } from "./read-through.ts";

export const STORE_OPTIONS: Readonly<Record<string, Options>> = {
  store: {
    type: "string",
    requiresArg: true,
    describe: "keep what is read in this folder and read no run twice; --no-store reads every one",
  },
};

/** Where `check` looks by itself. */
const USUAL_STORE = ".sallyport";

/** Null where every run is to be read. */
export function storeOf(args: Arguments, { usual }: { readonly usual: boolean }): StoreAt | null {
  if (args["store"] === false) return null;
  const given = text(args, "store");
  const folder = given ?? (usual && isFolder(USUAL_STORE) ? USUAL_STORE : null);
  if (folder === null) return null;
  if (folder === "") throw new InputError("--store: expected a folder");
  if (isFolder(folder) === false) throw new InputError(`--store: ${folder} is not a folder`);
  return { folder, version: readerVersion() };
}

/** Null when nothing is there. */
function isFolder(path: string): boolean | null {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? null;
}
