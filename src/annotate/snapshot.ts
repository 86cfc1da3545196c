/** Dated snapshots of published lists, checked against their manifest and read into one index. */
import { createHash } from "node:crypto";
import type { PrefixIndex } from "../model/annotation.ts";
import { InputError } from "../model/error.ts";
import { arrayOf, type JsonObject, objectAt, parseJson, textOf } from "./lists/json.ts";
import { IndexBuilder } from "./prefix-index.ts";
import { parseNames } from "./names-format.ts";
import type { PublishedName } from "./published-name.ts";
import { loadSnapshot } from "./snapshot-format.ts";

export const MANIFEST_SCHEMA = "sallyport/prefix-snapshots/v1";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/;
const DIGEST = /^[0-9a-f]{64}$/;
/** A plain name, never a path: the manifest must not be able to name a file elsewhere. */
const FILE = /^[a-z0-9-]{1,60}\.txt$/;
const PRINTABLE = /^[\x20-\x7e]{1,500}$/;

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
  /** When it was last fetched, found unchanged or imported (RFC 3339); left out of those that are shipped. */
  readonly fetchedAt?: string;
  readonly origin: string;
  readonly entries: number;
  /** The names that the publisher lists beside its prefixes; left out where it lists none. */
  readonly names?: { readonly file: string; readonly sha256: string; readonly entries: number };
  /** What was fetched, and by what tag its server knows it again. */
  readonly sources?: readonly { readonly url: string; readonly etag: string | null; readonly sha256: string }[];
}

/** Since when it may have been overtaken by a newer one; null where nothing tells. */
export function datedAt({ publishedAt, fetchedAt, mirroredAfter }: Snapshot): string | null {
  return fetchedAt ?? publishedAt ?? mirroredAfter;
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
  const optional = (key: string, pattern: RegExp): string | null =>
    item[key] === undefined || item[key] === null ? null : matching(key, pattern);
  const fetchedAt = optional("fetchedAt", TIME);
  const names =
    item["names"] === undefined ? null : toNames(objectAt(item["names"], { file: place, path: "names" }), place);
  const sources =
    item["sources"] === undefined ? null : toSources(arrayOf(item, "sources", { file: place, path: "" }), place);
  const entries = item["entries"];
  if (!Number.isSafeInteger(entries)) throw new InputError(`${place}.entries is not a count`);
  return {
    provider: matching("provider", /^[a-z0-9-]{1,40}$/),
    file: matching("file", FILE),
    sha256: matching("sha256", DIGEST),
    version: matching("version", /^[A-Za-z0-9._/@:+=%-]{1,900}$/),
    publishedAt: item["publishedAt"] === null ? null : matching("publishedAt", TIME),
    mirroredAfter: item["mirroredAfter"] === null ? null : matching("mirroredAfter", TIME),
    origin: matching("origin", PRINTABLE),
    entries: Number(entries),
    ...(fetchedAt === null ? {} : { fetchedAt }),
    ...(sources === null ? {} : { sources }),
    ...(names === null ? {} : { names }),
  };
}

function toNames(item: JsonObject, place: string): NonNullable<Snapshot["names"]> {
  const [file, sha256, entries] = [textOf(item, "file") ?? "", textOf(item, "sha256") ?? "", item["entries"]];
  if (!FILE.test(file) || !DIGEST.test(sha256) || !Number.isSafeInteger(entries))
    throw new InputError(`${place}.names is malformed`);
  return { file, sha256, entries: Number(entries) };
}

function toSources(items: readonly unknown[], place: string): NonNullable<Snapshot["sources"]> {
  return items.map((value, i) => {
    const item = objectAt(value, { file: place, path: `sources[${i}]` });
    const [url, etag, sha256] = [textOf(item, "url") ?? "", textOf(item, "etag"), textOf(item, "sha256") ?? ""];
    if (!PRINTABLE.test(url) || (etag !== null && !PRINTABLE.test(etag)) || !DIGEST.test(sha256))
      throw new InputError(`${place}.sources[${i}] is malformed`);
    return { url, etag, sha256 };
  });
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
    const bytes = checked(snapshot, bytesOf);
    const entries = loadSnapshot(bytes, snapshot.file, snapshot, builder);
    if (entries !== snapshot.entries) {
      throw new InputError(`${snapshot.file}: ${entries} entries, the manifest says ${snapshot.entries}`);
    }
  }
  const lists = manifest.snapshots.map((snapshot) => ({
    list: snapshot.provider,
    version: snapshot.version,
    digest: snapshot.sha256,
    datedAt: datedAt(snapshot),
  }));
  return { ...builder.build(), lists };
}

/** The published names of all snapshots that have some, by provider. */
export function readNames(
  manifest: SnapshotManifest,
  bytesOf: (file: string) => Uint8Array,
): { readonly provider: string; readonly names: readonly PublishedName[] }[] {
  return manifest.snapshots.flatMap(({ provider, version, names }) => {
    if (names === undefined) return [];
    const read = parseNames(new TextDecoder().decode(checked(names, bytesOf)), names.file, { provider, version });
    if (read.length !== names.entries)
      throw new InputError(`${names.file}: ${read.length} entries, the manifest says ${names.entries}`);
    return [{ provider, names: read }];
  });
}

function checked(
  { file, sha256 }: { readonly file: string; readonly sha256: string },
  bytesOf: (file: string) => Uint8Array,
): Uint8Array {
  const given = bytesOf(file);
  // A plain view: the methods of a Buffer are slower, and one kind of array keeps the compiled reader valid.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest !== sha256) throw new InputError(`${file}: SHA-256 differs from the manifest's`);
  return bytes;
}
