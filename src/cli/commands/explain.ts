/** `sallyport explain`: where an endpoint or flow got its name, with the packets to open in Wireshark. */
import type { Command, ExitCode } from "../command.ts";
import { explanations } from "../explain.ts";
import { FORMATS } from "../formats.ts";
import { flag, formatOf, list, READ_OPTIONS, text } from "../options.ts";
import { findSources } from "../sources.ts";

const { digest: _, ...READ_ONLY } = READ_OPTIONS;

export const explainCommand: Command = {
  usage: "explain <what> <input...>",
  describe: "where an address, name or flow got its name: the packets or log lines behind it",
  options: {
    ...READ_ONLY,
    format: { type: "string", requiresArg: true, describe: `the input's format: ${FORMATS.join(", ")}` },
  },
  async run(args, { print, notice }): Promise<ExitCode> {
    const runId = text(args, "run-id");
    const sources = await findSources(list(args, "input"), { format: formatOf(args), runId, notice });
    const options = { runId, runField: text(args, "run-field"), json: flag(args, "json"), notice };
    print(await explanations([text(args, "what") ?? ""], sources, options));
    return 0;
  },
};
