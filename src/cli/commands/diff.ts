/** `sallyport diff`: production against a candidate, evidence, or another version of the policy. */
import type { Candidate } from "../../model/candidate.ts";
import { InputError } from "../../model/error.ts";
import { jsonReport, markdownReport, type ReportInput, textReport } from "../../report/index.ts";
import type { Command, ExitCode } from "../command.ts";
import { earlierOf, EVIDENCE_OPTIONS, minCoverageOf, ownOf } from "../evidence-options.ts";
import { failOnOf } from "../fail-on.ts";
import { readArtefact } from "../artefacts.ts";
import { readPolicies, readPolicyVersions } from "../files.ts";
import { readable, readingOf } from "../includes.ts";
import { LIMIT_OPTIONS, limitsOf } from "../limits.ts";
import {
  askerOf,
  ASKER_OPTIONS,
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
import { approvedAgainst } from "../prefixes/approved.ts";
import { PREFIX_OPTIONS } from "../prefixes/lists.ts";
import { compare, type CompareContext, compareVersions, type Comparison, proposal } from "../pipeline.ts";
import { REVIEWED_OPTIONS, reviewedBy } from "../reviewed.ts";

export const diffCommand: Command = {
  usage: "diff",
  describe: "compare production policy with a candidate, with evidence, or with its next version",
  options: {
    ...PRODUCTION_OPTIONS,
    ...PROPOSE_OPTIONS,
    ...PREFIX_OPTIONS,
    ...LIMIT_OPTIONS,
    ...REVIEWED_OPTIONS,
    ...ASKER_OPTIONS,
    ...EVIDENCE_OPTIONS,
    evidence: {
      type: "string",
      requiresArg: true,
      describe:
        "with policies of names and of addresses: evidence or a candidate that tells which names were at which addresses",
    },
    against: {
      type: "string",
      array: true,
      requiresArg: true,
      demandOption: true,
      describe: "candidate.json, evidence.json, or the files of another version of the policy (repeat)",
    },
    format: { type: "string", choices: ["text", "json", "markdown", "unified"], describe: "how to say it" },
  },
  run(args, { print, color }): ExitCode {
    const paths = list(args, "production");
    if (paths.length === 0) throw new InputError("--production is needed: the policy in force");
    const context = {
      print: printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface")),
      failOn: failOnOf(list(args, "fail-on")),
      now: nowOf(args),
    };
    const candidate = candidateOf(args);
    const found =
      candidate === null
        ? versions(paths, args, context)
        : compare(readable(readPolicies(paths), paths, readingOf(args)), candidate, {
            ...context,
            approved: approvedAgainst(candidate, text(args, "prefixes")),
            minCoverage: minCoverageOf(text(args, "min-coverage")),
            earlier: earlierOf(text(args, "earlier"), context.print, context.now),
          });
    const input = { drift: found.drift, candidate, failOn: context.failOn };
    const format = flag(args, "json") ? "json" : (text(args, "format") ?? "text");
    print(format === "unified" ? found.text : render(format, input, color));
    return found.drift.verdict === "review" ? 1 : 0;
  },
};

function render(format: string, input: ReportInput, color: boolean): string {
  switch (format) {
    case "json":
      return jsonReport(input.drift);
    case "markdown":
      return markdownReport(input);
    default:
      return textReport(input, { color });
  }
}

function versions(paths: readonly string[], args: Arguments, context: CompareContext): Comparison {
  const only = [
    "allowlist",
    "expires",
    "min-hit-rate",
    "max-exposure",
    "max-ttl",
    "environment",
    "min-coverage",
    "earlier",
  ].find((option) => text(args, option) !== null);
  const misplaced = only ?? (list(args, "own").length > 0 ? "own" : undefined);
  if (misplaced !== undefined) throw new InputError(`--${misplaced} goes with evidence, not with another policy`);
  const others = list(args, "against");
  const [production = [], against = []] = readPolicyVersions([paths, others]);
  const reading = readingOf(args);
  return compareVersions(readable(production, paths, reading), readable(against, others, reading), {
    ...context,
    asker: askerOf(args),
    observed: earlierOf(text(args, "evidence"), context.print, context.now),
  });
}

/** Evidence is compared through the candidate that it would lead to; null where policies are given instead. */
function candidateOf(args: Arguments): Candidate | null {
  const given = list(args, "against");
  const [path = ""] = given;
  const allowlist = text(args, "allowlist");
  const read = readArtefact(path);
  if (read === null) return null;
  if (text(args, "evidence") !== null)
    throw new InputError("--evidence goes with another policy; here --against is what was observed");
  const who = ["uid", "oif"].find((option) => text(args, option) !== null);
  if (who !== undefined)
    throw new InputError(`--${who} goes with another policy; what was observed tells no such thing`);
  if (given.length > 1) throw new InputError(`${path}: one candidate or evidence is compared at a time`);
  if (read.kind === "candidate") {
    if (allowlist !== null) throw new InputError("--allowlist goes with evidence; a candidate has its decisions in it");
    if (list(args, "own").length > 0) throw new InputError("--own goes with evidence; a candidate has been counted");
    return read.candidate;
  }
  if (read.kind !== "evidence") throw new InputError(`${path}: neither a candidate, evidence nor a policy`);
  return proposal({
    evidence: read.evidence,
    reviewed: reviewedBy(args, allowlist, nowOf(args)),
    prefixes: text(args, "prefixes"),
    lifetime: lifetimeOf(text(args, "expires")),
    limits: limitsOf(text(args, "min-hit-rate"), text(args, "max-exposure")),
    own: ownOf(list(args, "own")),
    print: printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface")),
    now: nowOf(args),
  }).candidate;
}
