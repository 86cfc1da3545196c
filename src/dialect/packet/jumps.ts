/** Chains that packets get to and that call each other in a circle, or too deeply, the kernel refuses, and so do we. */
import { PolicySyntaxError } from "../contract.ts";
import type { Chain, PacketRule } from "./program.ts";

/** Deeper than the kernel follows jumps in nftables, shallow enough for the stack. */
const DEEPEST = 256;

/** `bases`: where packets come in. In chains that nothing leads to, the kernel lets a circle stand. */
export function checkJumps(chains: ReadonlyMap<string, Chain>, bases: readonly string[]): void {
  const depths = new Map<string, number>();
  const open = new Set<string>();
  const depthOf = (name: string, caller: PacketRule | null): number => {
    if (open.has(name)) throw refused(caller, "this jump closes a circle");
    const known = depths.get(name);
    if (known !== undefined) return known;
    if (open.size >= DEEPEST) throw refused(caller, `jumps nest deeper than ${DEEPEST}`);
    open.add(name);
    let depth = 0;
    for (const rule of chains.get(name)?.rules ?? []) {
      const { action } = rule;
      if (action.kind === "jump" || action.kind === "goto") depth = Math.max(depth, depthOf(action.chain, rule) + 1);
    }
    open.delete(name);
    if (depth > DEEPEST) throw refused(caller, `jumps nest deeper than ${DEEPEST}`);
    depths.set(name, depth);
    return depth;
  };
  for (const name of bases) depthOf(name, null);
}

function refused(rule: PacketRule | null, problem: string): PolicySyntaxError {
  const { file, line, column } = rule?.at ?? { file: "policy", line: 0, column: 0 };
  return new PolicySyntaxError(file, line, column, problem);
}
