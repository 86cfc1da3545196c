/** A worker thread as the main thread sees it. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ObserveOptions } from "./observe.ts";
import type { Answer, ReadingThread, Task } from "./read-ahead.ts";
import type { StoreAt } from "./store/read-through.ts";

/** What every worker is told once. */
export interface WorkerData {
  readonly options: ObserveOptions;
  readonly store: StoreAt | null;
  /** Where it leaves how far it has read, a slot for each run; null where nobody watches. */
  readonly tally: SharedArrayBuffer | null;
}

/** Room for what was just made; V8's own is 48, for each thread. */
const YOUNG_MEGABYTES = 12;

export class WorkerThread implements ReadingThread {
  readonly #worker: Worker;
  /** Never fulfilled: a thread ends only when it is told to, or crashes. */
  readonly #lost: Promise<never>;

  constructor(data: WorkerData) {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
    this.#worker = new Worker(new URL("./read-worker.js", import.meta.url), { workerData: data, resourceLimits });
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
