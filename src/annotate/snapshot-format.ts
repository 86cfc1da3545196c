/** Our own text form of a prefix list: a head line, then under each `@service region` line its prefixes, one a line. */
import { at, InputError } from "../model/error.ts";
import { compareEntries, type PrefixList } from "./prefix-list.ts";
import type { IndexBuilder } from "./prefix-index.ts";
import { Scanner } from "./lookup/scanner.ts";

const PREFIXES_SCHEMA = "sallyport/prefixes/v1";

const NEWLINE = 10;
const MARK = 64; // @
/** A head or group line is never as long. */
const MAX_LINE = 2000;

/** The same list gives the same bytes, whatever the order of its entries and however often one is repeated. */
export function printSnapshot(list: PrefixList): string {
  const lines = [headLine(list.provider, list.version)];
  let [group, prefix] = ["", ""];
  for (const entry of [...list.entries].sort(compareEntries)) {
    const head = entry.region === null ? `@${entry.service}` : `@${entry.service} ${entry.region}`;
    if (head !== group) lines.push(head);
    if (head !== group || entry.prefix !== prefix) lines.push(entry.prefix);
    [group, prefix] = [head, entry.prefix];
  }
  return `${lines.join("\n")}\n`;
}

function headLine(provider: string, version: string): string {
  return `${PREFIXES_SCHEMA} ${provider} ${version}`;
}

/** Adds a snapshot's entries to an index under construction and returns how many there are. */
export function loadSnapshot(
  bytes: Uint8Array,
  file: string,
  { provider, version }: { provider: string; version: string },
  into: IndexBuilder,
): number {
  const scanner = new Scanner();
  const head = headLine(provider, version);
  let end = lineEnd(bytes, 0);
  if (textOf(bytes, 0, end) !== head) throw new InputError(`${at(file, 1)}: expected "${head}"`);
  let label = -1;
  let entries = 0;
  for (let line = 2, from = end + 1; from < bytes.length; line++, from = end + 1) {
    if (bytes[from] === MARK) {
      end = lineEnd(bytes, from);
      const group = groupOf(textOf(bytes, from + 1, end));
      if (group === null) throw new InputError(`${at(file, line)}: expected "@service" or "@service region"`);
      label = into.label({ provider, ...group, version });
      continue;
    }
    if (label < 0) throw new InputError(`${at(file, line)}: a prefix before the first "@service" line`);
    const family = scanner.prefix(bytes, from);
    end = scanner.end;
    if (family === 0 || bytes[end] !== NEWLINE) throw new InputError(`${at(file, line)}: expected a canonical prefix`);
    (family === 4 ? into.v4 : into.v6).add(scanner, label);
    entries++;
  }
  if (bytes[end] !== NEWLINE) throw new InputError(`${file}: the last line has no end`);
  return entries;
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end < bytes.length && bytes[end] !== NEWLINE) end++;
  return end;
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, Math.min(to, from + MAX_LINE)));
}

/** Labels hold the characters that safeLabel leaves or makes, and no blank. */
function groupOf(text: string): { service: string; region: string | null } | null {
  const match = /^([A-Za-z0-9._/@:+=%-]+)(?: ([A-Za-z0-9._/@:+=%-]+))?$/.exec(text);
  return match && { service: match[1] ?? "", region: match[2] ?? null };
}
