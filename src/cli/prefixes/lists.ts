/** The published lists that a command works with: those shipped, and in their place those of a folder. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "yargs";
import type { ListedNames } from "../../annotate/names/published.ts";
import {
  parseManifest,
  readNames,
  readSnapshots,
  type Snapshot,
  type SnapshotManifest,
} from "../../annotate/snapshot.ts";
import type { PrefixIndex } from "../../model/annotation.ts";
import { compareText } from "../../model/compare.ts";
import { InputError } from "../../model/error.ts";
import { reasonOf } from "../errors.ts";
import { PACKAGE } from "../package.ts";

export const PREFIX_OPTIONS: Readonly<Record<string, Options>> = {
  prefixes: {
    type: "string",
    requiresArg: true,
    describe: "a folder of prefix lists (`prefixes update`); they take the place of those shipped",
  },
};

const SHIPPED = join(PACKAGE, "data/prefixes");
export const MANIFEST = "manifest.json";

export interface Listed {
  readonly snapshot: Snapshot;
  readonly isShipped: boolean;
}

export class PublishedLists {
  readonly #folder: string | null;
  /** By provider; a list of the folder takes the place of the shipped one. */
  readonly listed: readonly Listed[];

  constructor(folder: string | null) {
    this.#folder = folder;
    const own = folder === null ? [] : manifestOf(folder, { isShipped: false }).snapshots;
    const taken = new Set(own.map(({ provider }) => provider));
    const shipped = manifestOf(SHIPPED, { isShipped: true }).snapshots.filter(({ provider }) => !taken.has(provider));
    this.listed = [
      ...own.map((snapshot) => ({ snapshot, isShipped: false })),
      ...shipped.map((snapshot) => ({ snapshot, isShipped: true })),
    ].sort((a, b) => compareText(a.snapshot.provider, b.snapshot.provider));
  }

  of(provider: string): Snapshot | null {
    return this.listed.find(({ snapshot }) => snapshot.provider === provider)?.snapshot ?? null;
  }

  index(): PrefixIndex {
    return readSnapshots(this.#manifest(), this.bytesOf);
  }

  names(): ListedNames[] {
    return readNames(this.#manifest(), this.bytesOf);
  }

  /** Names in a folder end in a digest, those shipped do not, so one never stands for another. */
  readonly bytesOf = (file: string): Uint8Array => {
    const isShipped = this.listed.some(({ snapshot, isShipped: yes }) => yes && filesOf(snapshot).includes(file));
    const folder = isShipped || this.#folder === null ? SHIPPED : this.#folder;
    return readFrom(folder, file);
  };

  #manifest(): SnapshotManifest {
    return { _schema: "sallyport/prefix-snapshots/v1", snapshots: this.listed.map(({ snapshot }) => snapshot) };
  }
}

export function filesOf({ file, names }: Snapshot): string[] {
  return names === undefined ? [file] : [file, names.file];
}

/** @throws InputError when the manifest is not there or not ours. */
export function manifestOf(folder: string, { isShipped }: { readonly isShipped: boolean }): SnapshotManifest {
  const path = isShipped ? MANIFEST : join(folder, MANIFEST);
  return parseManifest(Buffer.from(readFrom(folder, MANIFEST)).toString("utf8"), path);
}

function readFrom(folder: string, file: string): Uint8Array {
  try {
    return readFileSync(join(folder, file));
  } catch (error) {
    throw new InputError(`${join(folder, file)}: ${reasonOf(error)}`);
  }
}
