import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { execFile, execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { prune } from "../../../src/cli/store/prune.ts";
import { tls } from "../../ingest/dissect/hello.ts";
import { conversation, lookup, pcap } from "../../support/packets.ts";
import { folder, MAIN, type Result, ROOT, sallyport } from "../../support/sallyport.ts";

const DEMO = join(ROOT, "fixtures/demo");
const visit = (name: string, address: string): Uint8Array =>
  pcap([...lookup(name, address), ...conversation(address, 443, tls(name))]);
const RUNS = {
  "runs/a.pcap": visit("api.example.com", "192.0.2.1"),
  "runs/b.pcap.gz": gzipSync(visit("cdn.example.com", "192.0.2.2")),
  "runs/cut.pcap.gz": gzipSync(visit("cut.example.com", "192.0.2.3")).subarray(0, -12),
  "runs/d.jsonl": ["r-2", "r-1", "r-2"]
    .map((run) => `{"dest_ip":"192.0.2.3","dest_port":443,"proto":"tcp","job":"${run}"}\nbroken\n`)
    .join(""),
};
const observe = (cwd: string, ...args: string[]): Result => sallyport(["observe", "runs", ...args], { cwd });
const STORE = ["--store", "kept"];

/** How many inputs were taken from the store, of how many. */
const taken = ({ stderr }: Result): string =>
  / (\d+ of \d+) inputs were read before/.exec(stderr)?.[1] ?? `nothing told: ${stderr}`;

/** Every kept entry, in order. */
const entries = (here: string): string[] =>
  readdirSync(join(here, "kept"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => join(here, "kept", name))
    .sort();

describe("with a store", () => {
  test.each([
    ["as it is", []],
    ["with digests", ["--digest"]],
    ["by a field of the log", ["--run-field", "job"]],
    ["as one run", ["--run-id", "all"]],
    ["on two threads", ["--threads", "2"]],
  ])("the output is byte for byte what it is without, %s", (_, args) => {
    const here = folder(RUNS);
    const plain = observe(here, ...args);
    expect(plain.code).toBe(0);
    for (const _time of [1, 2]) expect(observe(here, ...STORE, ...args).stdout).toBe(plain.stdout);
  });

  test("of the demo too, and digests come from it as from the files", () => {
    const here = folder();
    const demo = (...args: string[]): Result => sallyport(["observe", join(DEMO, "runs"), ...args], { cwd: here });
    expect(taken(demo(...STORE))).toBe("0 of 12");
    const again = demo(...STORE, "--digest");
    expect(taken(again)).toBe("12 of 12");
    expect(again.stdout).toBe(demo("--digest").stdout);
  });

  test("no run is read twice but one whose compression is cut", () => {
    const here = folder(RUNS);
    expect(taken(observe(here, ...STORE))).toBe("0 of 4");
    expect(taken(observe(here, ...STORE))).toBe("3 of 4");
    expect(taken(observe(here, ...STORE, "--threads", "3"))).toBe("3 of 4");
  });

  test("what changed is read again, though length and time are the same", () => {
    const here = folder(RUNS);
    observe(here, ...STORE);
    const path = join(here, "runs/d.jsonl");
    const before = new Date("2026-01-01T00:00:00Z");
    utimesSync(path, before, before);
    writeFileSync(path, RUNS["runs/d.jsonl"].replaceAll("192.0.2.3", "192.0.2.4"));
    utimesSync(path, before, before);
    const changed = observe(here, ...STORE);
    expect(taken(changed)).toBe("2 of 4");
    expect(changed.stdout).toBe(observe(here).stdout);
    expect(taken(observe(here, ...STORE))).toBe("3 of 4");
  });

  test("what came is read, and what was there is not", () => {
    const here = folder(RUNS);
    observe(here, ...STORE);
    writeFileSync(join(here, "runs/e.pcap"), visit("new.example.com", "192.0.2.9"));
    expect(taken(observe(here, ...STORE))).toBe("3 of 5");
  });

  test.each([
    ["another field for the run", ["--run-field", "job"]],
    ["another run id", ["--run-id", "one"]],
    ["another format", ["--format", "jsonl"]],
  ])("another question is another answer: %s", (_, args) => {
    const here = folder({ "runs/d.jsonl": RUNS["runs/d.jsonl"] });
    observe(here, ...STORE);
    const other = observe(here, ...STORE, ...args);
    expect(taken(other)).toBe(args[0] === "--format" ? "1 of 1" : "0 of 1");
    expect(other.stdout).toBe(observe(here, ...args).stdout);
  });

  test("the same bytes under another name are another run", () => {
    const here = folder(RUNS);
    observe(here, ...STORE);
    cpSync(join(here, "runs/a.pcap"), join(here, "runs/z.pcap"));
    const both = observe(here, ...STORE);
    expect(taken(both)).toBe("3 of 5");
    expect(both.stdout).toContain('"run":"z"');
  });

  test("bytes that move from one file of a run to the next are read again", () => {
    const line = (n: number): string => `{"dest_ip":"192.0.2.${n}","dest_port":443,"proto":"tcp"}\n`;
    const here = folder({ "runs/a.jsonl": line(1) + line(2), "runs/b.jsonl": line(3) });
    observe(here, ...STORE, "--run-id", "x");
    writeFileSync(join(here, "runs/a.jsonl"), line(1));
    writeFileSync(join(here, "runs/b.jsonl"), line(2) + line(3));
    expect(taken(observe(here, ...STORE, "--run-id", "x"))).toBe("0 of 1");
  });

  test("several programs at once say what one says, and leave whole entries", async () => {
    const here = folder(RUNS);
    const plain = observe(here);
    const args = [MAIN, "observe", "runs", ...STORE];
    const all = await Promise.all([1, 2, 3, 4].map(() => promisify(execFile)(process.execPath, args, { cwd: here })));
    expect(all.map(({ stdout }) => stdout)).toEqual([1, 2, 3, 4].map(() => plain.stdout));
    expect(readdirSync(join(here, "kept"), { recursive: true, encoding: "utf8" }).join()).not.toContain(".tmp");
    expect(taken(observe(here, ...STORE))).toBe("3 of 4");
  });

  test("a pipe is read each time", () => {
    const here = folder();
    const args = ["observe", "-", ...STORE];
    const input = visit("api.example.com", "192.0.2.1");
    for (const _time of [1, 2]) expect(taken(sallyport(args, { cwd: here, input }))).toBe("0 of 1");
  });

  test("an input that is refused is refused again, in the same words", () => {
    const here = folder({ "runs/a.jsonl": "{broken\n" });
    const plain = observe(here, "--format", "jsonl");
    expect(plain.code).toBe(2);
    for (const _time of [1, 2]) expect(observe(here, "--format", "jsonl", ...STORE)).toEqual(plain);
  });
});

describe("an entry that is damaged is told, and its run is read again:", () => {
  test.each([
    ["a byte is another", (text: string) => text.replace('"port":443', '"port":444')],
    ["it is cut", (text: string) => text.slice(0, -20)],
    ["something stands behind it", (text: string) => `${text}{}\n`],
    ["it is empty", () => ""],
    ["it is of no form at all", () => "\u0000".repeat(100)],
  ])("%s", (_, damage) => {
    const here = folder({ "runs/a.pcap": RUNS["runs/a.pcap"] });
    const plain = observe(here);
    observe(here, ...STORE);
    const [path = ""] = entries(here);
    const whole = readFileSync(path, "utf8");
    writeFileSync(path, damage(whole));
    const mended = observe(here, ...STORE);
    expect(taken(mended)).toBe("0 of 1");
    expect(mended.stderr).toContain("a.pcap: what was kept of it is damaged: read again");
    expect(mended.stdout).toBe(plain.stdout);
    expect(readFileSync(path, "utf8")).toBe(whole);
  });

  test("it is another run's, in its place", () => {
    const here = folder({ "runs/a.pcap": RUNS["runs/a.pcap"], "runs/b.pcap": visit("b.example.com", "192.0.2.8") });
    observe(here, ...STORE);
    const [one = "", other = ""] = entries(here);
    cpSync(one, other);
    const mended = observe(here, ...STORE);
    expect(taken(mended)).toBe("1 of 2");
    expect(mended.stdout).toBe(observe(here).stdout);
  });
});

test("an entry that is no file is read again, and nobody waits for a pipe in its place", () => {
  const here = folder({ "runs/a.pcap": RUNS["runs/a.pcap"] });
  const first = observe(here, ...STORE);
  const [name = ""] = readdirSync(join(here, "kept/runs"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".jsonl"),
  );
  rmSync(join(here, "kept/runs", name));
  execFileSync("mkfifo", [join(here, "kept/runs", name)]);
  const again = observe(here, ...STORE);
  expect(again.stdout).toBe(first.stdout);
  expect(again.stderr).toContain("what was kept of it is damaged: read again");
});

describe("the store is used", () => {
  const check = (cwd: string, ...args: string[]): Result => {
    const production = ["--production", join(DEMO, "policy/production.nft")];
    return sallyport(["check", "runs", ...production, "--now", "2026-11-21T00:00:00Z", ...args], { cwd });
  };

  test("by check where it is already, and not with --no-store", () => {
    const here = folder(RUNS);
    const plain = check(here);
    expect(plain.stderr).not.toContain("read before");
    expect(existsSync(join(here, ".sallyport"))).toBe(false);
    mkdirSync(join(here, ".sallyport"));
    expect(taken(check(here))).toBe("0 of 4");
    const again = check(here);
    expect(taken(again)).toBe("3 of 4");
    expect(again.stdout).toBe(plain.stdout);
    expect(check(here, "--no-store")).toEqual(plain);
  });

  test("by observe only where it is named, and it is no run where it lies among them", () => {
    const here = folder({ "a.pcap": RUNS["runs/a.pcap"] });
    const all = (...args: string[]): Result => sallyport(["observe", ".", ...args], { cwd: here });
    all("--store", ".sallyport");
    expect(all().stderr).toBe("");
    expect(taken(all("--store", ".sallyport"))).toBe("1 of 1");
  });

  test("as far as it can be: what cannot be written to it is told, and costs nothing else", () => {
    const here = folder({ "runs/a.pcap": RUNS["runs/a.pcap"], "kept/runs": "in the way" });
    const result = observe(here, ...STORE);
    expect(result.stderr).toContain("a.pcap: not kept in the store: ");
    expect(result.stdout).toBe(observe(here).stdout);
  });

  test("as a folder", () => {
    const here = folder({ ...RUNS, kept: "a file" });
    expect(observe(here, ...STORE)).toEqual({
      code: 2,
      stdout: "",
      stderr: "sallyport: --store: kept is not a folder\n",
    });
  });
});

describe("the bounds of a store", () => {
  const NOW = Date.UTC(2026, 10, 21);
  const HOUR = 3_600_000;
  const BOUNDS = { bytes: 1000, entries: 3 };
  /** The way to an entry of the store, by one letter each of question and content. */
  const at = (question: string, content: string, end = ".jsonl"): string =>
    `runs/${question.repeat(64)}/${content.repeat(64)}${end}`;
  const filled = (files: Readonly<Record<string, { bytes: number; hours: number }>>): string => {
    const here = folder(
      Object.fromEntries(Object.entries(files).map(([name, { bytes }]) => [name, "x".repeat(bytes)])),
    );
    for (const [name, { hours }] of Object.entries(files)) {
      const used = new Date(NOW - hours * HOUR);
      utimesSync(join(here, name), used, used);
    }
    return here;
  };
  const left = (here: string): string[] =>
    readdirSync(here, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.\w+$/.test(name))
      .sort();

  test("are kept by letting go of what was not used for longest, and of folders that are left empty", () => {
    const here = filled({
      [at("1", "a")]: { bytes: 400, hours: 1 },
      [at("1", "b")]: { bytes: 400, hours: 9 },
      [at("2", "c")]: { bytes: 400, hours: 2 },
      [at("3", "d")]: { bytes: 400, hours: 10 },
    });
    prune(here, BOUNDS, NOW);
    expect(left(here)).toEqual([at("1", "a"), at("2", "c")]);
    expect(existsSync(dirname(join(here, at("3", "d"))))).toBe(false);
  });

  test("are of entries too, and what a killed program left goes when it is an hour old", () => {
    const here = filled({
      [at("a", "1")]: { bytes: 1, hours: 5 },
      [at("a", "2")]: { bytes: 1, hours: 4 },
      [at("a", "3")]: { bytes: 1, hours: 3 },
      [at("b", "4", ".7-0.tmp")]: { bytes: 1, hours: 2 },
      [at("b", "5", ".7-0.tmp")]: { bytes: 1, hours: 0 },
    });
    prune(here, BOUNDS, NOW);
    expect(left(here)).toEqual([at("a", "3"), at("b", "5", ".7-0.tmp")]);
  });

  test("touch nothing but the store's own entries", () => {
    const here = filled({ "notes.txt": { bytes: 5000, hours: 99 } });
    prune(here, BOUNDS, NOW);
    appendFileSync(join(here, "notes.txt"), "");
    expect(left(here)).toEqual(["notes.txt"]);
  });

  test("touch nothing of others where the store or a part of it is a link to somewhere else", () => {
    const others = filled({
      "runs/profile.d/old.tmp": { bytes: 1, hours: 99 },
      "runs/ssh/keys.jsonl": { bytes: 5000, hours: 99 },
      [`runs/elsewhere/${"a".repeat(64)}.jsonl`]: { bytes: 5000, hours: 99 },
    });
    mkdirSync(join(others, "runs/empty"));
    symlinkSync("elsewhere", join(others, "runs", "c".repeat(64)));
    const here = folder({});
    symlinkSync(join(others, "runs"), join(here, "runs"));
    const all = (): string[] => readdirSync(others, { recursive: true, encoding: "utf8" }).sort();
    const before = all();
    prune(here, BOUNDS, NOW);
    expect(all()).toEqual(before);
  });
});
