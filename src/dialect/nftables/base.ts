/** Base chains: where on a packet's way they stand, and what they do with packets that no rule of theirs takes. */
import type { Family } from "../../model/address.ts";
import { PolicySyntaxError } from "../contract.ts";
import type { BaseChain, Hook } from "../packet/program.ts";
import type { ChainState, TableState } from "./state.ts";
import { shown } from "./token.ts";
import type { BaseSpec } from "./tree.ts";

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
  checkType(base, chain);
  return {
    chain: key,
    title: `chain ${chain.name} of table ${table.family} ${table.name}`,
    hook: base.hook,
    filters: base.type === "filter",
    translates: base.type === "nat",
    priority: priorityOf(base.priority, chain),
    families,
    policy: chain.policy === "drop" ? "drop" : "accept",
  };
}

function isHook(text: string): text is Hook {
  return HOOKS.has(text);
}

/** Translating goes on wherever a packet may still be sent elsewhere, and routing again where the host's own leave. */
const TYPES: Readonly<Record<string, readonly Hook[]>> = {
  filter: ["prerouting", "input", "forward", "output", "postrouting"],
  nat: ["prerouting", "input", "output", "postrouting"],
  route: ["output"],
};

function checkType({ type, hook }: BaseSpec, { at: { file, line, column } }: ChainState): void {
  const hooks: readonly string[] | undefined = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (hooks?.includes(hook)) return;
  const problem =
    hooks === undefined
      ? `unexpected chain type ${shown(type)}, expected filter, nat or route`
      : `unexpected hook ${shown(hook)} of a ${type} chain, expected ${hooks.join(", ")}`;
  throw new PolicySyntaxError(file, line, column, problem);
}

/** `filter`, `-100`, `filter - 5`. */
function priorityOf(words: readonly string[], { at: { file, line, column } }: ChainState): number {
  let [sum, sign] = [0, 1];
  for (const word of words) {
    const named = Object.hasOwn(PRIORITIES, word) ? PRIORITIES[word] : undefined;
    if (word === "-" || word === "+") sign = word === "-" ? -1 : 1;
    else if (named !== undefined) sum += sign * named;
    else if (/^-?\d{1,10}$/.test(word)) sum += sign * Number(word);
    else
      throw new PolicySyntaxError(
        file,
        line,
        column,
        `unexpected priority ${shown(word)}, expected a number or ${Object.keys(PRIORITIES).join(", ")}`,
      );
  }
  return sum;
}
