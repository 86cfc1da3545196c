/** Incidence tables as CSV: a header, then one row a run, its first field the run and then one field an endpoint. */
import { at, InputError } from "../../model/error.ts";
import type { IncidenceTable } from "./table.ts";

const MAX_RUNS = 100_000;
const MAX_ENDPOINTS = 100_000;
const MAX_FIELD = 1000;

/** What a cell can say: a count, or yes and no in words. Anything above zero is seen. */
const COUNT = /^\d{1,15}(\.\d{1,15})?$/;
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ["", false],
  ["false", false],
  ["no", false],
  ["true", true],
  ["yes", true],
  ["x", true],
]);

export interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

/** @throws InputError with file and line for anything that is no such table. */
export function parseIncidence(text: string, file: string): IncidenceTable {
  const rows = rowsOf(text, file);
  const { value: header } = rows.next();
  if (!header) throw new InputError(`${file}: empty: a header is needed, then one row a run`);
  const [, ...names] = header.fields;
  if (names.length > MAX_ENDPOINTS) throw new InputError(`${at(file, 1)}: more than ${MAX_ENDPOINTS} endpoints`);
  distinct(names, (name) => new InputError(`${at(file, header.line)}: two columns are called ${name}`));
  const runs = new Set<string>();
  const seen: number[][] = names.map(() => []);
  for (const row of rows) {
    const [run = "", ...cells] = row.fields;
    const place = at(file, row.line);
    if (cells.length !== names.length)
      throw new InputError(`${place}: ${cells.length} endpoints, where the header has ${names.length}`);
    if (run === "") throw new InputError(`${place}: the run has no name`);
    if (runs.has(run)) throw new InputError(`${place}: run ${run} is there twice`);
    if (runs.size >= MAX_RUNS) throw new InputError(`${place}: more than ${MAX_RUNS} runs`);
    for (const [i, cell] of cells.entries()) if (isSeen(cell, place)) seen[i]?.push(runs.size);
    runs.add(run);
  }
  if (runs.size === 0) throw new InputError(`${file}: no run: a header is needed, then one row a run`);
  if ([...runs].every(isEndpoint) && !names.some(isEndpoint))
    throw new InputError(
      `${file}: turned round: the rows are endpoints, where a row is a run and a column an endpoint`,
    );
  return { runs: [...runs], endpoints: names.map((name, i) => ({ name, runs: seen[i] ?? [] })) };
}

/** What is counted over the wrong side of a table looks like any other number. */
function isEndpoint(name: string): boolean {
  return /:\d{1,5}\/(tcp|udp|sctp)$/.test(name);
}

function distinct(names: readonly string[], error: (name: string) => InputError): void {
  const known = new Set<string>();
  for (const name of names) {
    if (known.has(name)) throw error(name);
    known.add(name);
  }
}

function isSeen(cell: string, place: string): boolean {
  const word = WORDS.get(cell.toLowerCase());
  if (word !== undefined) return word;
  if (!COUNT.test(cell)) throw new InputError(`${place}: expected 0, 1 or a count, not ${cell.slice(0, 40)}`);
  return Number(cell) > 0;
}

/** RFC 4180, with `;` or a tab as separator where the header has no comma. Empty lines are passed over. */
export function* rowsOf(whole: string, file: string): Generator<Row, undefined> {
  const text = whole.replace(/^\uFEFF/, "");
  const separator = separatorOf(text);
  let line = 1;
  let at0 = 0;
  while (at0 < text.length) {
    const fields: string[] = [];
    const started = line;
    let isQuoted = false;
    for (;;) {
      const field = text[at0] === '"' ? quoted(text, at0, file, line) : bare(text, at0, separator);
      isQuoted ||= text[at0] === '"';
      fields.push(bounded(field.value, at(file, line)));
      line += field.lines;
      at0 = field.end;
      if (text[at0] !== separator) break;
      at0++;
    }
    if (text[at0] === "\r") at0++;
    if (at0 < text.length && text[at0] !== "\n") throw new InputError(`${at(file, line)}: text after a closing quote`);
    at0++;
    line++;
    if (fields.length > 1 || fields[0] !== "" || isQuoted) yield { line: started, fields };
  }
}

interface Field {
  readonly value: string;
  readonly end: number;
  readonly lines: number;
}

function bare(text: string, start: number, separator: string): Field {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end++;
  return { value: text.slice(start, end).trim(), end, lines: 0 };
}

function quoted(text: string, start: number, file: string, line: number): Field {
  let end = start + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0) throw new InputError(`${at(file, line)}: a quote that is not closed`);
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  const inner = text.slice(start + 1, end);
  return { value: inner.replaceAll('""', '"'), end: end + 1, lines: inner.split("\n").length - 1 };
}

function bounded(value: string, place: string): string {
  if (value.length > MAX_FIELD) throw new InputError(`${place}: a field of more than ${MAX_FIELD} characters`);
  return value;
}

function separatorOf(text: string): string {
  const header = text.slice(0, text.search(/\r|\n|$/));
  return [",", ";", "\t"].find((candidate) => header.includes(candidate)) ?? ",";
}
