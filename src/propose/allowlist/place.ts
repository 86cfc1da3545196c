/** Takes one entry of a file that was printed anew, and leaves every other byte of the file as people wrote it. */
import { type Document, isNode, isSeq, parseDocument } from "yaml";

/** The lines of an entry, and how far in its dash stands. */
interface Lines {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
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
