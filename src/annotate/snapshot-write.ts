/** A list that was read, as the snapshot files that are kept of it and what a manifest says of them. */
import { createHash } from "node:crypto";
import { compareText } from "../model/compare.ts";
import { Rejections } from "../model/flow.ts";
import { formatInstant } from "../model/instant.ts";
import { printNames } from "./names-format.ts";
import type { PrefixList } from "./prefix-list.ts";
import type { Snapshot } from "./snapshot.ts";
import { printSnapshot } from "./snapshot-format.ts";

/** What the list itself does not say. */
export interface Provenance extends Pick<Snapshot, "origin" | "mirroredAfter" | "fetchedAt" | "sources"> {
  /** Files get the digest into their names, so that old and new can stand side by side until the manifest turns. */
  readonly named: "plain" | "by-digest";
}

export function snapshotOf(
  list: PrefixList,
  { named, origin, mirroredAfter, fetchedAt, sources }: Provenance,
): { snapshot: Snapshot; files: ReadonlyMap<string, string> } {
  const { provider, version, publishedAt, names = [] } = list;
  const prefixes = described(printSnapshot(list), (digest) => fileName(provider, "", named, digest));
  const files = new Map([[prefixes.file, prefixes.text]]);
  const snapshot = {
    provider,
    file: prefixes.file,
    sha256: prefixes.sha256,
    version,
    publishedAt: publishedAt === null ? null : formatInstant(publishedAt),
    mirroredAfter,
    origin,
    entries: prefixes.entries,
    ...(fetchedAt === undefined ? {} : { fetchedAt }),
    ...(sources === undefined ? {} : { sources }),
  };
  if (names.length === 0) return { snapshot, files };
  const told = described(printNames(list, names), (digest) => fileName(provider, "-names", named, digest));
  files.set(told.file, told.text);
  return { snapshot: { ...snapshot, names: { file: told.file, sha256: told.sha256, entries: told.entries } }, files };
}

/** Lists of one provider that it publishes in parts, such as one a family. */
export function combined(lists: readonly [PrefixList, ...PrefixList[]]): PrefixList {
  const [first] = lists;
  if (lists.length === 1) return first;
  const rejected = new Rejections();
  // Places are left aside: they count within one part.
  for (const list of lists) for (const [reason, count] of list.rejected.counts) rejected.add(reason, 0, count);
  const names = lists.flatMap((list) => list.names ?? []);
  const times = lists.map((list) => list.publishedAt);
  return {
    provider: first.provider,
    version: [...new Set(lists.map((list) => list.version))].sort(compareText).join("+"),
    // As old as its oldest part.
    publishedAt: times.reduce((a, b) => (a === null || b === null ? null : Math.min(a, b))),
    entries: lists.flatMap((list) => list.entries),
    ...(names.length === 0 ? {} : { names }),
    rejected,
  };
}

function described(text: string, nameOf: (digest: string) => string): Described {
  const sha256 = createHash("sha256").update(text).digest("hex");
  const lines = text.split("\n").slice(1, -1);
  return { text, sha256, file: nameOf(sha256), entries: lines.filter((line) => !line.startsWith("@")).length };
}

interface Described {
  readonly text: string;
  readonly sha256: string;
  readonly file: string;
  readonly entries: number;
}

function fileName(provider: string, suffix: string, named: Provenance["named"], digest: string): string {
  return `${provider}${suffix}${named === "plain" ? "" : `-${digest.slice(0, 12)}`}.txt`;
}
