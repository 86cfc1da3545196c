/** The fuzzer's own thread: runs inputs, keeps those that reach new code, and holds memory to what it was. */
import { resolve } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { Coverage } from "./coverage.ts";
import { Fuzzer, type Input } from "./fuzzer.ts";
import { observe } from "./oracle.ts";
import { builtIn, fromCorpus } from "./seeds.ts";

export interface Task {
  readonly inputs: number;
  readonly seconds: number;
  readonly seed: number;
  readonly corpus: string;
  readonly coverage: boolean;
  readonly window: SharedArrayBuffer;
}

/** No input is longer than 100 KB or so, and one of those takes milliseconds. */
export const HANG_SECONDS = 20;
/** Inputs between two looks at what they covered. */
const BATCH = 64;
/** Inputs between two looks at memory. */
const CHECKPOINT = 20_000;
/** What may be held beyond what the first checkpoint found and the inputs that were kept: noise of the engine. */
const GROWTH = 32 << 20;

if (parentPort) await run(workerData as Task, (line) => process.stdout.write(`${line}\n`));

async function run(task: Task, tell: (line: string) => unknown): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const seeds = [...builtIn(), ...fromCorpus(pathToFileURL(`${resolve(task.corpus)}/`))];
  const fuzzer = new Fuzzer(task.seed, seeds);
  const coverage = task.coverage ? new Coverage() : null;
  const start = Date.now();
  const spent = (): number => (Date.now() - start) / 1000;
  let allowed = Infinity;
  let batch: Input[] = [];
  tell(`${seeds.length} seeds, seed ${task.seed}`);
  while (fuzzer.inputs < task.inputs && spent() < task.seconds) {
    const { input, chance } = fuzzer.next();
    show(task.window, fuzzer.inputs, input.file);
    fuzzer.examine(input, chance);
    batch.push(input);
    if (batch.length === BATCH) {
      if (coverage?.grew()) keepNew(coverage, fuzzer, batch);
      batch = [];
    }
    if (fuzzer.inputs % CHECKPOINT !== 0) continue;
    const held = await settled(collect, allowed);
    if (allowed === Infinity) allowed = held + GROWTH;
    const reached = coverage ? `, ${coverage.reached} bytes of source reached, ${fuzzer.kept} kept` : "";
    tell(`${fuzzer.inputs} inputs in ${spent().toFixed(0)} s, ${(held / 1e6).toFixed(1)} MB held${reached}`);
    // What is told leaves the thread between two turns of its loop.
    await setImmediate();
    if (held > allowed + fuzzer.kept * 10_000) throw new Error(`memory grows: ${held} bytes held`);
  }
  const reasons = [...fuzzer.reasons]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, count]) => `${reason} ${count}`);
  tell(`${fuzzer.inputs} inputs in ${spent().toFixed(0)} s, ${fuzzer.refused} refused, nothing found`);
  tell(`rejected for: ${reasons.join(", ")}`);
}

/** Bytes held. What the last inputs let go of is given back by another thread, and not always at once. */
async function settled(collect: () => void, allowed: number): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const held = heapUsed + arrayBuffers;
    if (held <= allowed || attempt === 10) return held;
    await setTimeout(100);
  }
}

function show(window: SharedArrayBuffer, number: number, file: Uint8Array): void {
  const length = Math.min(file.length, window.byteLength - 8);
  new Uint8Array(window, 8).set(file.subarray(0, length));
  new Int32Array(window, 0, 2).set([number, length]);
}

/** The batch reached something new; its inputs are run again one by one, and those that reach it first are kept. */
function keepNew(coverage: Coverage, fuzzer: Fuzzer, batch: readonly Input[]): void {
  coverage.forget();
  for (const input of batch) {
    observe(input.file);
    if (coverage.grew()) fuzzer.keep(input);
  }
}
