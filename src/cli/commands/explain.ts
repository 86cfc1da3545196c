/** `sallyport explain`: where an endpoint or flow got its name, or how a policy decides on a destination. */
import type { Command, ExitCode } from "../command.ts";
import { InputError } from "../../model/error.ts";
import { explanations } from "../explain.ts";
import { TRAIL_OPTIONS, trails } from "../explain-policy.ts";
import { FORMATS } from "../formats.ts";
import { flag, formatOf, list, READ_OPTIONS, text } from "../options.ts";
import { findSources } from "../sources.ts";

const { digest: _, ...READ_ONLY } = READ_OPTIONS;

export const explainCommand: Command = {
  usage: "explain <what> [input...]",
  describe: "where an address, name or flow got its name, or with --production how a policy decides on it",
  options: {
    ...READ_ONLY,
    ...TRAIL_OPTIONS,
    format: { type: "string", requiresArg: true, describe: `the input's format: ${FORMATS.join(", ")}` },
  },
  async run(args, { print, notice }): Promise<ExitCode> {
    const [what, inputs, production] = [text(args, "what") ?? "", list(args, "input"), list(args, "production")];
    if (production.length > 0) {
      if (inputs.length > 0)
        throw new InputError("--production asks a policy, which is not a matter of captures or logs");
      print(trails(what, production, args));
      return 0;
    }
    if (inputs.length === 0) throw new InputError("explain needs captures or logs to look in, or --production to ask");
    const runId = text(args, "run-id");
    const sources = await findSources(inputs, { format: formatOf(args), runId, notice });
    const options = { runId, runField: text(args, "run-field"), json: flag(args, "json"), notice };
    print(await explanations([what], sources, options));
    return 0;
  },
};
