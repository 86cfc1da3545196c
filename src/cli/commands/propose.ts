/** `sallyport propose`: evidence and the reviewers' decisions in, a candidate in every dialect out. */
import { InputError } from "../../model/error.ts";
import { printStages } from "../../dialect/index.ts";
import { blindLine } from "../../report/index.ts";
import type { Command, ExitCode } from "../command.ts";
import { readArtefact } from "../artefacts.ts";
import { OWN_OPTIONS, ownOf } from "../evidence-options.ts";
import { LIMIT_OPTIONS, limitsOf } from "../limits.ts";
import {
  AUDIT_OPTIONS,
  flag,
  lifetimeOf,
  list,
  nowOf,
  printOptionsOf,
  PROPOSE_OPTIONS,
  targetsOf,
  text,
  WHOLE_TABLE_OPTIONS,
} from "../options.ts";
import { writeFolder } from "../output.ts";
import { artefact, proposal } from "../pipeline.ts";
import { PREFIX_OPTIONS } from "../prefixes/lists.ts";
import { REVIEWED_OPTIONS, reviewedBy } from "../reviewed.ts";

const STAGES_OPTIONS: Command["options"] = {
  stages: {
    type: "boolean",
    describe:
      "also write the FPL policies of a staged rollout (staging_enforce_10 ... prod_enforce_100), and its stages.csv",
  },
};

export const proposeCommand: Command = {
  usage: "propose <evidence>",
  describe: "propose a policy from evidence: candidate.json and every dialect",
  options: {
    ...PROPOSE_OPTIONS,
    ...PREFIX_OPTIONS,
    ...LIMIT_OPTIONS,
    ...OWN_OPTIONS,
    ...REVIEWED_OPTIONS,
    ...AUDIT_OPTIONS,
    ...WHOLE_TABLE_OPTIONS,
    ...STAGES_OPTIONS,
    out: {
      type: "string",
      requiresArg: true,
      describe: "write the files into this folder; without it candidate.json is printed",
    },
  },
  run(args, { print, notice }): ExitCode {
    const path = text(args, "evidence") ?? "";
    const read = readArtefact(path);
    if (read?.kind !== "evidence") throw new InputError(`${path}: not evidence`);
    const [staged, now, allowlist] = [flag(args, "stages"), nowOf(args), text(args, "allowlist")];
    if (staged && allowlist === null)
      throw new InputError("--stages holds what reviewers approved: --allowlist is needed");
    const reviewed = reviewedBy(args, allowlist, now);
    for (const line of reviewed.reviewers?.notices() ?? []) notice(line);
    const { candidate, files } = proposal({
      evidence: read.evidence,
      reviewed,
      prefixes: text(args, "prefixes"),
      lifetime: lifetimeOf(text(args, "expires")),
      limits: limitsOf(text(args, "min-hit-rate"), text(args, "max-exposure")),
      own: ownOf(list(args, "own")),
      print: {
        ...printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface")),
        audit: flag(args, "audit"),
        wholeTable: flag(args, "whole-table"),
      },
      resolverSets: flag(args, "resolver-sets"),
      targets: targetsOf(list(args, "target")),
      now,
    });
    for (const line of blindLine(candidate)) notice(`blind spots: ${line}`);
    const out = text(args, "out");
    if (staged && out === null) throw new InputError("--stages writes several files: --out is needed");
    const stages = staged ? printStages(candidate, now) : new Map<string, string>();
    if (out === null) print(artefact(candidate));
    else writeFolder(out, new Map([["candidate.json", artefact(candidate)], ...files, ...stages]));
    return 0;
  },
};
