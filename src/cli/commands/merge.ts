/** `sallyport merge`: observations (or evidence merged before) of many runs in, evidence out. */
import { Merger } from "../../merge/index.ts";
import { InputError } from "../../model/error.ts";
import type { Command, ExitCode } from "../command.ts";
import { parseArtefact, readText } from "../files.ts";
import { list, text } from "../options.ts";
import { writeFile } from "../output.ts";
import { artefact } from "../pipeline.ts";

export const mergeCommand: Command = {
  usage: "merge <observations...>",
  describe: "merge the observations of many runs into evidence",
  options: { output: { type: "string", alias: "o", requiresArg: true, describe: "write to this file instead" } },
  run(args, { print }): ExitCode {
    const merger = new Merger();
    for (const path of list(args, "observations")) {
      const read = parseArtefact(readText(path), path);
      if (read?.kind === "observations") for (const run of read.runs) merger.addRun(run);
      else if (read?.kind === "evidence") merger.addEvidence(read.evidence);
      else throw new InputError(`${path}: neither observations nor evidence`);
    }
    const output = text(args, "output");
    const evidence = artefact(merger.evidence());
    if (output === null) print(evidence);
    else writeFile(output, evidence);
    return 0;
  },
};
