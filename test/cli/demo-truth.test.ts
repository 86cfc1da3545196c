import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Observation } from "../../src/model/observation.ts";
import { ROOT, sallyport } from "../support/sallyport.ts";

interface Attempt {
  readonly transport: string;
  readonly name: string | null;
  readonly address: string;
  readonly port: number;
  readonly how: "sni" | "host" | "connect" | "dns" | "raw" | "refused";
  readonly upstream?: string;
}

interface Run {
  readonly run: string;
  readonly file: string;
  readonly capture: string;
  readonly attempts: readonly Attempt[];
}

/** What the agent wrote down of itself while it was being recorded. */
const truth = JSON.parse(readFileSync(join(ROOT, "fixtures/demo/truth.json"), "utf8")) as { runs: readonly Run[] };

const SOURCE: Readonly<Record<Attempt["how"], string | null>> = {
  sni: "tls-sni",
  host: "http-host",
  connect: "http-connect",
  dns: "dns",
  raw: null,
  refused: "dns",
};

const NETWORK = new Set(["resolver", "neighbour-discovery", "multicast", "mdns"]);

describe.each(truth.runs)("$file", ({ file, capture, attempts }) => {
  const { stdout } = sallyport(["observe", join(ROOT, "fixtures/demo/runs", file), "--quiet"]);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Observation & { kind: string });
  const observed = lines.filter((o) => o.kind === "observation" && !o.flags.some((flag) => NETWORK.has(flag)));
  const isLog = capture.endsWith("-log");

  test("everything the programs reached is observed, by the name they asked for and as often, and nothing else", () => {
    const count = new Map<string, number>();
    const add = (key: string, by: number): void => void count.set(key, (count.get(key) ?? 0) + by);
    for (const a of attempts) {
      const source = isLog && a.name !== null ? "log" : SOURCE[a.how];
      const outcome = a.how === "refused" ? "failed" : "allowed";
      add(
        `${a.transport} ${a.name} ${isLog ? (a.upstream ?? a.address) : a.address} ${a.port} ${source} ${outcome}`,
        1,
      );
    }
    for (const o of observed) {
      add(`${o.transport} ${o.name} ${o.address} ${o.port} ${o.nameSource} ${o.outcome}`, -o.connections);
    }
    expect([...count].filter(([, difference]) => difference !== 0)).toEqual([]);
  });
});
