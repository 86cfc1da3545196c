/** One entry of a reviewers' file as YAML: what people wrote in it stays, and what was decided anew is put in. */
import type { ApprovedList } from "../../model/approval.ts";
import { Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";

interface ApprovalFields {
  readonly candidate: string;
  readonly at: string;
  readonly by: string;
  /** Left out where its addresses were in none. */
  readonly lists?: readonly ApprovedList[];
}

/** One entry as it is written; what is undefined is taken out. */
export interface EntryFields {
  readonly endpoint: string;
  readonly decision: "allow" | "deny" | "watch";
  readonly why: string | undefined;
  readonly owner: string | undefined;
  readonly ticket: string | undefined;
  readonly expires: string | undefined;
  readonly approved: ApprovalFields | undefined;
}

/** The lines of an entry whose dash stands at their beginning, and what they say. */
export interface EntryText {
  readonly text: string;
  readonly value: unknown;
}

/** Null where the lines do not say alone what they say in their file (`said`). */
export function changedEntry(lines: string, said: unknown, entry: EntryFields): EntryText | null {
  const document = parseDocument(lines);
  const map = isSeq(document.contents) ? document.contents.items[0] : null;
  if (document.errors.length > 0 || !isMap(map)) return null;
  if (JSON.stringify(document.toJS()) !== JSON.stringify([said])) return null;
  updateEntry(map, entry, (value) => document.createNode(value));
  return printed(document);
}

export function newEntry(entry: EntryFields): EntryText {
  return printed(new Document([given(entry)]));
}

function printed(document: Document): EntryText {
  const [value]: unknown[] = document.toJS();
  return { text: document.toString({ lineWidth: 0 }), value };
}

export function given(entry: EntryFields): object {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

/** Only an allow can be declared, and only what is declared has addresses of its own. */
const OF_ALLOW = ["intent", "addresses"];

export function updateEntry(map: YAMLMap, entry: EntryFields, node: (value: unknown) => unknown): void {
  for (const [key, value] of Object.entries(entry)) {
    // The endpoint stays as it was spelt.
    if (key === "endpoint") continue;
    if (value === undefined) map.delete(key);
    else map.set(key, typeof value === "string" ? value : node(value));
  }
  if (entry.decision !== "allow") for (const key of OF_ALLOW) map.delete(key);
}
