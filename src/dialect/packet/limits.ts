/** Limits that a verdict holds within: rates, quotas and numbers of connections, which packets use up, and timeouts. */
import { at } from "../../model/error.ts";
import type { Program } from "./program.ts";
import type { Step } from "./walk.ts";

/** A policy with many limits on one packet's way names so many of them. */
const MOST_NAMED = 4;

/** A limit on what is only logged or marked changes no verdict. */
export function isCounting({ chains }: Program): boolean {
  return [...chains.values()].some(({ rules }) =>
    rules.some(({ action, conditions }) => action.kind !== "next" && conditions.some(({ kind }) => kind === "counted")),
  );
}

/** Of the rules that a packet met or would have met: their limits, alone for comparing and with their places for reading. */
export function limitsOf(steps: readonly Step[]): { readonly within: string; readonly said: string } {
  const limits = new Map<string, string>();
  for (const { rule } of steps) {
    if (rule.action.kind === "next") continue;
    for (const condition of rule.conditions) {
      if (condition.kind !== "counted" || limits.has(condition.text)) continue;
      limits.set(condition.text, `${condition.text} (${at(rule.at.file, rule.at.line)})`);
    }
  }
  const said = [...limits.values()].slice(0, MOST_NAMED);
  const more = limits.size - said.length;
  return {
    within: [...limits.keys()].join(", "),
    said: `${said.join(" or ")}${more > 0 ? ` or one of ${more} more` : ""}`,
  };
}
