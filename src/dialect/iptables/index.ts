/** The iptables dialect: iptables-save text parsed, printed and lowered. */
import type { Family } from "../../model/address.ts";
import type { PolicyFile } from "../contract.ts";
import { layerOf, type PacketLayer } from "../packet/layer.ts";
import { FROM_HOST, type PacketContext } from "../packet/packet.ts";
import { familiesOf } from "./family.ts";
import { lowerStates } from "./lower.ts";
import { parseIptables } from "./parse.ts";
import { State } from "./state.ts";

export { parseIptables } from "./parse.ts";
export { printIptables } from "./print.ts";
export { printRules } from "./write.ts";

/** The files as one policy; those of one family are loaded in the order given. */
export function loadIptables(files: readonly PolicyFile[], context: PacketContext = FROM_HOST): PacketLayer {
  const states = new Map<string, { families: readonly Family[]; state: State }>();
  for (const { path, text } of files) {
    const rules = parseIptables(path, text);
    const families = familiesOf(rules);
    const entry = states.get(families.join("")) ?? { families, state: new State() };
    states.set(families.join(""), entry);
    entry.state.load(rules);
  }
  return layerOf(
    "iptables",
    files.map(({ path }) => path),
    lowerStates([...states.values()]),
    context,
  );
}

/** Whether a text looks like iptables-save, or like `iptables -S`. */
export function sniffIptables(text: string): boolean {
  const lines = text.slice(0, 65_536).split("\n");
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  return /^\*(filter|nat|mangle|raw|security)\s*$/.test(first) || /^-(P|N|A) [\w~.-]+( |$)/.test(first);
}
