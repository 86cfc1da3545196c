import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folder, ROOT, sallyport } from "../support/sallyport.ts";

const MAIN = join(ROOT, "dist/cli/main.js");
const CAPTURE = join(ROOT, "fixtures/demo/runs/after-03.pcap");
const expected = sallyport(["observe", CAPTURE, "--run-id", "r"]).stdout.replaceAll("after-03.pcap", "stdin");

function observe(words: readonly string[]): string {
  const run = spawnSync("sh", ["-c", words.join(" ")], { encoding: "utf8", timeout: 60_000 });
  expect(run.stderr).toBe("");
  return run.stdout;
}

const COMMAND = `${process.execPath} ${MAIN} observe - --run-id r`;

it("reads a pipe as it reads the file", () => {
  expect(observe([`cat ${CAPTURE} |`, COMMAND])).toBe(expected);
});

it("reads a pipe that brings its first bytes one by one, and then pauses", () => {
  const bits = `(head -c 1; sleep 0.2; head -c 2; sleep 0.2; head -c 30; sleep 0.2; cat)`;
  expect(observe([`${bits} < ${CAPTURE} |`, COMMAND])).toBe(expected);
});

it("reads a file that is standard input", () => {
  expect(observe([COMMAND, "<", CAPTURE])).toBe(expected);
});

it("reads more than a pipe and a chunk hold", () => {
  const header = readFileSync(CAPTURE).subarray(0, 24);
  const packet = Buffer.alloc(16 + 60_000);
  packet.writeUInt32LE(60_000, 8);
  packet.writeUInt32LE(60_000, 12);
  const input = Buffer.concat([header, ...Array.from({ length: 40 }, () => packet)]);
  const { stdout } = sallyport(["observe", "-"], { input });
  expect(JSON.parse(stdout)).toMatchObject({ records: 40, flows: 0 });
});

it("ends at once when what comes through a pipe is no capture, though the pipe stays open", () => {
  const place = folder();
  const run = spawnSync("sh", ["-c", `mkfifo p && (exec 3<>p; (head -c 100000 /dev/zero >&3 &) ; ${COMMAND} <&3)`], {
    cwd: place,
    encoding: "utf8",
    timeout: 30_000,
  });
  expect([run.status, run.stderr]).toEqual([2, "sallyport: stdin: not a format that is known here\n"]);
});
