/** `prefixes import`: a list of one's own, read by a key map into a folder of snapshots. */
import { basename } from "node:path";
import { type KeyMap, parseCustom } from "../../annotate/lists/custom.ts";
import { LIST_PARSERS } from "../../annotate/lists/index.ts";
import { InputError } from "../../model/error.ts";
import { formatInstant, type Instant, parseInstant } from "../../model/instant.ts";
import { safeLabel } from "../../model/label.ts";
import { sha256 } from "../bytes.ts";
import { readText } from "../files.ts";
import { keepLists, keptIn, refuseShrunk } from "./keep.ts";

export interface ImportOptions {
  readonly name: string;
  readonly file: string;
  readonly map: KeyMap;
  /** The day or time that it is of, as its user says; null where nobody says. */
  readonly published: string | null;
  readonly into: string;
  readonly acceptShrink: boolean;
  readonly now: Instant;
  readonly notice: (text: string) => void;
}

/** Returns what was imported, in words. */
export function importList({ name, file, map, published, into, acceptShrink, now, notice }: ImportOptions): string {
  if (!/^[a-z0-9-]{1,40}$/.test(name)) {
    throw new InputError(`prefixes import: a list is named by small letters, digits and hyphens, not ${name}`);
  }
  if (LIST_PARSERS.has(name)) throw new InputError(`prefixes import: ${name} is a publisher's: use prefixes update`);
  const text = readText(file);
  const publishedAt = published === null ? null : parseInstant(published);
  if (published !== null && publishedAt === null) {
    throw new InputError(`--published: expected a date such as 2026-11-21, not ${published}`);
  }
  const read = parseCustom(name, map, text, file);
  const list = published === null ? read : { ...read, version: safeLabel(published), publishedAt };
  for (const [reason, count] of list.rejected.counts) {
    notice(
      `${file}: ${count === 1 ? "1 entry" : `${count} entries`} left out: ${reason} (first at ${list.rejected.places.get(reason)?.join(", ")})`,
    );
  }
  const before = keptIn(into).find(({ provider }) => provider === name) ?? null;
  if (!acceptShrink) refuseShrunk(list, before);
  const origin = `${safeLabel(basename(file))} sha256:${sha256().update(text).digest("hex")}`;
  // A list of a date that was told is as old as that, whenever it was imported.
  const dated = published === null ? { fetchedAt: formatInstant(now) } : {};
  keepLists(into, [{ list, provenance: { origin, mirroredAfter: null, ...dated } }], null);
  return `${list.version}, ${list.entries.length} prefixes`;
}
