/** Reads saved observations and evidence back. */
import type { z } from "zod";
import { at, InputError } from "../model/error.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Observation, ObservedRun, RunRecord } from "../model/observation.ts";
import { evidenceSchema, observationSchema, runSchema } from "./schema.ts";

/**
 * Observation JSONL as `observe` prints it: the lines of a run, then its `run` line.
 * @throws InputError with file and line for anything else; these files are ours, so nothing in them is passed over.
 */
export function parseObservations(text: string, file: string): ObservedRun[] {
  const runs = new Map<string, { run: RunRecord | null; observations: Observation[]; line: number }>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const record = parseLine(line, file, index + 1);
    const entry = runs.get(record.run) ?? { run: null, observations: [], line: index + 1 };
    runs.set(record.run, entry);
    if (record.kind === "observation") entry.observations.push(record);
    else if (entry.run === null) entry.run = record;
    else throw new InputError(`${at(file, index + 1)}: a second run line for run ${record.run}`);
  }
  return [...runs].map(([id, { run, observations, line }]) => {
    if (run === null) throw new InputError(`${at(file, line)}: run ${id} has no run line: the file is cut short`);
    return { run, observations };
  });
}

/** @throws InputError with the path inside the document for anything that is not evidence. */
export function parseEvidence(value: unknown, file: string): Evidence {
  return accept(evidenceSchema, value, file);
}

function parseLine(line: string, file: string, number: number): Observation | RunRecord {
  const place = at(file, number);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InputError(`${place}: not a JSON object`);
  }
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  return kind === "run" ? accept(runSchema, value, place) : accept(observationSchema, value, place);
}

function accept<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join(".").slice(0, 100) ?? "";
  throw new InputError(`${place}: ${path === "" ? "" : `${path}: `}${issue?.message ?? "not as expected"}`);
}
