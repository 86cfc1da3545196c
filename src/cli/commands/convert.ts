/** `sallyport convert`: a candidate for one target, or one error that lists all it cannot say. */
import { convert } from "../../dialect/index.ts";
import { InputError } from "../../model/error.ts";
import type { Command, ExitCode } from "../command.ts";
import { readArtefact } from "../artefacts.ts";
import { flag, nowOf, printOptionsOf, STAND_OPTIONS, targetOf, text } from "../options.ts";
import { writeFile, writeFolder } from "../output.ts";

const LISTED = 100;

export const convertCommand: Command = {
  usage: "convert <candidate>",
  describe: "print a candidate for one target, and refuse where it cannot say all of it",
  options: {
    ...STAND_OPTIONS,
    to: { type: "string", requiresArg: true, describe: "the target" },
    "allow-wider": { type: "boolean", describe: "also where the target can only say more than was decided" },
    "allow-less": { type: "boolean", describe: "also where the target leaves endpoints out" },
    output: {
      type: "string",
      alias: "o",
      requiresArg: true,
      describe: "write to this file instead; a folder where the target has several files",
    },
  },
  run(args, { print }): ExitCode {
    const path = text(args, "candidate") ?? "";
    const read = readArtefact(path);
    if (read?.kind !== "candidate") throw new InputError(`${path}: not a candidate`);
    const target = targetOf("--to", text(args, "to"));
    const stand = printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface"));
    const { files, left, widened } = convert(target, read.candidate, nowOf(args), stand);
    const less = flag(args, "allow-less") ? [] : left;
    const wider = flag(args, "allow-wider") ? [] : widened.map((line) => `only wider: ${line}`);
    if (less.length + wider.length > 0) throw new InputError(refusal(path, target, less, wider));
    const [only, ...more] = files.values();
    const output = text(args, "output");
    if (more.length > 0) {
      if (output === null) throw new InputError(`--output is needed: ${target} has several files, for a folder`);
      writeFolder(output, files);
    } else if (output === null) print(only ?? "");
    else writeFile(output, only ?? "");
    return 0;
  },
};

function refusal(path: string, target: string, less: readonly string[], wider: readonly string[]): string {
  const refused = [...less, ...wider];
  const more = refused.length > LISTED ? `; and ${refused.length - LISTED} more` : "";
  const ways = [
    ...(less.length > 0 ? ["--allow-less leaves out what it cannot say"] : []),
    ...(wider.length > 0 ? ["--allow-wider takes what it can only say wider"] : []),
  ];
  return `${path}: ${target} cannot say: ${refused.slice(0, LISTED).join("; ")}${more} (${ways.join("; ")})`;
}
