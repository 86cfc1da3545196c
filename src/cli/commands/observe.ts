/** `sallyport observe`: captures and logs in, observations out. */
import type { Observation, RunInLines, RunRecord } from "../../model/observation.ts";
import type { Command, ExitCode } from "../command.ts";
import { FORMATS } from "../formats.ts";
import { observeRuns } from "../observe-runs.ts";
import { flag, formatOf, list, READ_OPTIONS, text, threadsOf } from "../options.ts";
import { writeFile } from "../output.ts";
import { findSources } from "../sources.ts";

export const observeCommand: Command = {
  usage: "observe <input...>",
  describe: "read captures and logs, print what was reached as JSONL",
  options: {
    ...READ_OPTIONS,
    format: { type: "string", requiresArg: true, describe: `the input's format: ${FORMATS.join(", ")}` },
    explain: {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "print instead where this endpoint or flow got its name, as `explain` does (repeat)",
    },
    output: { type: "string", alias: "o", requiresArg: true, describe: "write to this file instead" },
  },
  async run(args, { print, taken, notice, progress }): Promise<ExitCode> {
    const runId = text(args, "run-id");
    const sources = await findSources(list(args, "input"), { format: formatOf(args), runId, notice });
    const options = {
      runId,
      runField: text(args, "run-field"),
      digest: flag(args, "digest"),
      threads: threadsOf(args),
      notice,
      progress,
    };
    const output = text(args, "output");
    const asked = list(args, "explain");
    if (asked.length > 0) {
      const { explanations } = await import("../explain.ts");
      print(await explanations(asked, sources, { ...options, json: flag(args, "json") }));
      if (output === null) return 0;
    }
    const kept: string[] = [];
    for await (const run of observeRuns(sources, options)) {
      warn(run, notice);
      for (const lines of observationLines(run)) {
        if (output !== null) kept.push(lines);
        else {
          print(lines);
          await taken();
        }
      }
    }
    if (output !== null) writeFile(output, kept);
    return 0;
  },
};

/** Lines printed at once: a run may have 200,000, whose text would be the largest thing in memory. */
const LINES_A_PIECE = 1000;

/** The lines of a run, in pieces. */
export function* observationLines({ run, observations }: RunInLines): Generator<string> {
  let piece: string[] = [];
  for (const observation of observations) {
    if (piece.push(toLine(observation)) < LINES_A_PIECE) continue;
    yield piece.join("");
    piece = [];
  }
  yield `${piece.join("")}${toLine(run)}`;
}

function toLine(line: Observation | RunRecord): string {
  return `${JSON.stringify(line)}\n`;
}

/** What could not be used is on the run line; a person at a terminal is told as well. */
export function warn({ run }: RunInLines, notice: (text: string) => void): void {
  for (const [reason, count] of Object.entries(run.rejected)) {
    const places = run.rejectedAt?.[reason];
    notice(`${run.source}: ${count} ${reason}${places ? ` (first at record ${places.join(", ")})` : ""}`);
  }
}
