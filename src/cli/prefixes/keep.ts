/** Puts lists into a folder of snapshots; the manifest turns last, so that a reader meets the old lists or the new. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Provenance, snapshotOf } from "../../annotate/snapshot-write.ts";
import type { PrefixList } from "../../annotate/prefix-list.ts";
import { MANIFEST_SCHEMA, type Snapshot } from "../../annotate/snapshot.ts";
import { compareText } from "../../model/compare.ts";
import { InputError } from "../../model/error.ts";
import { formatInstant, type Instant } from "../../model/instant.ts";
import { sha256 as digestOf } from "../bytes.ts";
import { makeFolder, writeFolder } from "../output.ts";
import { holding } from "../review/lock.ts";
import { filesOf, MANIFEST, manifestOf } from "./lists.ts";

export interface NewList {
  readonly list: PrefixList;
  readonly provenance: Omit<Provenance, "named">;
}

/** What the folder holds now; nothing where it is not there yet. */
export function keptIn(folder: string): readonly Snapshot[] {
  return existsSync(join(folder, MANIFEST)) ? manifestOf(folder, { isShipped: false }).snapshots : [];
}

/** Lists of which it was found today that they did not change. */
interface Confirmed {
  readonly unchanged: readonly string[];
  readonly now: Instant;
}

/** Whether the files of a snapshot are those that its manifest describes: of others no server can say that nothing changed. */
export function isWhole(folder: string, { file, sha256, names }: Snapshot): boolean {
  const parts = [{ file, sha256 }, ...(names === undefined ? [] : [names])];
  return parts.every((part) => {
    const path = join(folder, part.file);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    return digestOf().update(readFileSync(path)).digest("hex") === part.sha256;
  });
}

/** One at a time, because a manifest is read, changed and put back. */
export function keepLists(folder: string, lists: readonly NewList[], confirmed: Confirmed | null): void {
  makeFolder(resolve(folder));
  holding([join(folder, MANIFEST)], () => keep(folder, lists, confirmed));
}

function keep(folder: string, lists: readonly NewList[], confirmed: Confirmed | null): void {
  const before = keptIn(folder);
  const byProvider = new Map(before.map((snapshot) => [snapshot.provider, snapshot]));
  for (const snapshot of before) {
    if (confirmed === null || !confirmed.unchanged.includes(snapshot.provider)) continue;
    byProvider.set(snapshot.provider, { ...snapshot, fetchedAt: formatInstant(confirmed.now) });
  }
  const files = new Map<string, string>();
  for (const { list, provenance } of lists) {
    const made = snapshotOf(list, { ...provenance, named: "by-digest" });
    byProvider.set(list.provider, made.snapshot);
    for (const [name, text] of made.files) files.set(name, text);
  }
  const snapshots = [...byProvider.values()].sort((a, b) => compareText(a.provider, b.provider));
  files.set(MANIFEST, `${JSON.stringify({ _schema: MANIFEST_SCHEMA, snapshots }, null, 2)}\n`);
  writeFolder(folder, files);
  // A program that has just read the manifest before still finds its files; they go with the next update.
  const used = new Set([...before, ...snapshots].flatMap(filesOf));
  for (const name of readdirSync(folder)) {
    if (/-[0-9a-f]{12}\.txt$/.test(name) && !used.has(name)) rmSync(join(folder, name), { force: true });
  }
}

/** @throws InputError when it is less than half of what it was: more likely a broken list than a broken provider. */
export function refuseShrunk(list: PrefixList, before: Snapshot | null): void {
  const now = distinct(list);
  if (before === null || now * 2 >= before.entries) return;
  const { provider } = list;
  throw new InputError(
    `${provider}: ${now} prefixes, and ${before.entries} before: --accept-shrink ${provider} takes it as it is`,
  );
}

/** As a snapshot counts them: once in each service and region. */
function distinct({ entries }: PrefixList): number {
  return new Set(entries.map(({ prefix, service, region }) => `${service} ${region ?? ""} ${prefix}`)).size;
}
