/** Formats in which every line is a connection by itself, as JSON or as text. */
import type { Flow } from "../../../model/flow.ts";
import type { Adapter, LineVerdict } from "../adapter.ts";
import { type JsonObject, parseObject, runName } from "../json.ts";
import type { Runs } from "../runs.ts";
import type { Host } from "../values.ts";

/** Why a record that could be read is not used. */
export interface Unusable {
  readonly unusable: string;
}

/** What a line is; null when it is none of this format's. */
type Line = Flow | Unusable | "comment" | null;

export interface LineFormat {
  readonly fromJson: ((record: JsonObject, line: number) => Line) | null;
  readonly fromText: ((text: string, line: number) => Line) | null;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const OPEN = 0x7b;

export class StandaloneAdapter implements Adapter {
  private readonly runs: Runs;
  private readonly runField: string | null;
  private readonly format: LineFormat;

  constructor(runs: Runs, runField: string | null, format: LineFormat) {
    this.runs = runs;
    this.runField = runField;
    this.format = format;
  }

  line(bytes: Uint8Array, start: number, end: number, line: number): LineVerdict {
    const record = bytes[start] === OPEN ? parseObject(bytes, start, end) : null;
    const { fromJson, fromText } = this.format;
    const read =
      record === null
        ? (fromText?.(decoder.decode(bytes.subarray(start, end)), line) ?? null)
        : (fromJson?.(record, line) ?? null);
    if (read === null) return "broken";
    if (read === "comment") return read;
    const ledger = this.runs.of(record === null ? null : runName(record, this.runField), line);
    ledger.record();
    if ("unusable" in read) ledger.reject(read.unusable, line);
    else {
      if (read.flags.includes("invalid-name")) ledger.reject("invalid-name", line);
      ledger.flow(read);
    }
    return "record";
  }

  endOfFile(): void {}

  finish(): void {}
}

/** A flow of which only some things are told. `host` is the name the log gives it. */
export function flowOf(
  told: Pick<Flow, "transport" | "responder" | "outcome"> & Partial<Flow>,
  host: Host | null,
  line: number,
): Flow {
  return {
    originator: { address: null, port: null },
    // A log of connections lists what came about; of what did not, it only says that it was tried.
    state: told.outcome === "allowed" ? "established" : "attempted",
    connections: 1,
    firstSeen: null,
    lastSeen: told.firstSeen ?? null,
    bytesOut: null,
    bytesIn: null,
    claims: host?.kind === "name" ? [{ source: "log", name: host.name, record: line }] : [],
    literals: [],
    tunnels: [],
    workload: null,
    tool: null,
    process: null,
    flags: host?.kind === "invalid" ? ["invalid-name"] : [],
    ...told,
  };
}
