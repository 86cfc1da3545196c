/** Dated snapshots of published lists, checked against their manifest and read into one index. */
import { createHash } from "node:crypto";
import type { PrefixIndex } from "../model/annotation.ts";
import { InputError } from "../model/error.ts";
import { arrayOf, type JsonObject, objectAt, parseJson, textOf } from "./lists/json.ts";
import { IndexBuilder } from "./prefix-index.ts";
import { loadSnapshot } from "./snapshot-format.ts";

export const MANIFEST_SCHEMA = "sallyport/prefix-snapshots/v1";

/** One snapshot file: what is in it, of when, and where it came from. */
export interface Snapshot {
  readonly provider: string;
  /** A plain file name beside the manifest. */
  readonly file: string;
  /** Of our file, hexadecimal. */
  readonly sha256: string;
  readonly version: string;
  /** When the publisher published it (RFC 3339); null where the list does not say. */
  readonly publishedAt: string | null;
  /** Where the list does not say: the mirror copied it together with a list of this time, so not before. */
  readonly mirroredAfter: string | null;
  readonly origin: string;
  readonly entries: number;
}

export interface SnapshotManifest {
  readonly _schema: typeof MANIFEST_SCHEMA;
  readonly snapshots: readonly Snapshot[];
}

export function parseManifest(text: string, file: string): SnapshotManifest {
  const document = parseJson(text, file);
  if (document["_schema"] !== MANIFEST_SCHEMA) throw new InputError(`${file}: _schema is not ${MANIFEST_SCHEMA}`);
  const items = arrayOf(document, "snapshots", { file, path: "" });
  const snapshots = items.map((item, i) => {
    const path = `snapshots[${i}]`;
    return toSnapshot(objectAt(item, { file, path }), `${file}: ${path}`);
  });
  return { _schema: MANIFEST_SCHEMA, snapshots };
}

function toSnapshot(item: JsonObject, place: string): Snapshot {
  const matching = (key: string, pattern: RegExp): string => {
    const text = textOf(item, key);
    if (text === null || !pattern.test(text)) throw new InputError(`${place}.${key} is missing or malformed`);
    return text;
  };
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;
  const entries = item["entries"];
  if (!Number.isSafeInteger(entries)) throw new InputError(`${place}.entries is not a count`);
  return {
    provider: matching("provider", /^[a-z0-9-]{1,40}$/),
    // No path: the manifest must not be able to name a file elsewhere.
    file: matching("file", /^[a-z0-9-]{1,40}\.txt$/),
    sha256: matching("sha256", /^[0-9a-f]{64}$/),
    version: matching("version", /^[A-Za-z0-9._/@:+=%-]{1,900}$/),
    publishedAt: item["publishedAt"] === null ? null : matching("publishedAt", time),
    mirroredAfter: item["mirroredAfter"] === null ? null : matching("mirroredAfter", time),
    origin: matching("origin", /^[\x20-\x7e]{1,500}$/),
    entries: Number(entries),
  };
}

/**
 * One index over all snapshots of the manifest; `bytesOf` hands over the bytes of a file by its name.
 *
 * @throws InputError when a file is not the one that the manifest describes: a list that was altered, even by an
 * accident of line endings, is not used in part.
 */
export function readSnapshots(manifest: SnapshotManifest, bytesOf: (file: string) => Uint8Array): PrefixIndex {
  const builder = new IndexBuilder();
  for (const snapshot of manifest.snapshots) {
    const given = bytesOf(snapshot.file);
    // A plain view: the methods of a Buffer are slower, and one kind of array keeps the compiled reader valid.
    const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (digest !== snapshot.sha256) throw new InputError(`${snapshot.file}: SHA-256 differs from the manifest's`);
    const entries = loadSnapshot(bytes, snapshot.file, snapshot, builder);
    if (entries !== snapshot.entries) {
      throw new InputError(`${snapshot.file}: ${entries} entries, the manifest says ${snapshot.entries}`);
    }
  }
  return builder.build();
}
