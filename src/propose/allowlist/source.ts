/** A reviewers' file as a value, YAML or TOML, with the line of each entry. */
import { parse as parseToml, TomlDate, TomlError } from "smol-toml";
import { type Document, LineCounter, parseDocument, visit } from "yaml";
import { at, InputError } from "../../model/error.ts";

export interface Source {
  readonly value: unknown;
  /** `file:line` of an entry of one of the lists. */
  placeOf(list: "decisions" | "envelope", index: number): string;
  /** Null for TOML. */
  readonly document: Document.Parsed | null;
}

const MAX_BYTES = 4 << 20;
/** No entry comes near it. The readers have limits too, but not for every way to nest. */
const MAX_DEPTH = 64;
const TOO_DEEP: string = `nests deeper than ${MAX_DEPTH}`;

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
    value: plainDates(valueOf(document, file, lines), file),
    placeOf(list, index) {
      const node = document.getIn([list, index], true);
      const offset = typeof node === "object" && node !== null && "range" in node ? (node.range as number[])[0] : 0;
      return at(file, lines.linePos(offset ?? 0).line);
    },
  };
}

export function parseYaml(text: string, file: string, lines: LineCounter = new LineCounter()): Document.Parsed {
  // The library would tell Node's own warnings of what it makes of an odd key.
  const options = { lineCounter: lines, uniqueKeys: true, prettyErrors: false, logLevel: "error" } as const;
  const document = parseDocument(text, options);
  const [error] = [...document.errors, ...document.warnings];
  if (!error) return document;
  // Where the stack ran out is no place in the file: it differs from machine to machine.
  if (error.code === "RESOURCE_EXHAUSTION") throw new InputError(`${file}: ${TOO_DEEP}`);
  const { line, col } = lines.linePos(error.pos[0]);
  const problem = error.code === "MULTIPLE_DOCS" ? "a second document: one file is one document" : error.message;
  throw new InputError(`${at(file, line, col)}: ${problem}`);
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
    value: plainDates(tomlOf(text, file), file),
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
function plainDates(value: unknown, file: string, depth = MAX_DEPTH): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) throw new InputError(`${file}: ${TOO_DEEP}`);
  const plain = (inner: unknown): unknown => plainDates(inner, file, depth - 1);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
