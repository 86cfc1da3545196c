/** The nftables dialect: native text parsed, printed and lowered. */
import type { PolicyFile } from "../contract.ts";
import { layerOf, type PacketLayer } from "../packet/layer.ts";
import { FROM_HOST, type PacketContext } from "../packet/packet.ts";
import { parseNftablesJson, sniffNftablesJson } from "./json/document.ts";
import { lowerState } from "./lower.ts";
import { parseNftables } from "./parse.ts";
import { State } from "./state.ts";

export { parseNftables } from "./parse.ts";
export { printNftables, printNftablesAudit } from "./print.ts";
export { parseZone } from "./zone.ts";
export { printRuleset } from "./write.ts";

/** The files as one policy, loaded in the order given. */
export function loadNftables(files: readonly PolicyFile[], context: PacketContext = FROM_HOST): PacketLayer {
  const state = new State();
  for (const { path, text, include } of files)
    state.load(sniffNftablesJson(text) ? parseNftablesJson(path, text) : parseNftables(path, text, include));
  return layerOf(
    "nftables",
    files.map(({ path }) => path),
    lowerState(state, files.find(({ zone }) => zone !== undefined)?.zone),
    context,
  );
}

/** Whether a text looks like nftables: its first command is one of nft's, or it is libnftables JSON. */
export function sniffNftables(text: string): boolean {
  if (sniffNftablesJson(text)) return true;
  const [first = ""] = text
    .slice(0, 65_536)
    .replaceAll(/^\s*(#.*)?$\n?/gm, "")
    .trimStart()
    .split("\n", 1);
  return /^(#!.*nft\b|(add |create )?table\s+[\w"]|(flush|list)\s+(ruleset|table)|(add|insert|create|delete|destroy|flush)\s+(table|chain|rule|set|map|element)\s|(re)?define\s+\w+\s*=|include\s+")/.test(
    first.trim(),
  );
}
