/** A worker thread: reads the runs it is given, one after another. A crash in it is raised on the main thread. */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../model/error.ts";
import { observeRun } from "./observe.ts";
import type { Answer, Task } from "./read-ahead.ts";
import { watchIn } from "./tally.ts";
import type { WorkerData } from "./worker-thread.ts";

const { options, tally } = workerData as WorkerData;

async function answerTo({ source, slot }: Task): Promise<Answer> {
  try {
    const runs = await observeRun(source, options, tally && watchIn(tally, slot, () => {}));
    return { runs: runs.map(({ run, observations }) => ({ run, observations: [...observations] })) };
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
}

parentPort?.on("message", (task: Task) => {
  void answerTo(task).then((answer) => parentPort?.postMessage(answer));
});
