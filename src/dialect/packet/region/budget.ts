/** A bound on work: rules that overlap everywhere could otherwise take for ever to compare. */

/** Some ten seconds for each family and transport; a million rules of the usual kind need a third of it. */
export const MOST_WORK: number = 60_000_000;

export class Budget {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  spend(work: number): void {
    this.#left -= work;
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }
}
