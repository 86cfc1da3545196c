/** `sallyport check`: the whole job in one command. */
import { evidencePieces, Merger } from "../../merge/index.ts";
import { InputError } from "../../model/error.ts";
import { jsonReport, markdownReport, textReport } from "../../report/index.ts";
import type { Command, ExitCode } from "../command.ts";
import { earlierOf, EVIDENCE_OPTIONS, minCoverageOf, ownOf } from "../evidence-options.ts";
import { failOnOf } from "../fail-on.ts";
import { readPolicies } from "../files.ts";
import { readable, readingOf } from "../includes.ts";
import { observationLines } from "../observation-lines.ts";
import { LIMIT_OPTIONS, limitsOf } from "../limits.ts";
import { observeRuns } from "../observe-runs.ts";
import {
  AUDIT_OPTIONS,
  flag,
  formatOf,
  lifetimeOf,
  list,
  nowOf,
  printOptionsOf,
  PRODUCTION_OPTIONS,
  PROPOSE_OPTIONS,
  READ_OPTIONS,
  targetsOf,
  text,
  threadsOf,
  WHOLE_TABLE_OPTIONS,
} from "../options.ts";
import { type Content, writeFolder } from "../output.ts";
import { artefact, compare, proposal } from "../pipeline.ts";
import { REVIEWED_OPTIONS, reviewedBy } from "../reviewed.ts";
import { readSettings } from "../settings.ts";
import { APPROVED_OPTIONS, approvedIn } from "../prefixes/approved.ts";
import { PREFIX_OPTIONS } from "../prefixes/lists.ts";
import { findSources } from "../sources.ts";
import { STORE_OPTIONS, storeOf } from "../store/options.ts";
import { warn } from "./observe.ts";

export const checkCommand: Command = {
  usage: "check [input...]",
  describe: "observe, merge, propose and compare with production in one go",
  options: {
    ...READ_OPTIONS,
    ...STORE_OPTIONS,
    ...PRODUCTION_OPTIONS,
    ...PROPOSE_OPTIONS,
    ...PREFIX_OPTIONS,
    ...APPROVED_OPTIONS,
    ...LIMIT_OPTIONS,
    ...REVIEWED_OPTIONS,
    ...AUDIT_OPTIONS,
    ...WHOLE_TABLE_OPTIONS,
    ...EVIDENCE_OPTIONS,
    format: { type: "string", requiresArg: true, describe: "the inputs' format, where it should not be recognised" },
    out: { type: "string", requiresArg: true, describe: "write every artefact and report into this folder" },
    config: { type: "string", requiresArg: true, describe: "settings file; sallyport.yaml here is read by itself" },
  },
  async run(args, { print, notice, progress, color }): Promise<ExitCode> {
    const settings = readSettings(text(args, "config"));
    const given = (name: string, kept: readonly string[] | undefined): string[] => {
      const values = list(args, name);
      return values.length > 0 ? values : [...(kept ?? [])];
    };
    const inputs = given("input", settings.inputs);
    const productionPaths = given("production", settings.production);
    if (inputs.length === 0) throw new InputError("nothing to check: name the captures and logs of the test runs");
    if (productionPaths.length === 0) throw new InputError("--production is needed: the policy in force");

    const now = nowOf(args);
    const failOn = failOnOf(given("fail-on", settings.failOn));
    const lifetime = lifetimeOf(text(args, "expires") ?? settings.expires ?? null);
    const limits = limitsOf(
      text(args, "min-hit-rate") ?? settings.minHitRate?.toString() ?? null,
      text(args, "max-exposure") ?? settings.maxExposure?.toString() ?? null,
    );
    const stand = printOptionsOf(
      text(args, "hook") ?? settings.hook ?? null,
      text(args, "source") ?? settings.source ?? null,
      text(args, "interface") ?? settings.interface ?? null,
    );
    const printing = { ...stand, audit: flag(args, "audit"), wholeTable: flag(args, "whole-table") };
    const minCoverage = minCoverageOf(text(args, "min-coverage") ?? settings.minCoverage?.toString() ?? null);
    const own = ownOf(given("own", settings.own));
    const earlier = earlierOf(text(args, "earlier") ?? settings.earlier ?? null, printing, now);
    const allowlist = text(args, "allowlist") ?? settings.allowlist ?? null;
    const reviewed = reviewedBy(args, allowlist, now, settings);
    for (const line of reviewed.reviewers?.notices() ?? []) notice(line);
    const production = readable(readPolicies(productionPaths), productionPaths, readingOf(args));

    const prefixes = text(args, "prefixes") ?? settings.prefixes ?? null;
    const approved = approvedIn(text(args, "approved") ?? settings.approved ?? null, prefixes);

    const merger = new Merger();
    const observations: string[] = [];
    const runId = text(args, "run-id");
    const sources = await findSources(inputs, { format: formatOf(args), runId, notice });
    const runField = text(args, "run-field") ?? settings.runField ?? null;
    const reading = { runId, runField, digest: flag(args, "digest"), threads: threadsOf(args) };
    for await (const run of observeRuns(sources, {
      ...reading,
      store: storeOf(args, { usual: true }),
      notice,
      progress,
    })) {
      warn(run, notice);
      merger.addRun(run);
      observations.push(...observationLines(run));
    }
    const evidence = merger.evidence();
    if (evidence.runs.every((run) => run.flows === 0)) {
      throw new InputError(`no flow in ${inputs.join(", ")}: nothing was observed, so nothing can be said`);
    }
    const { candidate, files } = proposal({
      evidence,
      reviewed,
      prefixes,
      lifetime,
      limits,
      own,
      print: printing,
      targets: targetsOf(given("target", settings.targets)),
      resolverSets: flag(args, "resolver-sets") || settings.resolverSets === true,
      now,
    });
    const found = compare(production, candidate, {
      print: printing,
      failOn,
      now,
      approved,
      minCoverage,
      earlier,
    });
    const input = { drift: found.drift, candidate, failOn };

    const out = text(args, "out") ?? settings.out ?? null;
    if (out !== null) {
      const written: [string, Content][] = [
        ["observations.jsonl", observations],
        ["evidence.json", evidencePieces(merger)],
        ["candidate.json", artefact(candidate)],
        ...files,
        ["drift.json", jsonReport(found.drift)],
        ["drift.diff", found.text],
        ["report.md", markdownReport(input)],
      ];
      writeFolder(out, new Map(written));
    }
    print(flag(args, "json") ? jsonReport(found.drift) : textReport(input, { color }));
    return found.drift.verdict === "review" ? 1 : 0;
  },
};
