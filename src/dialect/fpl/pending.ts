/** Rules that hold at certain times: what they change at others, a comparison at one instant does not see. */
import type { Expr } from "./expr/node.ts";
import { walk } from "./expr/mentions.ts";
import type { FplLayer } from "./layer.ts";

/** Told one by one; beyond these it is clear enough. */
const MOST_TOLD = 20;

/** Those of one policy that the other does not have, in words. An end alone is told of by itself. */
export function pending({ policy, rules }: FplLayer, other: FplLayer): string[] {
  const known = new Set(other.rules.map(({ text }) => text));
  return policy.rules
    .flatMap(({ condition }, i) => {
      const listed = rules[i];
      if (condition === null || listed === undefined || known.has(listed.text)) return [];
      const bound = looksAt(condition, "time") || (looksAt(condition, "now") && listed.expires === null);
      return bound ? `${listed.place} looks at the clock: what it changes is compared as of now` : [];
    })
    .slice(0, MOST_TOLD);
}

/** At another time it may well decide something. */
export function isTimed(condition: Expr | null): boolean {
  return condition !== null && (looksAt(condition, "now") || looksAt(condition, "time"));
}

function looksAt(condition: Expr, clock: "now" | "time"): boolean {
  return [...walk(condition)].some((node) => (node.kind === "name" || node.kind === "builtin") && node.name === clock);
}
