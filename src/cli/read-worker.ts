/** A worker thread: reads the runs it is given, one after another. A crash in it is raised on the main thread. */
import { parentPort, workerData } from "node:worker_threads";
import { answerTo } from "./own-thread.ts";
import type { Answer, Task } from "./read-ahead.ts";
import type { WorkerData } from "./worker-thread.ts";

/** Lines that are made as they are asked for cannot travel. */
async function madeFor(task: Task): Promise<Answer> {
  const answer = await answerTo(task, workerData as WorkerData, () => {});
  if ("refused" in answer) return answer;
  return { ...answer, runs: answer.runs.map(({ run, observations }) => ({ run, observations: [...observations] })) };
}

parentPort?.on("message", (task: Task) => {
  void madeFor(task).then((answer) => parentPort?.postMessage(answer));
});
