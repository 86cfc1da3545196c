/** Writes decisions into a reviewers' file; comments, order and what it does not touch stay as they are. */
import { isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { InputError } from "../../model/error.ts";
import { formatDecided } from "../decisions.ts";
import type { Decided } from "./decided.ts";
import { inPlace } from "./place.ts";
import { parseAllowlist } from "./read.ts";
import { parseYaml } from "./source.ts";

/** One entry as it is written; what is undefined is taken out. */
export interface EntryFields {
  readonly endpoint: string;
  readonly decision: "allow" | "deny" | "watch";
  readonly why: string | undefined;
  readonly owner: string | undefined;
  readonly ticket: string | undefined;
  readonly expires: string | undefined;
  readonly approved: { readonly candidate: string; readonly at: string; readonly by: string } | undefined;
}

export const EMPTY_ALLOWLIST = "# What the reviewers decided, why, and until when.\nversion: 1\ndecisions: []\n";

/** The entry that decides an endpoint here, as it is written. */
export function standingOn(
  source: string,
  file: string,
  endpoint: string,
  environment: string | null,
): EntryFields | null {
  const index = indexOf(source, file, endpoint, environment);
  if (index < 0) return null;
  return parseDocument(source).toJS({ maxAliasCount: 0 }).decisions[index] as EntryFields;
}

/** @throws InputError where the file is none that can be edited. */
export function withEntry(source: string, file: string, entry: EntryFields, environment: string | null): string {
  if (file.endsWith(".toml"))
    throw new InputError(`${file}: TOML is edited by hand, because its comments would be lost`);
  const index = indexOf(source, file, entry.endpoint, environment);
  const document = parseYaml(source, file);
  const list = document.get("decisions");
  if (!isSeq(list)) throw new InputError(`${file}: expected a list \`decisions\``);
  const standing = list.items[index];
  if (isMap(standing)) update(standing, entry, (value) => document.createNode(value));
  else append(list, document.createNode(given(entry)));
  const printed = document.toString({ lineWidth: 0, indentSeq: !/^- /m.test(source) });
  const edited = inPlace(source, printed, "decisions", index < 0 ? list.items.length - 1 : index) ?? printed;
  // Whatever was written, it must read as it was meant.
  parseAllowlist(edited, file);
  return edited;
}

function indexOf(source: string, file: string, endpoint: string, environment: string | null): number {
  const holds = ({ environments }: Decided): boolean =>
    environments === null || (environment !== null && environments.includes(environment));
  return parseAllowlist(source, file).decisions.findIndex((d) => formatDecided(d) === endpoint && holds(d));
}

function given(entry: EntryFields): object {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

/** Only an allow can be declared, and only what is declared has addresses of its own. */
const OF_ALLOW = ["intent", "addresses"];

function update(map: YAMLMap, entry: EntryFields, node: (value: unknown) => unknown): void {
  for (const [key, value] of Object.entries(entry)) {
    // The endpoint stays as it was spelt.
    if (key === "endpoint") continue;
    if (value === undefined) map.delete(key);
    else map.set(key, typeof value === "string" ? value : node(value));
  }
  if (entry.decision !== "allow") for (const key of OF_ALLOW) map.delete(key);
}

function append(list: YAMLSeq, entry: unknown): void {
  list.flow = false;
  if (isMap(entry) && list.items.length > 0) entry.spaceBefore = true;
  list.add(entry);
}
