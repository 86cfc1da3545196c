/**
 * `npm run fuzz -- [--inputs N] [--seconds N] [--seed S] [--coverage]`: mutated captures through the reader, until one
 * does what none may. The inputs run on a thread of their own, so that one that never ends can be told and saved.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { HANG_SECONDS, type Task } from "./task.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    seconds: { type: "string", default: "3600" },
    seed: { type: "string", default: "1" },
    corpus: { type: "string", default: "../shared/corpus/captures/" },
    coverage: { type: "boolean", default: false },
  },
});

const FOUND = "out/fuzz-found";
/** The input at work: its number, its length, its bytes. */
const window = new SharedArrayBuffer(8 + (1 << 20));

const task: Task = {
  inputs: Number(values.inputs),
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  corpus: values.corpus,
  coverage: values.coverage,
  window,
};

function save(what: string): string {
  const [number = 0, length = 0] = new Int32Array(window, 0, 2);
  const path = `${FOUND}/${what}-seed${task.seed}-input${number}.pcap`;
  mkdirSync(FOUND, { recursive: true });
  writeFileSync(path, Buffer.from(window, 8, length));
  return path;
}

const worker = new Worker(new URL("task.js", import.meta.url), { workerData: task });

let last = -1;
const watch = setInterval(() => {
  const [number = 0] = new Int32Array(window, 0, 1);
  if (number === last) {
    process.stderr.write(`an input takes more than ${HANG_SECONDS} s: ${save("hang")}\n`);
    process.exit(1);
  }
  last = number;
}, HANG_SECONDS * 1000);

worker.on("error", (error: Error) => {
  process.stderr.write(`${error.stack}\n${save("crash")}\n`);
  process.exit(1);
});
worker.on("exit", () => clearInterval(watch));
