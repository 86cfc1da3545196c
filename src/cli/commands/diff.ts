/** `sallyport diff`: production against a candidate or evidence. */
import type { Candidate } from "../../model/candidate.ts";
import { InputError } from "../../model/error.ts";
import { jsonReport, markdownReport, type ReportInput, textReport } from "../../report/index.ts";
import type { Command, ExitCode } from "../command.ts";
import { failOnOf } from "../fail-on.ts";
import { parseArtefact, readAllowlist, readPolicies, readText } from "../files.ts";
import {
  type Arguments,
  flag,
  lifetimeOf,
  list,
  nowOf,
  printOptionsOf,
  PRODUCTION_OPTIONS,
  PROPOSE_OPTIONS,
  text,
} from "../options.ts";
import { compare, proposal } from "../pipeline.ts";

export const diffCommand: Command = {
  usage: "diff",
  describe: "compare production policy with a candidate or with evidence",
  options: {
    ...PRODUCTION_OPTIONS,
    ...PROPOSE_OPTIONS,
    against: { type: "string", requiresArg: true, demandOption: true, describe: "candidate.json or evidence.json" },
    format: { type: "string", choices: ["text", "json", "markdown", "unified"], describe: "how to say it" },
  },
  run(args, { print, color }): ExitCode {
    const paths = list(args, "production");
    if (paths.length === 0) throw new InputError("--production is needed: the policy in force");
    const production = readPolicies(paths);
    const candidate = candidateOf(args);
    const printing = printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface"));
    const failOn = failOnOf(list(args, "fail-on"));
    const found = compare(production, candidate, { print: printing, failOn, now: nowOf(args) });
    const input = { drift: found.drift, candidate, failOn };
    const format = flag(args, "json") ? "json" : (text(args, "format") ?? "text");
    print(render(format, input, found.text, color));
    return found.drift.verdict === "review" ? 1 : 0;
  },
};

function render(format: string, input: ReportInput, unified: string, color: boolean): string {
  switch (format) {
    case "json":
      return jsonReport(input.drift);
    case "markdown":
      return markdownReport(input);
    case "unified":
      return unified;
    default:
      return textReport(input, { color });
  }
}

/** Evidence is compared through the candidate that it would lead to. */
function candidateOf(args: Arguments): Candidate {
  const path = text(args, "against") ?? "";
  const allowlist = text(args, "allowlist");
  const read = parseArtefact(readText(path), path);
  if (read?.kind === "candidate") {
    if (allowlist !== null) throw new InputError("--allowlist goes with evidence; a candidate has its decisions in it");
    return read.candidate;
  }
  if (read?.kind !== "evidence") throw new InputError(`${path}: neither a candidate nor evidence`);
  return proposal({
    evidence: read.evidence,
    decided: allowlist === null ? null : readAllowlist(allowlist),
    lifetime: lifetimeOf(text(args, "expires")),
    print: printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface")),
    now: nowOf(args),
  }).candidate;
}
