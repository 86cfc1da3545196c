import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { threadsOf } from "../../src/cli/options.ts";
import { Tally } from "../../src/cli/tally.ts";
import { tls } from "../ingest/dissect/hello.ts";
import { conversation, lookup, pcap } from "../support/packets.ts";
import { folder, type Result, ROOT, sallyport } from "../support/sallyport.ts";

const DEMO = join(ROOT, "fixtures/demo");

const visit = (name: string, address: string): Buffer[] => [
  ...lookup(name, address),
  ...conversation(address, 443, tls(name)),
];
const capture = pcap(visit("api.example.com", "192.0.2.1"));
/** Slow to read and refused at its end, so that a run after it is refused long before. */
const slowlyRefused = "{broken\n".repeat(20_000);

const here = folder({
  "runs/a.pcap": capture,
  "runs/b.pcap.gz": gzipSync(pcap(visit("cdn.example.com", "192.0.2.2"))),
  "runs/c.pcap": capture.subarray(0, capture.length - 7),
  "runs/d.jsonl": ['"r-2"', '"r-1"', "7", ""]
    .map((run) => `{"dest_ip":"192.0.2.3","dest_port":443,"proto":"tcp","job":{"id":${run || '""'}}}\n`)
    .join("broken\n"),
  "runs/e/f.pcap": pcap(visit("e.example.com", "192.0.2.5")),
  "again/a.pcap": capture,
  "other/a.pcap": pcap(visit("other.example.com", "192.0.2.9")),
  "clash/x.jsonl": '{"dest_ip":"192.0.2.3","dest_port":443,"proto":"tcp","run":"same"}\n',
  "clash/y.jsonl": '{"dest_ip":"192.0.2.4","dest_port":443,"proto":"tcp","run":"same"}\n',
  "clash/z.jsonl": slowlyRefused,
  "refused/a.jsonl": '{"dest_ip":"192.0.2.3","dest_port":443,"proto":"tcp"}\n',
  "refused/b.jsonl": slowlyRefused,
  "refused/c.jsonl": "{broken\n",
  "refused/d.jsonl": '{"dest_ip":"192.0.2.3","dest_port":443,"proto":"tcp"}\n',
  "boom.cjs": `require("node:crypto").createHash = () => { throw new TypeError("boom"); };
    require("node:module").syncBuiltinESMExports();`,
  "gone.cjs": `if (!require("node:worker_threads").isMainThread) process.exit(7);`,
});

const run = (args: readonly string[], threads: string, more: Parameters<typeof sallyport>[1] = {}): Result =>
  sallyport([...args, "--threads", threads], { cwd: here, ...more });

/** What one thread says, once several were found to say the same. */
function same(args: readonly string[], more: Parameters<typeof sallyport>[1] = {}): Result {
  const one = run(args, "1", more);
  expect(run(args, "3", more)).toEqual(one);
  return one;
}

describe("any number of threads says what one says:", () => {
  test.each([
    ["captures and logs, plain and compressed, whole and damaged", ["observe", "runs"], 0],
    ["digests", ["observe", "runs", "--digest"], 0],
    ["a log that several runs share", ["observe", "runs", "--run-field", "job.id"], 0],
    ["the demo's runs", ["observe", join(DEMO, "runs")], 0],
    ["one run of many files", ["observe", "runs", "--run-id", "all"], 0],
    ["the same run twice", ["observe", "runs", "again"], 0],
    ["one id and two contents", ["observe", "runs", "other"], 2],
    ["one id in two logs", ["observe", "clash", "--format", "jsonl", "--run-field", "run"], 2],
  ])("%s", (_, args, code) => {
    const one = same(args);
    expect(one.code).toBe(code);
    expect(one.stdout + one.stderr).not.toBe("");
  });

  test("the first run that cannot be used and not the first found out, after what came before it", () => {
    const { code, stdout, stderr } = same(["observe", "refused", "--format", "jsonl"]);
    expect(code).toBe(2);
    expect(stdout).toContain('"run":"a"');
    expect(stdout).not.toContain('"run":"d"');
    expect(stderr).toMatch(/^sallyport: refused\/b\.jsonl:1: /);
  });

  test("more threads than runs", () => expect(run(["observe", "runs"], "64")).toEqual(run(["observe", "runs"], "2")));

  test("standard input among files", () => {
    expect(same(["observe", "runs", "-"], { input: capture }).stdout).toContain('"run":"stdin"');
  });

  test("check", () => {
    const production = ["--production", join(DEMO, "policy/production.nft")];
    expect(same(["check", join(DEMO, "runs"), ...production, "--now", "2026-11-21T00:00:00Z"]).code).toBe(1);
  });
});

describe("a thread", () => {
  const preload = (file: string): { env: Record<string, string> } => ({
    env: { NODE_OPTIONS: `--require=${join(here, file)}` },
  });

  test("that crashes is a crash: exit code 3, and the same words", () => {
    const [one, several] = ["1", "2"].map((threads) =>
      run(["observe", "runs", "--digest"], threads, preload("boom.cjs")),
    );
    expect(one?.stderr).toMatch(/^sallyport: this is a bug, please report it: TypeError: boom\n/);
    expect(several?.stderr.split("\n")[0]).toBe(one?.stderr.split("\n")[0]);
    expect([one?.code, several?.code]).toEqual([3, 3]);
  });

  test("that ends without a word is a crash too", () => {
    const { code, stderr } = run(["observe", "runs"], "2", preload("gone.cjs"));
    expect(stderr).toMatch(/this is a bug.*a reading thread ended by itself with 7/);
    expect(code).toBe(3);
  });
});

describe("--threads", () => {
  test.each(["0", "65", "-1", "two", "1.5", "1000", ""])("%j is refused", (threads) => {
    expect(() => threadsOf({ threads })).toThrow(`--threads: expected a number from 1 to 64, not ${threads}`);
  });

  test.each([
    ["1", 1],
    ["64", 64],
    [undefined, null],
  ])("%j is %j", (threads, expected) => expect(threadsOf({ threads })).toBe(expected));
});

test("a worker leaves how far it has read where the main thread sees it", async () => {
  const { WorkerThread } = await import("../../out/modules/cli/worker-thread.js");
  const tally = new Tally(2);
  const options = { runId: null, runField: null, digest: false };
  const worker = new WorkerThread({ options, store: null, tally: tally.shared });
  const path = join(here, "runs/a.pcap");
  const source = { run: "a", label: "a", files: [{ path, label: "a", format: "pcap" as const }] };
  const answer = await worker.read({ source, sizes: [capture.length], slot: 1 });
  await worker.end();
  expect(answer).toMatchObject({ runs: [{ run: { run: "a", records: 9 } }] });
  expect(tally.totals()).toEqual({ records: 9, bytes: capture.length });
});
