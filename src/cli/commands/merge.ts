/** `sallyport merge`: observations (or evidence merged before) of many runs in, evidence out. */
import { evidencePieces, Merger } from "../../merge/index.ts";
import type { Command, ExitCode } from "../command.ts";
import { mergeFile } from "../merge-file.ts";
import { list, text } from "../options.ts";
import { writeFile } from "../output.ts";

export const mergeCommand: Command = {
  usage: "merge <observations...>",
  describe: "merge the observations of many runs into evidence",
  options: { output: { type: "string", alias: "o", requiresArg: true, describe: "write to this file instead" } },
  async run(args, { print, taken }): Promise<ExitCode> {
    const merger = new Merger();
    for (const path of list(args, "observations")) await mergeFile(merger, path);
    const output = text(args, "output");
    if (output !== null) writeFile(output, evidencePieces(merger));
    else {
      for (const piece of evidencePieces(merger)) {
        print(piece);
        await taken();
      }
    }
    return 0;
  },
};
