import { describe, expect, test } from "vitest";
import { type Answer, ReadAhead, type ReadingThread, type Task } from "../../src/cli/read-ahead.ts";
import { InputError } from "../../src/model/error.ts";
import type { ObservedRun } from "../../src/model/observation.ts";

const tasks = (count: number): Task[] =>
  Array.from({ length: count }, (_, slot) => ({
    source: { run: `run-${slot}`, label: "", files: [] },
    sizes: [],
    slot,
  }));

const named = (run: string): Answer => ({ runs: [{ run: { run }, observations: [] } as unknown as ObservedRun] });

interface Read {
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Threads that read when the test says so. */
class Crew {
  readonly reads: Read[] = [];
  ended = 0;

  threads(count: number): ReadingThread[] {
    return Array.from({ length: count }, () => ({
      read: (task) => new Promise((resolve, reject) => this.reads.push({ task, resolve, reject })),
      end: async () => void this.ended++,
    }));
  }

  read(slot: number): Read {
    const read = this.reads.find(({ task }) => task.slot === slot);
    if (read === undefined) throw new Error(`run ${slot} was not started`);
    return read;
  }

  async finish(slot: number): Promise<void> {
    this.read(slot).resolve(named(`run-${slot}`));
    await settled();
  }

  get started(): number[] {
    return this.reads.map(({ task }) => task.slot);
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const idOf = async (read: ReturnType<ReadAhead["next"]>): Promise<string | undefined> => (await read).runs[0]?.run.run;

describe("runs read ahead", () => {
  test("come in their order, whatever order they are finished in", async () => {
    const crew = new Crew();
    const ahead = new ReadAhead(tasks(3), crew.threads(3));
    await crew.finish(2);
    await crew.finish(0);
    await crew.finish(1);
    const ids = [await idOf(ahead.next()), await idOf(ahead.next()), await idOf(ahead.next())];
    expect(ids).toEqual(["run-0", "run-1", "run-2"]);
  });

  test("start in their order, one a thread", () => {
    const crew = new Crew();
    void new ReadAhead(tasks(5), crew.threads(2));
    expect(crew.started).toEqual([0, 1]);
  });

  test("are at most two a thread, however fast a thread is, until the one waited for is there", async () => {
    const crew = new Crew();
    const ahead = new ReadAhead(tasks(20), crew.threads(2));
    for (const slot of [1, 2, 3]) await crew.finish(slot);
    expect(crew.started).toEqual([0, 1, 2, 3]);
    const first = ahead.next();
    await crew.finish(0);
    await first;
    expect(crew.started).toEqual([0, 1, 2, 3, 4]);
  });

  test("an error waits for its turn, and the first in the order of the runs is told", async () => {
    const crew = new Crew();
    const ahead = new ReadAhead(tasks(3), crew.threads(3));
    crew.read(2).reject(new Error("crashed first"));
    crew.read(1).resolve({ refused: "second.pcap: empty" });
    await settled();
    await crew.finish(0);
    expect(await idOf(ahead.next())).toBe("run-0");
    await expect(ahead.next()).rejects.toThrow(new InputError("second.pcap: empty"));
  });

  test("a crash is raised as it was", async () => {
    const crew = new Crew();
    const ahead = new ReadAhead(tasks(2), crew.threads(2));
    const crash = new TypeError("x is not a function");
    crew.read(0).reject(crash);
    await expect(ahead.next()).rejects.toBe(crash);
  });

  test("every thread is ended", async () => {
    const crew = new Crew();
    await new ReadAhead(tasks(2), crew.threads(2)).end();
    expect(crew.ended).toBe(2);
  });
});
