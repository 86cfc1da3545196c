/** Puts changed entries where the old ones stand, and leaves every other byte of the file as people wrote it. */
import { type Document, isNode, isSeq, parseDocument } from "yaml";
import { changedEntry, type EntryFields, type EntryText, newEntry } from "./entry-text.ts";
import type { Source } from "./source.ts";

/** The lines of an entry, and how far in its dash stands. */
interface Lines {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
}

/** Null as index where an entry is new. */
interface Change {
  readonly entry: EntryFields;
  readonly index: number | null;
}

interface Placed {
  readonly text: string;
  /** What the text should say. */
  readonly value: unknown;
}

/** Reads no more of the file than the entries that change. Null where they do not stand on lines of their own. */
export function withLines(text: string, { document, value }: Source, changes: readonly Change[]): Placed | null {
  const lines = document === null ? null : linesOf(text, document, "decisions");
  const last = lines?.at(-1);
  if (!lines || last === undefined) return null;
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const decisions = [...decisionsIn(value)];
  const added: string[] = [];
  const cuts: { readonly from: number; readonly to: number; readonly put: string }[] = [];
  for (const { entry, index } of changes) {
    const place = index === null ? last : lines[index];
    if (place === undefined) return null;
    const alone = index === null ? newEntry(entry) : standingAlone(text, place, decisions[index], entry);
    if (alone === null) return null;
    const put = indented(alone.text, place.indent, eol);
    if (index === null) {
      added.push(eol + put);
      decisions.push(alone.value);
    } else {
      cuts.push({ from: place.start, to: place.end, put });
      decisions[index] = alone.value;
    }
  }
  if (added.length > 0) {
    const at = behindComments(text, last);
    cuts.push({ from: at, to: at, put: (text.slice(0, at).endsWith("\n") ? "" : eol) + added.join("") });
  }
  return { text: spliced(text, cuts), value: { ...(value as object), decisions } };
}

export function decisionsIn(value: unknown): readonly unknown[] {
  return (value as { readonly decisions: readonly unknown[] }).decisions;
}

function standingAlone(
  text: string,
  { start, end, indent }: Lines,
  said: unknown,
  entry: EntryFields,
): EntryText | null {
  const lines = text.slice(start, end).split(/\r?\n/);
  const margin = " ".repeat(indent);
  if (lines.some((line) => line.trim() !== "" && !line.startsWith(margin))) return null;
  return changedEntry(lines.map((line) => line.slice(indent)).join("\n"), said, entry);
}

function indented(text: string, indent: number, eol: string): string {
  const margin = " ".repeat(indent);
  return text
    .split("\n")
    .map((line) => (line === "" ? line : margin + line))
    .join(eol);
}

function spliced(
  text: string,
  cuts: readonly { readonly from: number; readonly to: number; readonly put: string }[],
): string {
  const parts: string[] = [];
  let at = 0;
  for (const { from, to, put } of cuts.toSorted((a, b) => a.from - b.from)) {
    parts.push(text.slice(at, from), put);
    at = to;
  }
  return [...parts, text.slice(at)].join("");
}

/**
 * `printed` is `source` with one entry of the list changed or, behind the others, new. Null where the entries do not stand on
 * lines of their own, so that nothing can be put in their place.
 */
export function inPlace(source: string, printed: string, list: string, index: number): string | null {
  const meant = parseDocument(printed);
  const [before, after] = [linesOf(source, parseDocument(source), list), linesOf(printed, meant, list)];
  const last = before?.at(-1);
  const taken = after?.[index];
  const old = before?.[index] ?? last;
  if (last === undefined || old === undefined || taken === undefined) return null;
  const eol = source.includes("\r\n") ? "\r\n" : "\n";
  const entry = printed
    .slice(taken.start, taken.end)
    .split("\n")
    .map((line) => moved(line, old.indent - taken.indent))
    .join(eol);
  const isNew = before?.[index] === undefined;
  const at = isNew ? behindComments(source, last) : old.start;
  const cut = isNew && !source.slice(0, at).endsWith("\n") ? eol : "";
  const placed = source.slice(0, at) + cut + (isNew ? eol : "") + entry + source.slice(isNew ? at : old.end);
  return saysTheSame(parseDocument(placed), meant) ? placed : null;
}

function linesOf(text: string, document: Document, list: string): Lines[] | null {
  const node = document.get(list);
  if (!isSeq(node) || node.flow === true) return null;
  const lines = node.items.map((item): Lines | null => {
    const [from, to] = (isNode(item) ? item.range : null) ?? [0, 0];
    const start = text.lastIndexOf("\n", from - 1) + 1;
    const [dash = null] = /^ *(?=- +$)/.exec(text.slice(start, from)) ?? [];
    if (dash === null) return null;
    const feed = text.indexOf("\n", Math.max(from, to - 1));
    return { start, end: feed < 0 ? text.length : feed + 1, indent: dash.length };
  });
  return lines.every((entry) => entry !== null) ? lines : null;
}

/** Comments that stand further in than the dash belong to the entry before. */
function behindComments(source: string, { end, indent }: Lines): number {
  const comments = new RegExp(`(?: {${indent + 1},}#.*(?:\\r?\\n|$))*`, "y");
  comments.lastIndex = end;
  return end + (comments.exec(source)?.[0].length ?? 0);
}

function moved(line: string, by: number): string {
  if (line === "") return line;
  return by < 0 ? line.slice(-by) : " ".repeat(by) + line;
}

function saysTheSame(a: Document.Parsed, b: Document.Parsed): boolean {
  return a.errors.length === 0 && JSON.stringify(a.toJS()) === JSON.stringify(b.toJS());
}
