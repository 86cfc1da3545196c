import { describe, expect, test } from "vitest";
import { OwnThread } from "../../src/cli/own-thread.ts";
import type { Task } from "../../src/cli/read-ahead.ts";

const CAPTURE = "fixtures/demo/runs/after-01.pcap";
const options = { runId: null, runField: null, digest: false };
const data = { options, store: null, tally: null };
const taskOf = (path: string): Task => ({
  source: { run: "x", label: "x", files: [{ path, label: "x", format: "auto" }] },
  sizes: [1],
  slot: 0,
});

describe("the main thread as a reader", () => {
  test("answers as a worker does", async () => {
    const answer = await new OwnThread(data, () => {}).read(taskOf(CAPTURE));
    expect("runs" in answer && answer.runs.map(({ run }) => run.run)).toEqual(["x"]);
  });

  test("tells what of the user's making is wrong as a worker does", async () => {
    const answer = await new OwnThread(data, () => {}).read(taskOf("package.json"));
    expect(answer).toEqual({ refused: expect.stringContaining("package.json") });
  });

  test("gives up what it is reading when nobody waits for it any more", async () => {
    const thread = new OwnThread(data, () => {});
    const reading = thread.read(taskOf(CAPTURE));
    await thread.end();
    await expect(reading).rejects.toThrow("nobody waits");
  });
});
