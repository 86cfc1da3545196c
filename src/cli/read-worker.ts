/** A worker thread: reads the runs it is given, one after another. A crash in it is raised on the main thread. */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../model/error.ts";
import type { Answer, Task } from "./read-ahead.ts";
import { readThrough } from "./store/read-through.ts";
import { watchIn } from "./tally.ts";
import type { WorkerData } from "./worker-thread.ts";

const { options, store, tally } = workerData as WorkerData;

async function answerTo({ source, sizes, slot }: Task): Promise<Answer> {
  try {
    const { runs, ...more } = await readThrough(source, options, store, sizes, tally && watchIn(tally, slot, () => {}));
    return { ...more, runs: runs.map(({ run, observations }) => ({ run, observations: [...observations] })) };
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
}

parentPort?.on("message", (task: Task) => {
  void answerTo(task).then((answer) => parentPort?.postMessage(answer));
});
