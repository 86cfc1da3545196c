/** `sallyport observe`: captures and logs in, observations out. */
import { parseQuestion } from "../../attribute/explain/index.ts";
import type { ObservedRun } from "../../model/observation.ts";
import type { Command, ExitCode } from "../command.ts";
import { explanations } from "../explain.ts";
import { FORMATS } from "../formats.ts";
import { observe } from "../observe.ts";
import { flag, formatOf, list, READ_OPTIONS, text } from "../options.ts";
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
  async run(args, { print, notice }): Promise<ExitCode> {
    const runId = text(args, "run-id");
    const sources = findSources(list(args, "input"), { format: formatOf(args), runId, notice });
    const options = { runId, runField: text(args, "run-field"), digest: flag(args, "digest"), notice };
    const output = text(args, "output");
    const questions = list(args, "explain").map(parseQuestion);
    if (questions.length > 0) {
      print(await explanations(questions, sources, { ...options, json: flag(args, "json") }));
      if (output === null) return 0;
    }
    const kept: string[] = [];
    for await (const run of observe(sources, options)) {
      warn(run, notice);
      if (output === null) print(observationLines(run));
      else kept.push(observationLines(run));
    }
    if (output !== null) writeFile(output, kept);
    return 0;
  },
};

export function observationLines({ run, observations }: ObservedRun): string {
  return [...observations, run].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** What could not be used is on the run line; a person at a terminal is told as well. */
export function warn({ run }: ObservedRun, notice: (text: string) => void): void {
  for (const [reason, count] of Object.entries(run.rejected)) {
    const places = run.rejectedAt?.[reason];
    notice(`${run.source}: ${count} ${reason}${places ? ` (first at record ${places.join(", ")})` : ""}`);
  }
}
