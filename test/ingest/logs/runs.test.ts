import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/model/error.ts";
import { jsonl, read, readRuns, rejected } from "./reading.ts";

const API = { dest_ip: "203.0.113.7", dest_port: 443, proto: "tcp" };
const CONN = {
  ts: 1,
  uid: "C1",
  "id.orig_h": "10.0.0.2",
  "id.orig_p": 4,
  "id.resp_h": "203.0.113.7",
  "id.resp_p": 443,
  proto: "tcp",
  conn_state: "SF",
};

describe("runs", () => {
  test("are named by the run field of simple records; the rest belongs to the file's own", () => {
    const runs = readRuns(
      "jsonl",
      jsonl({ ...API, run: "monday" }, API, { ...API, run: "tuesday" }, { ...API, run: "monday" }),
    );
    expect([...runs.keys()]).toEqual(["monday", null, "tuesday"]);
    expect([...runs.values()].map((run) => run.closed.map((facts) => [facts.records, facts.flows]))).toEqual([
      [[2, 2]],
      [[1, 1]],
      [[1, 1]],
    ]);
  });

  test.for([
    ["jsonl", { ...API, lab: { run: 7 } }],
    ["zeek", { ...CONN, "lab.run": "7" }],
    [
      "suricata",
      { timestamp: "2026-11-01T10:00:00Z", event_type: "ssh", src_ip: "10.0.0.2", ...API, lab: { run: "7" } },
    ],
  ] as const)("are named by any field, nested or dotted, in %s", ([format, record]) => {
    expect([...readRuns(format, jsonl(record), { runField: "lab.run" }).keys()]).toEqual(["7"]);
  });

  test("have safe names", () => {
    expect([...readRuns("jsonl", jsonl({ ...API, run: "a b\n|x|" })).keys()]).toEqual(["a%20b%0A%7Cx%7C"]);
  });

  test("are at most ten thousand by field", () => {
    const lines = Array.from({ length: 10_001 }, (_, i) => ({ ...API, run: `run-${i}` }));
    expect(readRuns("jsonl", jsonl(...lines.slice(1))).size).toBe(10_000);
    expect(() => readRuns("jsonl", jsonl(...lines))).toThrow(/^bakery\.log:10001: more than 10000 different runs/);
  });
});

describe("broken lines", () => {
  test("are counted, with the first line numbers", () => {
    const { facts, flows } = read("jsonl", jsonl("{", API, "", "[1]", '"text"', "nonsense", "null", "{}}", "}"));
    expect(flows).toHaveLength(1);
    expect(rejected(facts)).toEqual({ "broken-line": 7 });
    expect(facts.rejectedAt.get("broken-line")).toEqual([1, 4, 5, 6, 7]);
    expect(facts.records).toBe(8);
  });

  test.for(["jsonl", "zeek", "suricata"] as const)("alone are an error that names file and line in %s", (format) => {
    expect(() => read(format, "\n\n{oops\n[]\n")).toThrow(InputError);
    expect(() => read(format, "\n\n{oops\n[]\n")).toThrow("bakery.log:3: no line of this log could be read");
  });

  test("make no run of their own where every record names its run", () => {
    const runs = readRuns("jsonl", jsonl("{", { ...API, run: "monday" }, "{", { ...API, run: "tuesday" }));
    expect([...runs.keys()]).toEqual(["monday", "tuesday"]);
    expect(rejected(runs.get("monday")?.closed[0] as never)).toEqual({ "broken-line": 2 });
    expect(rejected(runs.get("tuesday")?.closed[0] as never)).toEqual({});
  });

  test("longer than a mebibyte are counted and not kept", () => {
    const { facts } = read("jsonl", jsonl(API, { ...API, note: "x".repeat(1 << 20) }), { chunk: 4096 });
    expect(rejected(facts)).toEqual({ "line-too-long": 1 });
    expect(facts.rejectedAt.get("line-too-long")).toEqual([2]);
  });
});

test("an empty input is an empty run", () => {
  expect(read("jsonl", "").facts).toMatchObject({ records: 0, flows: 0, firstSeen: null });
});
