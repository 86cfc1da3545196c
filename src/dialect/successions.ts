/** Which rules of a policy permit what which rules of its earlier version permitted. */
import type { Decision, Layer, PolicyComparison } from "../model/policy.ts";

/** Pairs beyond this are not kept: what opens or shuts is told all the same, as added or removed. */
const MOST_PAIRS = 100_000;

export class Successions {
  readonly #heirs = new Map<string, Set<string>>();
  #pairs = 0;

  /** Of one destination that both versions permit. */
  add(was: Pick<Decision, "verdict" | "rule">, is: Pick<Decision, "verdict" | "rule">): void {
    if (was.verdict !== "permit" || is.verdict !== "permit" || was.rule === null || is.rule === null) return;
    const heirs = this.#heirs.get(was.rule) ?? new Set<string>();
    if (heirs.has(is.rule) || this.#pairs >= MOST_PAIRS) return;
    this.#heirs.set(was.rule, heirs.add(is.rule));
    this.#pairs++;
  }

  between(before: Layer, after: Layer): PolicyComparison["successions"] {
    const [old, heirs] = [before, after].map((layer) => new Map(layer.rules.map((rule) => [rule.place, rule])));
    return [...this.#heirs].flatMap(([place, others]) =>
      [...others].flatMap((other) => {
        const [ancestor, heir] = [old?.get(place), heirs?.get(other)];
        return ancestor && heir && ancestor.text !== heir.text ? [{ before: ancestor, after: heir }] : [];
      }),
    );
  }
}
