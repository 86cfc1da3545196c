/** Reads saved observations back. */
import type { z } from "zod";
import { at, InputError } from "../model/error.ts";
import type { Observation, ObservedRun, RunRecord } from "../model/observation.ts";
import { observationSchema, runSchema } from "./schema.ts";

/**
 * Observation JSONL as `observe` prints it: the lines of a run, then its `run` line.
 * @throws InputError with file and line for anything else; these files are ours, so nothing in them is passed over.
 */
export function parseObservations(text: string, file: string): ObservedRun[] {
  const reader = new ObservationReader(file);
  const runs = text.split("\n").flatMap((line) => reader.line(line) ?? []);
  reader.end();
  return runs;
}

/** The same, a line at a time: a run is given when its run line comes, so that no more than the open ones are held. */
export class ObservationReader {
  readonly #file: string;
  readonly #open = new Map<string, { readonly observations: Observation[]; readonly line: number }>();
  readonly #closed = new Set<string>();
  #number = 0;

  constructor(file: string) {
    this.#file = file;
  }

  line(text: string): ObservedRun | null {
    this.#number++;
    if (text === "") return null;
    const place = at(this.#file, this.#number);
    const record = parseLine(text, place);
    const { run } = record;
    if (record.kind === "run") return this.#close(record, place);
    if (this.#closed.has(run)) throw new InputError(`${place}: run ${run} goes on after its run line`);
    const known = this.#open.get(run);
    if (known) known.observations.push(record);
    else this.#open.set(run, { observations: [record], line: this.#number });
    return null;
  }

  end(): void {
    for (const [run, { line }] of this.#open) {
      throw new InputError(`${at(this.#file, line)}: run ${run} has no run line: the file is cut short`);
    }
  }

  #close(record: RunRecord, place: string): ObservedRun {
    const { run } = record;
    if (this.#closed.has(run)) throw new InputError(`${place}: a second run line for run ${run}`);
    const observations = this.#open.get(run)?.observations ?? [];
    this.#open.delete(run);
    this.#closed.add(run);
    return { run: record, observations };
  }
}

function parseLine(line: string, place: string): Observation | RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InputError(`${place}: not a JSON object`);
  }
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  return kind === "run" ? accept(runSchema, value, place) : accept(observationSchema, value, place);
}

/** `within`: where in the document the value stands. */
export function accept<T>(schema: z.ZodType<T>, value: unknown, place: string, within = ""): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const inside = issue?.path.map(String).join(".") ?? "";
  const path = [within, inside].filter(Boolean).join(".").slice(0, 100);
  throw new InputError(`${place}: ${path === "" ? "" : `${path}: `}${issue?.message ?? "not as expected"}`);
}
