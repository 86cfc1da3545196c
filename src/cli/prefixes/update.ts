/** `prefixes update`: today's lists from publishers, a mirror or a folder, checked and put in the place of older ones. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { LIST_PARSERS } from "../../annotate/lists/index.ts";
import { LIST_SOURCES, type ListSource } from "../../annotate/lists/sources.ts";
import type { PrefixList } from "../../annotate/prefix-list.ts";
import type { Snapshot } from "../../annotate/snapshot.ts";
import { combined } from "../../annotate/snapshot-write.ts";
import { InputError } from "../../model/error.ts";
import { formatInstant, type Instant } from "../../model/instant.ts";
import { sha256 } from "../bytes.ts";
import { reasonOf } from "../errors.ts";
import { type Fetched, fetchList, type FetchLimits } from "./fetch.ts";
import { isWhole, keepLists, keptIn, type NewList, refuseShrunk } from "./keep.ts";

/** Where the lists come from. */
export type Supply =
  | { readonly kind: "publishers" }
  | { readonly kind: "mirror"; readonly url: string }
  | { readonly kind: "folder"; readonly path: string };

export interface UpdateOptions {
  readonly supply: Supply;
  /** The folder of snapshots. */
  readonly into: string;
  /** Empty for all that the supply has. */
  readonly providers: readonly string[];
  readonly acceptShrink: readonly string[];
  /** What a new list is compared with where the folder has none yet. */
  readonly shipped: (provider: string) => Snapshot | null;
  readonly limits: FetchLimits;
  readonly now: Instant;
  readonly notice: (text: string) => void;
}

export interface Updated {
  readonly provider: string;
  readonly outcome: "updated" | "unchanged" | "failed";
  readonly said: string;
}

/** Each list for itself: that one publisher is down keeps no other from being renewed. */
export async function updateLists(options: UpdateOptions): Promise<Updated[]> {
  const kept = new Map(keptIn(options.into).map((snapshot) => [snapshot.provider, snapshot]));
  const done: Updated[] = [];
  const renewed: NewList[] = [];
  for (const provider of wanted(options)) {
    const before = kept.get(provider) ?? null;
    try {
      const found = await obtain(provider, before, options);
      if (found === null) {
        done.push({ provider, outcome: "unchanged", said: before?.version ?? "" });
        continue;
      }
      const { list } = found;
      if (!options.acceptShrink.includes(provider)) refuseShrunk(list, before ?? options.shipped(provider));
      for (const [reason, count] of list.rejected.counts)
        options.notice(`${provider}: ${count === 1 ? "1 entry" : `${count} entries`} left out: ${reason}`);
      renewed.push(found);
      done.push({ provider, outcome: "updated", said: `${list.version}, ${list.entries.length} prefixes` });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      done.push({ provider, outcome: "failed", said: error.message });
    }
  }
  const unchanged = done.filter(({ outcome }) => outcome === "unchanged").map(({ provider }) => provider);
  if (renewed.length + unchanged.length > 0) keepLists(options.into, renewed, { unchanged, now: options.now });
  return done;
}

function wanted({ providers, supply }: UpdateOptions): string[] {
  const unknown = providers.find((name) => !LIST_SOURCES.has(name));
  if (unknown !== undefined) {
    throw new InputError(`prefixes update: no list of ${unknown}; known are ${[...LIST_SOURCES.keys()].join(", ")}`);
  }
  if (providers.length > 0) return [...new Set(providers)];
  const known = [...LIST_SOURCES];
  // A folder holds what somebody put there; what is not in it was not asked for.
  const there = ({ file }: ListSource): boolean =>
    supply.kind !== "folder" || statSync(join(supply.path, file), { throwIfNoEntry: false }) !== undefined;
  const given = known.filter(([, sources]) => sources.some(there)).map(([provider]) => provider);
  if (given.length === 0) throw new InputError("prefixes update: none of the lists is in the folder");
  return supply.kind === "publishers"
    ? given.filter((name) => LIST_SOURCES.get(name)?.every((s) => s.url !== null))
    : given;
}

/** Null where each part is the one that is kept. */
async function obtain(provider: string, before: Snapshot | null, options: UpdateOptions): Promise<NewList | null> {
  const sources = LIST_SOURCES.get(provider) ?? [];
  const parse = LIST_PARSERS.get(provider);
  if (parse === undefined) throw new Error(`no parser of ${provider}`);
  const places = sources.map((source) => placeOf(source, options.supply, provider));
  // What somebody altered or took away is fetched again, whatever the server had kept of it.
  const kept = before !== null && isWhole(options.into, before) ? (before.sources ?? null) : null;
  const known = places.map((place) => kept?.find(({ url }) => url === place) ?? null);
  const first = await settled(places.map((place, i) => bring(place, known[i]?.etag ?? null, options)));
  if (first.every((part) => part.kind === "unchanged")) return null;
  // A part that did not change is needed all the same where another one did.
  const parts = await settled(
    first.map((part, i) => (part.kind === "content" ? Promise.resolve(part) : bring(places[i] ?? "", null, options))),
  );
  const lists: PrefixList[] = [];
  const told: { url: string; etag: string | null; sha256: string }[] = [];
  for (const [i, part] of parts.entries()) {
    const url = places[i] ?? "";
    if (part.kind === "unchanged") throw new InputError(`${url}: unchanged, and nobody asked whether it was`);
    lists.push(parse(textOf(part.bytes, url), url));
    told.push({ url, etag: part.etag, sha256: sha256().update(part.bytes).digest("hex") });
  }
  if (kept !== null && told.every((one, i) => one.sha256 === known[i]?.sha256)) return null;
  const [head, ...rest] = lists;
  if (head === undefined) throw new Error(`${provider} has no source`);
  const fetchedAt = formatInstant(options.now);
  const origin = told.map(({ url }) => url).join(" ");
  return { list: combined([head, ...rest]), provenance: { origin, mirroredAfter: null, fetchedAt, sources: told } };
}

async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  // Every part is waited for: one that fails must not leave another to fail unheard.
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

function placeOf({ file, url }: ListSource, supply: Supply, provider: string): string {
  switch (supply.kind) {
    case "folder":
      return file;
    case "mirror":
      return `${supply.url.replace(/\/$/, "")}/${file}`;
    case "publishers":
      if (url === null)
        throw new InputError(`${provider}: its address changes with each version: use --mirror or --from`);
      return url;
  }
}

async function bring(place: string, etag: string | null, { supply, limits }: UpdateOptions): Promise<Fetched> {
  if (supply.kind !== "folder") return fetchList(place, etag, limits);
  const path = join(supply.path, place);
  try {
    const found = statSync(path);
    // A pipe or a device would be read for ever.
    if (!found.isFile()) throw new InputError(`${path}: not a file`);
    if (found.size > limits.bytes) throw new InputError(`${path}: larger than ${limits.bytes} bytes`);
    return { kind: "content", bytes: readFileSync(path), etag: null };
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path}: ${reasonOf(error)}`);
  }
}

function textOf(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${place}: not UTF-8 text`);
  }
}
