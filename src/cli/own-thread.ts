/** The main thread as one of those that read: it need not be started, and what it read need not be copied to it. */
import { InputError } from "../model/error.ts";
import type { Answer, ReadingThread, Task } from "./read-ahead.ts";
import { readThrough } from "./store/read-through.ts";
import { watchIn } from "./tally.ts";
import type { WorkerData } from "./worker-thread.ts";

/** `told` hears whenever a thread has read more; what it throws ends the reading. */
export async function answerTo(
  { source, sizes, slot }: Task,
  { options, store, tally }: WorkerData,
  told: () => void,
): Promise<Answer> {
  const watch = tally && watchIn(tally, slot, told);
  try {
    return await readThrough(source, options, store, sizes, watch ?? told);
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
}

export class OwnThread implements ReadingThread {
  readonly #data: WorkerData;
  readonly #told: () => void;
  #isOver = false;

  constructor(data: WorkerData, told: () => void) {
    this.#data = data;
    this.#told = told;
  }

  read(task: Task): Promise<Answer> {
    return answerTo(task, this.#data, () => {
      if (this.#isOver) throw new Error("nobody waits for this run any more");
      this.#told();
    });
  }

  /** What is being read is given up: the process would otherwise not end before it is read. */
  async end(): Promise<void> {
    this.#isOver = true;
  }
}
