/** Zeek's own tab-separated form, whose header lines say how to read it; records come out as its JSON form has them. */
import type { JsonObject } from "../json.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Enough for every log Zeek writes; the header of a hostile file could name any number. */
const MAX_FIELDS = 1000;

const NUMERIC = new Set(["port", "count", "int", "double", "interval", "time"]);

interface Column {
  readonly name: string;
  readonly type: string;
}

export class TsvReader {
  /** Whether the file at hand has said what its columns are. */
  active = false;
  /** The log's name as its header gives it. */
  path: string | null = null;
  /** Counts the files, so that records without an id can be told apart. */
  file = 0;
  private separator = "\t";
  private setSeparator = ",";
  private empty = "(empty)";
  private unset = "-";
  private names: readonly string[] = [];
  private types: readonly string[] = [];

  reset(): void {
    this.active = false;
    this.path = null;
    this.file++;
    this.separator = "\t";
    this.names = [];
    this.types = [];
  }

  read(bytes: Uint8Array, start: number, end: number): JsonObject | "comment" | "broken" {
    const line = decoder.decode(bytes.subarray(start, end));
    if (line.startsWith("#")) {
      this.header(line);
      return "comment";
    }
    const cells = line.split(this.separator, MAX_FIELDS + 1);
    if (this.names.length === 0 || cells.length !== this.names.length) return "broken";
    return Object.fromEntries(
      cells.flatMap((cell, i) => this.cell(cell, { name: this.names[i] ?? "", type: this.types[i] ?? "" })),
    );
  }

  private header(line: string): void {
    if (line.startsWith("#separator ")) {
      this.separator = unescape(line.slice("#separator ".length)) || "\t";
      return;
    }
    const [key, ...values] = line.split(this.separator, MAX_FIELDS + 1);
    if (key === "#set_separator") this.setSeparator = values[0] ?? ",";
    else if (key === "#empty_field") this.empty = values[0] ?? "(empty)";
    else if (key === "#unset_field") this.unset = values[0] ?? "-";
    else if (key === "#path") this.path = values[0] ?? null;
    else if (key === "#fields") {
      this.names = values;
      this.active = true;
    } else if (key === "#types") this.types = values;
  }

  private cell(cell: string, { name, type }: Column): [string, unknown][] {
    if (cell === this.unset) return [];
    const inner = /^(?:vector|set)\[(.*)\]$/.exec(type)?.[1];
    if (inner === undefined) return [[name, this.value(cell, type)]];
    const items = cell === this.empty ? [] : cell.split(this.setSeparator).map((item) => this.value(item, inner));
    return [[name, items]];
  }

  private value(cell: string, type: string): string | number | boolean {
    if (NUMERIC.has(type) && /^-?\d+(\.\d+)?$/.test(cell)) return Number(cell);
    if (type === "bool") return cell === "T";
    return unescape(cell);
  }
}

/** `\x09` as Zeek writes bytes that would break a line. */
function unescape(text: string): string {
  return text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
