/** What a log format is: a meaning for each line, behind which files, chunks and broken lines are no longer visible. */
import { at, InputError } from "../../model/error.ts";
import type { Reader } from "../../model/flow.ts";
import { type LineHandler, LineSplitter } from "./lines.ts";
import type { Runs } from "./runs.ts";

/** `broken`: not a record of this format at all. A record that is whole but cannot be used is counted by its adapter. */
export type LineVerdict = "record" | "comment" | "broken";

export interface Adapter {
  /** The bytes are valid during the call only. */
  line(bytes: Uint8Array, start: number, end: number, line: number): LineVerdict;
  endOfFile(): void;
  /** Hands over what was held for a join; the runs are closed afterwards. */
  finish(): void;
}

export class LogReader implements Reader, LineHandler {
  private readonly adapter: Adapter;
  private readonly runs: Runs;
  private readonly splitter = new LineSplitter(this);
  private readable = false;
  private firstBroken = 0;

  constructor(adapter: Adapter, runs: Runs) {
    this.adapter = adapter;
    this.runs = runs;
  }

  get records(): number {
    return this.splitter.lines;
  }

  push(chunk: Uint8Array): void {
    this.splitter.push(chunk);
  }

  line(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (isBlank(bytes, start, end)) return;
    if (this.adapter.line(bytes, start, end, line) === "broken") this.broken("broken-line", line);
    else this.readable = true;
  }

  tooLong(line: number): void {
    this.broken("line-too-long", line);
  }

  endOfFile(): void {
    this.splitter.endOfFile();
    if (this.firstBroken > 0 && !this.readable) {
      throw new InputError(`${at(this.runs.source, this.firstBroken)}: no line of this log could be read`);
    }
    this.adapter.endOfFile();
    this.firstBroken = 0;
    this.readable = false;
  }

  finish(): void {
    this.adapter.finish();
    this.runs.close();
  }

  private broken(reason: string, line: number): void {
    if (this.firstBroken === 0) this.firstBroken = line;
    this.runs.reject(reason, line);
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
