/** Base chains: where on a packet's way they stand, and what they do with packets that no rule of theirs takes. */
import type { Family } from "../../model/address.ts";
import type { BaseChain, Hook } from "../packet/program.ts";
import type { ChainState, TableState } from "./state.ts";

const HOOKS: ReadonlySet<string> = new Set(["prerouting", "input", "forward", "output", "postrouting"]);

const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

export function baseOf(
  table: TableState,
  chain: ChainState,
  families: readonly Family[],
  key: string,
): BaseChain | null {
  const { base } = chain;
  // The kernel takes the chains of a dormant table off their hooks.
  if (base === null || table.dormant || !isHook(base.hook)) return null;
  return {
    chain: key,
    title: `chain ${chain.name} of table ${table.family} ${table.name}`,
    hook: base.hook,
    filters: base.type === "filter",
    translates: base.type === "nat",
    priority: priorityOf(base.priority),
    families,
    policy: chain.policy === "drop" ? "drop" : "accept",
  };
}

function isHook(text: string): text is Hook {
  return HOOKS.has(text);
}

/** `filter`, `-100`, `filter - 5`. */
function priorityOf(words: readonly string[]): number {
  let [sum, sign] = [0, 1];
  for (const word of words) {
    if (word === "-" || word === "+") sign = word === "-" ? -1 : 1;
    else sum += sign * (PRIORITIES[word] ?? (/^\d{1,9}$/.test(word) ? Number(word) : 0));
  }
  return sum;
}
