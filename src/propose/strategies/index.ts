/** Every way to say a target, priced side by side, and the one that packet filters are told. */
import type { AnnotatedEndpoint } from "../../model/annotation.ts";
import { type PatternAdvice, type Strategy, STRATEGY_KINDS } from "../../model/strategy.ts";
import { addressStrategies } from "./addresses.ts";
import { nameStrategies } from "./names.ts";
import type { ListBook } from "./published.ts";

export { choose, type Limits, NO_LIMITS } from "./choose.ts";
export { familiesOf, priceFamilies } from "./names.ts";
export { ListBook } from "./published.ts";

export function strategiesFor(
  endpoint: AnnotatedEndpoint,
  families: readonly PatternAdvice[],
  book: ListBook,
): Strategy[] {
  const found = [...nameStrategies(endpoint, families), ...addressStrategies(endpoint, book)];
  return found.sort((a, b) => STRATEGY_KINDS.indexOf(a.kind) - STRATEGY_KINDS.indexOf(b.kind));
}

/** Whole lists are too long to stand in a candidate beside every endpoint; where one is chosen, the choice has it. */
export function withoutLists(strategy: Strategy): Strategy {
  return strategy.kind === "published-list" ? { ...strategy, prefixes: [] } : strategy;
}
