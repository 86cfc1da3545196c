/** The iptables dialect: iptables-save text parsed, printed and lowered. */
import type { Family } from "../../model/address.ts";
import type { PolicyFile } from "../contract.ts";
import { layerOf, type PacketLayer } from "../packet/layer.ts";
import { FROM_HOST, type PacketContext } from "../packet/packet.ts";
import { familiesOf } from "./family.ts";
import { parseIpset, sniffIpset } from "./ipset/parse.ts";
import { IpSets } from "./ipset/state.ts";
import { lowerStates } from "./lower.ts";
import { parseIptables } from "./parse.ts";
import { State } from "./state.ts";

export { parseIptables } from "./parse.ts";
export { printIptables } from "./print.ts";
export { printRules } from "./write.ts";

/**
 * The files as one policy: `ipset save` files first, whose sets the rules of both families look up, then those of one family
 * in the order given.
 */
export function loadIptables(files: readonly PolicyFile[], context: PacketContext = FROM_HOST): PacketLayer {
  const states = new Map<string, { families: readonly Family[]; state: State }>();
  const sets = new IpSets();
  for (const { path, text } of files) if (sniffIpset(text)) sets.load(parseIpset(path, text));
  for (const { path, text, family } of files) {
    if (sniffIpset(text)) continue;
    const rules = parseIptables(path, text);
    const families = familiesOf(rules, family);
    const entry = states.get(families.join("")) ?? { families, state: new State() };
    states.set(families.join(""), entry);
    entry.state.load(rules);
  }
  return layerOf(
    "iptables",
    files.map(({ path }) => path),
    lowerStates([...states.values()], sets),
    context,
  );
}

/** Whether a text looks like iptables-save, like `iptables -S`, or like the sets of `ipset save` beside them. */
export function sniffIptables(text: string): boolean {
  if (sniffIpset(text)) return true;
  const lines = text.slice(0, 65_536).split("\n");
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  return /^\*(filter|nat|mangle|raw|security)\s*$/.test(first) || /^-(P|N|A) [\w~.-]+( |$)/.test(first);
}
