/** `sallyport lint`: what in a policy does not mean what it says. */
import { lintPolicy } from "../../dialect/index.ts";
import { InputError } from "../../model/error.ts";
import { lintJson, lintText } from "../../report/index.ts";
import type { Command, ExitCode } from "../command.ts";
import { readPolicies } from "../files.ts";
import { flag, list, printOptionsOf } from "../options.ts";
import { writeFile } from "../output.ts";

export const lintCommand: Command = {
  usage: "lint <policy...>",
  describe: "what in a policy does not mean what it says, and how to write what was meant",
  options: {
    fix: { type: "boolean", describe: "write what can be mended without opening more than was meant" },
  },
  run(args, { print }): ExitCode {
    const paths = list(args, "policy");
    const fix = flag(args, "fix");
    if (fix && paths.includes("-")) throw new InputError("--fix writes files in place, and standard input is none");
    // All are read and judged before any is written.
    const linted = readPolicies(paths).map((file, i) => ({
      path: paths[i] ?? file.path,
      file,
      ...lintPolicy(file, printOptionsOf(null, null, null)),
    }));
    if (fix) {
      for (const { path, file, mended } of linted) if (mended !== file.text) writeFile(path, mended);
    }
    const found = linted.flatMap(({ found: all, left }) =>
      fix ? [...all.filter(({ fix: { edits } }) => edits !== null), ...left] : all,
    );
    const report = { files: linted.map(({ file }) => file.path), found, written: fix };
    print(flag(args, "json") ? lintJson(report) : lintText(report));
    return linted.some(({ found: all, left }) => (fix ? left : all).length > 0) ? 1 : 0;
  },
};
