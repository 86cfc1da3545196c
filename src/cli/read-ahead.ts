/** Runs read on worker threads ahead of their turn, and handed over in their order. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { InputError } from "../model/error.ts";
import type { ObservedRun } from "../model/observation.ts";
import type { ObserveOptions } from "./observe.ts";
import type { RunSource } from "./sources.ts";

/** What every worker is told once. */
export interface WorkerData {
  readonly options: ObserveOptions;
  /** Where it leaves how far it has read, a slot for each run; null where nobody watches. */
  readonly tally: SharedArrayBuffer | null;
}

export interface Task {
  readonly source: RunSource;
  readonly slot: number;
}

/** An error loses its class on its way between threads, so that one of the user's making travels as its message. */
export type Answer = { readonly runs: ObservedRun[] } | { readonly refused: string };

/** Runs finished or being read for each thread: a fast one must not fill the memory while a slow one is waited for. */
const AHEAD = 2;

export class ReadAhead {
  readonly #tasks: readonly Task[];
  readonly #idle: Thread[];
  readonly #all: readonly Thread[];
  /** Of tasks that have started and were not asked for yet, in order. */
  readonly #answers: Promise<Answer>[] = [];
  #started = 0;

  constructor(tasks: readonly Task[], threads: number, data: WorkerData) {
    this.#tasks = tasks;
    this.#all = Array.from({ length: threads }, () => new Thread(data));
    this.#idle = [...this.#all];
    this.#start();
  }

  /**
   * What the next source holds.
   *
   * @throws InputError as reading it on the main thread would; whatever a thread crashed with.
   */
  async next(): Promise<ObservedRun[]> {
    const answer = await this.#answers[0];
    if (answer === undefined) throw new Error("more runs were asked for than there are");
    void this.#answers.shift();
    this.#start();
    if ("refused" in answer) throw new InputError(answer.refused);
    return answer.runs;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((thread) => thread.end()));
  }

  /** Tasks start in their order, so that the one waited for is always among those that have started. */
  #start(): void {
    while (this.#answers.length < AHEAD * this.#all.length) {
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

class Thread {
  readonly #worker: Worker;
  /** Never fulfilled: a thread ends only when it is told to or crashes. */
  readonly #lost: Promise<never>;

  constructor(data: WorkerData) {
    this.#worker = new Worker(new URL("./read-worker.js", import.meta.url), { workerData: data });
    this.#lost = once(this.#worker, "exit").then(([code]) => {
      throw new Error(`a reading thread ended by itself with ${code}`);
    });
    this.#lost.catch(() => {});
  }

  async read(task: Task): Promise<Answer> {
    const answer = once(this.#worker, "message");
    this.#worker.postMessage(task);
    const [message] = await Promise.race([answer, this.#lost]);
    return message as Answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
