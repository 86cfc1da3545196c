/** A bound on work: rules that overlap everywhere could otherwise take for ever to compare. */

/** Some seconds of work; a hundred thousand rules of the usual kind need a fiftieth of it. */
const MOST_WORK = 100_000_000;

export class Budget {
  #left: number;

  constructor(most: number = MOST_WORK) {
    this.#left = most;
  }

  spend(work: number): void {
    this.#left -= work;
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }
}
