/** Reads a log as the tests give it, and keeps what came out, per run and in order. */
import { createLogReader, type LogFormat } from "../../../src/ingest/logs/registry.ts";
import type { DnsAnswer, Flow, RunFacts } from "../../../src/model/flow.ts";

export interface ReadRun {
  readonly flows: Flow[];
  readonly answers: DnsAnswer[];
  /** Flows and answers as they arrived, each as `flow …` or `answer …`. */
  readonly order: string[];
  readonly closed: RunFacts[];
}

export type Input = string | Uint8Array | readonly (string | Uint8Array)[];

export interface Reading {
  readonly runField?: string;
  /** Bytes a chunk; the whole file at once without it. */
  readonly chunk?: number;
}

export function readRuns(
  format: LogFormat,
  files: Input,
  { runField, chunk }: Reading = {},
): Map<string | null, ReadRun> {
  const runs = new Map<string | null, ReadRun>();
  const reader = createLogReader(format, {
    source: "bakery.log",
    runField: runField ?? null,
    sinkFor(name) {
      if (runs.has(name)) throw new Error(`a second sink for ${name}`);
      const run: ReadRun = { flows: [], answers: [], order: [], closed: [] };
      runs.set(name, run);
      return {
        flow(flow) {
          run.flows.push(flow);
          run.order.push(`flow ${flow.responder.address}:${flow.responder.port}`);
        },
        answer(answer) {
          run.answers.push(answer);
          run.order.push(`answer ${answer.name} ${answer.address}`);
        },
        close(facts) {
          run.closed.push(facts);
        },
      };
    },
  });
  for (const file of Array.isArray(files)
    ? (files as readonly (string | Uint8Array)[])
    : [files as string | Uint8Array]) {
    const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
    const size = chunk ?? Math.max(1, bytes.length);
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.slice(at, at + size));
    reader.endOfFile();
  }
  reader.finish();
  return runs;
}

/** The file's own run. */
export function read(format: LogFormat, files: Input, reading: Reading = {}): ReadRun & { facts: RunFacts } {
  const run = readRuns(format, files, reading).get(null);
  const [facts, ...more] = run?.closed ?? [];
  if (run === undefined || facts === undefined || more.length > 0) throw new Error("a run is closed exactly once");
  return { ...run, facts };
}

export function jsonl(...records: readonly unknown[]): string {
  return records.map((record) => `${typeof record === "string" ? record : JSON.stringify(record)}\n`).join("");
}

export function rejected(facts: RunFacts): Record<string, number> {
  return Object.fromEntries(facts.rejected);
}

/** One line a flow, for tables and goldens. */
export function brief(flow: Flow): string {
  const end = ({ address, port }: Flow["originator"]): string => `${address ?? "?"}:${port ?? "?"}`;
  const names = flow.claims.map((claim) => `${claim.source}=${claim.name}`);
  const tunnels = flow.tunnels.map((to) => `tunnel=${to.name ?? to.address}:${to.port}`);
  const parts = [flow.transport, end(flow.originator), ">", end(flow.responder), flow.state, flow.outcome];
  return [...parts, ...names, ...tunnels, ...flow.flags.map((flag) => `+${flag}`)].join(" ");
}
