/** `sallyport propose`: evidence and the reviewers' decisions in, a candidate in every dialect out. */
import { InputError } from "../../model/error.ts";
import type { Command, ExitCode } from "../command.ts";
import { parseArtefact, readText } from "../files.ts";
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

export const proposeCommand: Command = {
  usage: "propose <evidence>",
  describe: "propose a policy from evidence: candidate.json and every dialect",
  options: {
    ...PROPOSE_OPTIONS,
    ...PREFIX_OPTIONS,
    ...LIMIT_OPTIONS,
    ...REVIEWED_OPTIONS,
    ...AUDIT_OPTIONS,
    ...WHOLE_TABLE_OPTIONS,
    out: {
      type: "string",
      requiresArg: true,
      describe: "write the files into this folder; without it candidate.json is printed",
    },
  },
  run(args, { print, notice }): ExitCode {
    const path = text(args, "evidence") ?? "";
    const read = parseArtefact(readText(path), path);
    if (read?.kind !== "evidence") throw new InputError(`${path}: not evidence`);
    const now = nowOf(args);
    const reviewed = reviewedBy(args, text(args, "allowlist"), now);
    for (const line of reviewed.reviewers?.notices() ?? []) notice(line);
    const { candidate, files } = proposal({
      evidence: read.evidence,
      reviewed,
      prefixes: text(args, "prefixes"),
      lifetime: lifetimeOf(text(args, "expires")),
      limits: limitsOf(text(args, "min-hit-rate"), text(args, "max-exposure")),
      print: {
        ...printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface")),
        audit: flag(args, "audit"),
        wholeTable: flag(args, "whole-table"),
      },
      resolverSets: flag(args, "resolver-sets"),
      targets: targetsOf(list(args, "target")),
      now,
    });
    const out = text(args, "out");
    if (out === null) print(artefact(candidate));
    else writeFolder(out, new Map([["candidate.json", artefact(candidate)], ...files]));
    return 0;
  },
};
