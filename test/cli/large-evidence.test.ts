import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, MAIN, ROOT, sallyport } from "../support/sallyport.ts";

const RUNS = join(ROOT, "fixtures/scenarios/merge/shards/runs");
const NOW = ["--now", "2026-11-21T00:00:00Z"];
const at = folder();
const [observed, saved] = [join(at, "o.jsonl"), join(at, "e.json")];
sallyport(["observe", RUNS, "-o", observed]);
sallyport(["merge", observed, "-o", saved]);

test.each([
  ["merge", []],
  ["coverage", NOW],
  // Without notices: it would say that these runs saw no DNS.
  ["propose", ["--quiet", ...NOW]],
])("%s reads evidence alike from a file, standard input and a pipe that can be read once", (command, options) => {
  const whole = sallyport([command, saved, ...options]);
  expect(whole).toMatchObject({ code: 0, stderr: "" });
  expect(sallyport([command, "-", ...options], { input: readFileSync(saved) })).toEqual(whole);
  const piped = spawnSync("bash", [
    "-c",
    `"$0" "$1" ${command} <(cat "$2") ${options.join(" ")}`,
    process.execPath,
    MAIN,
    saved,
  ]);
  expect(piped.stdout.toString()).toBe(whole.stdout);
});

/** As long as evidence of some hundred runs is, with what the reader must not hold as one text. */
test("evidence is merged again with less memory than its text would take", () => {
  const lines: string[] = [];
  for (let run = 0; run < 120; run++) {
    const id = `run-${String(run).padStart(4, "0")}`;
    for (let endpoint = 0; endpoint < 200; endpoint++) {
      lines.push(
        JSON.stringify({
          _schema: "sallyport/observation/v1",
          kind: "observation",
          run: id,
          transport: "tcp",
          name: `host-${endpoint}.example.com`,
          nameSource: "tls-sni",
          otherNames: [],
          address: `10.${endpoint}.0.${run}`,
          port: 443,
          outcome: "allowed",
          connections: 1,
          established: 1,
          bytesOut: 500,
          bytesIn: 5000,
          firstSeen: "2026-11-01T09:00:00.000000Z",
          lastSeen: "2026-11-01T09:00:01.000000Z",
          workload: null,
          tool: null,
          process: null,
          flags: [],
        }),
      );
    }
    lines.push(
      JSON.stringify({
        _schema: "sallyport/observation/v1",
        kind: "run",
        run: id,
        source: id,
        sha256: null,
        format: "pcap",
        firstSeen: null,
        lastSeen: null,
        records: 1,
        flows: 200,
        rejected: {},
        blindSpots: [],
      }),
    );
  }
  const here = folder({ "o.jsonl": `${lines.join("\n")}\n` });
  expect(sallyport(["merge", "o.jsonl", "-o", "e.json"], { cwd: here }).code).toBe(0);
  const again = sallyport(["merge", "e.json", "e.json", "-o", "again.json"], {
    cwd: here,
    env: { NODE_OPTIONS: "--max-old-space-size=40" },
  });
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(join(here, "again.json")).equals(readFileSync(join(here, "e.json")))).toBe(true);
});
