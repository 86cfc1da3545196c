/** `sallyport prefixes`: the published lists shipped here, and whose prefixes hold an address. */
import { parseAddress } from "../../model/address.ts";
import type { PrefixTag } from "../../model/annotation.ts";
import { InputError } from "../../model/error.ts";
import type { Command, ExitCode } from "../command.ts";
import { shippedManifest, shippedPrefixes } from "../files.ts";
import { flag, text } from "../options.ts";

export const prefixesCommand: Command = {
  usage: "prefixes <action> [address]",
  describe: "list the published prefix lists shipped here, or look an address up in them (list, lookup)",
  options: {},
  run(args, { print }): ExitCode {
    const action = text(args, "action");
    const json = flag(args, "json");
    if (action === "list") {
      const { snapshots } = shippedManifest();
      const lines = snapshots.map(
        (s) => `${s.provider}\t${s.version}\t${s.entries} prefixes\t${s.publishedAt ?? "undated"}`,
      );
      print(json ? `${JSON.stringify(snapshots, null, 1)}\n` : `${lines.join("\n")}\n`);
      return 0;
    }
    if (action !== "lookup") throw new InputError(`prefixes: expected list or lookup, not ${action ?? "nothing"}`);
    const given = text(args, "address") ?? "";
    const address = parseAddress(given);
    if (address === null) throw new InputError(`prefixes lookup: expected an address, not ${given || "nothing"}`);
    const tags = shippedPrefixes().lookup(address);
    if (json) print(`${JSON.stringify({ address, tags }, null, 1)}\n`);
    else print(tags.length === 0 ? `${address}: in none of the shipped lists\n` : tags.map(line).join(""));
    return 0;
  },
};

function line({ prefix, provider, service, region, version }: PrefixTag): string {
  return `${prefix}\t${provider}\t${service}\t${region ?? "-"}\t${version}\n`;
}
