/** The log formats that can be read: recognised by content, each read by its adapter. */
import type { Reader, RunSink } from "../../model/flow.ts";
import { type Adapter, LogReader } from "./adapter.ts";
import type { LogFormat } from "./formats.ts";
import { HubbleAdapter } from "./hubble.ts";
import { Runs } from "./runs.ts";
import { SimpleAdapter } from "./simple/adapter.ts";
import { StandaloneAdapter } from "./standalone/adapter.ts";
import { bullfrog } from "./standalone/bullfrog.ts";
import { awf, squid } from "./standalone/squid.ts";
import { vpcFormat } from "./standalone/vpc.ts";
import { SuricataAdapter } from "./suricata/adapter.ts";
import { ZeekAdapter } from "./zeek/adapter.ts";

export type { LogFormat } from "./formats.ts";
export { sniffLog } from "./sniff.ts";

export interface LogReaderOptions {
  /** The input as error messages call it. */
  readonly source: string;
  /** The field, a dotted path, that names a record's run; null for the format's own. */
  readonly runField: string | null;
  /** Called once a run; null asks for the sink of the input's own run. */
  readonly sinkFor: (run: string | null) => RunSink;
}

/**
 * A reader of one run's files (or of a file with many runs in it).
 *
 * @throws InputError from `push` and `endOfFile` when no line of a file can be read, or when the run field has too many values.
 */
export function createLogReader(format: LogFormat, options: LogReaderOptions): Reader {
  const runs = new Runs(format, options.source, options.sinkFor);
  return new LogReader(ADAPTERS[format](runs, options.runField), runs);
}

const ADAPTERS: Readonly<Record<LogFormat, (runs: Runs, runField: string | null) => Adapter>> = {
  jsonl: (runs, runField) => new SimpleAdapter(runs, runField),
  zeek: (runs, runField) => new ZeekAdapter(runs, runField),
  suricata: (runs, runField) => new SuricataAdapter(runs, runField),
  hubble: (runs, runField) => new HubbleAdapter(runs, runField),
  bullfrog: (runs, runField) => new StandaloneAdapter(runs, runField, bullfrog),
  awf: (runs, runField) => new StandaloneAdapter(runs, runField, awf),
  squid: (runs, runField) => new StandaloneAdapter(runs, runField, squid),
  "aws-vpc": (runs, runField) => new StandaloneAdapter(runs, runField, vpcFormat()),
};
