/** A reviewers' file as a value, YAML or TOML, with the line of each entry. */
import { parse as parseToml, TomlDate, TomlError } from "smol-toml";
import { type Document, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import { at, InputError } from "../../model/error.ts";

export interface Source {
  readonly value: unknown;
  /** `file:line` of an entry of one of the lists. */
  placeOf(list: "decisions" | "envelope", index: number): string;
  /** Null for TOML. */
  readonly document: Document.Parsed | null;
}

const MAX_BYTES = 4 << 20;

/** @throws InputError with file and line for what is no YAML or TOML. */
export function readSource(text: string, file: string): Source {
  if (text.length > MAX_BYTES) throw new InputError(`${file}: larger than ${MAX_BYTES} bytes`);
  return file.endsWith(".toml") ? readToml(text, file) : readYaml(text, file);
}

function readYaml(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseYaml(text, file, lines);
  return {
    document,
    value: plainDates(valueOf(document, file, lines)),
    placeOf(list, index) {
      const node = document.getIn([list, index], true);
      const offset = typeof node === "object" && node !== null && "range" in node ? (node.range as number[])[0] : 0;
      return at(file, lines.linePos(offset ?? 0).line);
    },
  };
}

export function parseYaml(text: string, file: string, lines: LineCounter = new LineCounter()): Document.Parsed {
  // The library would tell Node's own warnings of what it makes of an odd key.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: "error" });
  const [error] = [...document.errors, ...document.warnings];
  if (!error) return document;
  const { line, col } = lines.linePos(error.pos[0]);
  throw new InputError(`${at(file, line, col)}: ${wordsOf(error)}`);
}

/** The place stands before it. */
function wordsOf({ code, message }: YAMLError): string {
  if (code === "MULTIPLE_DOCS") return "a second document: one file is one document";
  return message.split("\n")[0]?.replace(/ at line \d+, column \d+:$/, "") ?? "no YAML";
}

function valueOf(document: Document.Parsed, file: string, lines: LineCounter): unknown {
  visit(document, {
    Alias: (_, { range }) => {
      throw new InputError(`${at(file, lines.linePos(range?.[0] ?? 0).line)}: aliases are not used in this file`);
    },
  });
  return document.toJS({ maxAliasCount: 0 });
}

function readToml(text: string, file: string): Source {
  return {
    document: null,
    value: plainDates(tomlOf(text, file)),
    placeOf(list, index) {
      const header = new RegExp(String.raw`^[ \t]*\[\[[ \t]*${list}[ \t]*\]\]`);
      const found = text.split("\n").flatMap((line, i) => (header.test(line) ? [i + 1] : []));
      return at(file, found[index] ?? 1);
    },
  };
}

function tomlOf(text: string, file: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new InputError(
      `${at(file, error.line, error.column)}: ${error.message.split("\n")[0]?.replace("Invalid TOML document: ", "")}`,
    );
  }
}

/** TOML has dates of its own, and old YAML may; here a time is a text. */
function plainDates(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (Array.isArray(value)) return value.map(plainDates);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainDates(inner)]));
}
