/** `sallyport observe`: captures and logs in, observations out. */
import type { RunInLines } from "../../model/observation.ts";
import type { Command, ExitCode } from "../command.ts";
import { FORMATS } from "../formats.ts";
import { observationLines } from "../observation-lines.ts";
import { observeRuns } from "../observe-runs.ts";
import { flag, formatOf, list, READ_OPTIONS, text, threadsOf } from "../options.ts";
import { writeFile } from "../output.ts";
import { findSources } from "../sources.ts";
import { STORE_OPTIONS, storeOf } from "../store/options.ts";

export const observeCommand: Command = {
  usage: "observe <input...>",
  describe: "read captures and logs, print what was reached as JSONL",
  options: {
    ...READ_OPTIONS,
    ...STORE_OPTIONS,
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
      store: storeOf(args, { usual: false }),
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
    const before: string[] = [];
    let latest: RunInLines | null = null;
    for await (const run of observeRuns(sources, options)) {
      warn(run, notice);
      if (output === null) {
        for (const lines of observationLines(run)) {
          print(lines);
          await taken();
        }
      } else {
        if (latest !== null) for (const lines of observationLines(latest)) before.push(lines);
        latest = run;
      }
    }
    if (output !== null) writeFile(output, withLatest(before, latest));
    return 0;
  },
};

/** The last run is made into text while it is written: the text of a large one would be the largest thing in memory. */
function* withLatest(before: readonly string[], latest: RunInLines | null): Generator<string> {
  yield* before;
  if (latest !== null) yield* observationLines(latest);
}

/** What could not be used is on the run line; a person at a terminal is told as well. */
export function warn({ run }: RunInLines, notice: (text: string) => void): void {
  for (const [reason, count] of Object.entries(run.rejected)) {
    const places = run.rejectedAt?.[reason];
    notice(`${run.source}: ${count} ${reason}${places ? ` (first at record ${places.join(", ")})` : ""}`);
  }
}
