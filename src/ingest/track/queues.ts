/** The order in which rows of the flow table are given up: three queues, each from longest unused to latest used. */

/** The queues in the order they pay when the table is full: what is over, then what is short by nature, then the rest. */
export const QUEUE = { closed: 0, brief: 1, long: 2 } as const;
export type Queue = (typeof QUEUE)[keyof typeof QUEUE];

const COLUMN = { previous: 0, next: 1, queue: 2, touched: 3 } as const;
const WIDTH = 4;
const NONE = -1;

export class RowQueues {
  #links: Int32Array = new Int32Array(0);
  readonly #heads = [NONE, NONE, NONE];
  readonly #tails = [NONE, NONE, NONE];
  readonly #sizes = [0, 0, 0];

  add(row: number, queue: Queue, second: number): void {
    if ((row + 1) * WIDTH > this.#links.length) {
      const links = new Int32Array(Math.max(4096, 2 * (row + 1) * WIDTH));
      links.set(this.#links);
      this.#links = links;
    }
    this.#append(row, queue, second);
  }

  /**
   * Notes that the row was used. It moves to its queue's end once a second only: moving it for each packet would touch
   * three rows for one.
   */
  touch(row: number, queue: Queue, second: number): void {
    const at = row * WIDTH;
    const links = this.#links;
    if (links[at + COLUMN.touched] === second && links[at + COLUMN.queue] === queue) return;
    this.remove(row);
    this.#append(row, queue, second);
  }

  remove(row: number): void {
    const links = this.#links;
    const at = row * WIDTH;
    const queue = links[at + COLUMN.queue]!;
    const previous = links[at + COLUMN.previous]!;
    const next = links[at + COLUMN.next]!;
    this.#sizes[queue]!--;
    if (previous === NONE) this.#heads[queue] = next;
    else links[previous * WIDTH + COLUMN.next] = next;
    if (next === NONE) this.#tails[queue] = previous;
    else links[next * WIDTH + COLUMN.previous] = previous;
  }

  /** The row longest unused of a queue, or -1. */
  first(queue: Queue): number {
    return this.#heads[queue]!;
  }

  size(queue: Queue): number {
    return this.#sizes[queue]!;
  }

  /** The row that pays when there are too many, or -1. */
  oldest(): number {
    return this.#heads.find((row) => row !== NONE) ?? NONE;
  }

  /** The second of capture time that the row was last used in. */
  touched(row: number): number {
    return this.#links[row * WIDTH + COLUMN.touched]!;
  }

  #append(row: number, queue: Queue, second: number): void {
    const links = this.#links;
    const at = row * WIDTH;
    const tail = this.#tails[queue]!;
    links[at + COLUMN.previous] = tail;
    links[at + COLUMN.next] = NONE;
    links[at + COLUMN.queue] = queue;
    links[at + COLUMN.touched] = second;
    if (tail === NONE) this.#heads[queue] = row;
    else links[tail * WIDTH + COLUMN.next] = row;
    this.#tails[queue] = row;
    this.#sizes[queue]!++;
  }
}
