/** Runs read by several threads ahead of their turn, and handed over in their order. */
import { InputError } from "../model/error.ts";
import type { RunSource } from "./sources.ts";
import type { Read } from "./store/read-through.ts";

export interface Task {
  readonly source: RunSource;
  /** Bytes of each of its files as stored. */
  readonly sizes: readonly number[];
  /** Where the run stands among all. */
  readonly slot: number;
}

/** An error loses its class on its way between threads, so that one of the user's making travels as its message. */
export type Answer = Read | { readonly refused: string };

/** Reads one run at a time; rejects when it crashed, and is of no more use then. */
export interface ReadingThread {
  read(task: Task): Promise<Answer>;
  end(): Promise<void>;
}

/** Runs read or being read for each thread: a fast one must not fill the memory while a slow one is waited for. */
const AHEAD = 2;

export class ReadAhead {
  readonly #tasks: readonly Task[];
  readonly #crew: readonly ReadingThread[];
  readonly #idle: ReadingThread[];
  /** Of tasks that have started and were not asked for yet, in order. */
  readonly #answers: Promise<Answer>[] = [];
  #started = 0;

  constructor(tasks: readonly Task[], crew: readonly ReadingThread[]) {
    this.#tasks = tasks;
    this.#crew = crew;
    this.#idle = [...crew];
    this.#start();
  }

  /**
   * What the next source holds.
   *
   * @throws InputError as reading it here would; and whatever a thread crashed with.
   */
  async next(): Promise<Read> {
    const answer = await this.#answers[0];
    if (answer === undefined) throw new Error("more runs were asked for than there are");
    void this.#answers.shift();
    this.#start();
    if ("refused" in answer) throw new InputError(answer.refused);
    return answer;
  }

  async end(): Promise<void> {
    await Promise.all(this.#crew.map((thread) => thread.end()));
  }

  /** Tasks start in their order, so that the one waited for is always among those that have started. */
  #start(): void {
    while (this.#answers.length < AHEAD * this.#crew.length) {
      const task = this.#tasks[this.#started];
      const thread = task && this.#idle.pop();
      if (task === undefined || thread === undefined) return;
      this.#started++;
      const answer = thread.read(task);
      this.#answers.push(answer);
      // An error waits for its turn: the one told is the first in the order of the runs, as on one thread.
      answer.then(
        () => {
          this.#idle.push(thread);
          this.#start();
        },
        () => {},
      );
    }
  }
}
