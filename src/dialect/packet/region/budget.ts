/** A bound on work: rules that overlap everywhere could otherwise take for ever to compare. */

/** Some ten seconds for each family and transport; a million rules of the usual kind need a third of it. */
export const MOST_WORK: number = 60_000_000;

export class Budget {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  /** @throws BudgetSpent before more work than was allowed: also in the midst of one address, where all rules may meet. */
  spend(work: number): void {
    this.#left -= work;
    if (this.#left < 0) throw new BudgetSpent();
  }
}

/** Caught where the sweep goes from one address to the next, and told there as the address it came to. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
}
