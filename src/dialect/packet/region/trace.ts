/** The way a packet took whose end cannot be told, as text: where two policies agree on all of it, so do they on its end. */
import type { Family } from "../../../model/address.ts";
import type { Judge, Ruling } from "../judge.ts";

/**
 * Every rule that was met, in order, with what it says and whether it surely matched. A statement that cannot be told gives
 * one answer for one packet wherever it stands, so equal ways lead to equal ends. Null where the end depends on something
 * outside any rule.
 */
export function traceOf(judge: Judge, family: Family, { steps }: Ruling): string | null {
  if (judge.program.opaque.length > 0) return null;
  const bases = judge.path
    .filter(({ families }) => families.includes(family))
    .map(({ chain, hook, priority, policy, translates }) =>
      [chain, hook, priority, policy, translates].map(String).join(" "),
    );
  const met = steps.map(({ chain, rule, packet, sure }) => {
    const untold = rule.conditions.filter(({ kind }) => kind === "opaque").map(({ text }) => text);
    return [nameless(chain), packet.facts.ctState, sure, rule.text(null), ...untold].join(" | ");
  });
  return [...bases, ...met].join("\n");
}

/** A chain written in place is named by where it stands, which means nothing. */
function nameless(chain: string): string {
  return chain.replace(/\{.*\}$/, "{}");
}
