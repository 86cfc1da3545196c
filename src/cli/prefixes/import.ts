/** `prefixes import`: a list of one's own, read by a key map into a folder of snapshots. */
import { basename } from "node:path";
import { type KeyMap, parseCustom } from "../../annotate/lists/custom.ts";
import { LIST_PARSERS } from "../../annotate/lists/index.ts";
import { InputError } from "../../model/error.ts";
import { formatInstant, type Instant } from "../../model/instant.ts";
import { safeLabel } from "../../model/label.ts";
import { sha256 } from "../bytes.ts";
import { readText } from "../files.ts";
import { keepLists, keptIn, refuseShrunk } from "./keep.ts";

export interface ImportOptions {
  readonly name: string;
  readonly file: string;
  readonly map: KeyMap;
  readonly into: string;
  readonly acceptShrink: boolean;
  readonly now: Instant;
  readonly notice: (text: string) => void;
}

/** Returns what was imported, in words. */
export function importList({ name, file, map, into, acceptShrink, now, notice }: ImportOptions): string {
  if (!/^[a-z0-9-]{1,40}$/.test(name)) {
    throw new InputError(`prefixes import: a list is named by small letters, digits and hyphens, not ${name}`);
  }
  if (LIST_PARSERS.has(name)) throw new InputError(`prefixes import: ${name} is a publisher's: use prefixes update`);
  const text = readText(file);
  const list = parseCustom(name, map, text, file);
  for (const [reason, count] of list.rejected.counts) {
    notice(`${file}: ${count} entries left out: ${reason} (first at ${list.rejected.places.get(reason)?.join(", ")})`);
  }
  const before = keptIn(into).find(({ provider }) => provider === name) ?? null;
  if (!acceptShrink) refuseShrunk(list, before);
  const origin = `${safeLabel(basename(file))} sha256:${sha256().update(text).digest("hex")}`;
  keepLists(into, [{ list, provenance: { origin, mirroredAfter: null, fetchedAt: formatInstant(now) } }], null);
  return `${list.version}, ${list.entries.length} prefixes`;
}
