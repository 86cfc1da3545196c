/** A list of runs and what each belongs to: CSV, `run,stratum` a line. A line without a run declares a stratum. */
import { at, InputError } from "../../model/error.ts";
import { rowsOf } from "./csv.ts";
import type { Strata } from "./strata.ts";

const MAX_LINES = 1_000_000;

/** @throws InputError with file and line for anything else. */
export function parseStrata(text: string, file: string): Strata {
  const strata = new Map<string, string>();
  const declared = new Set<string>();
  for (const { line, fields } of rowsOf(text, file)) {
    const [run = "", stratum = "", ...rest] = fields;
    const place = at(file, line);
    if (line === 1 && run === "run") continue;
    if (rest.length > 0 || stratum === "") throw new InputError(`${place}: expected a run and its stratum`);
    const known = strata.get(run);
    if (known !== undefined && known !== stratum)
      throw new InputError(`${place}: run ${run} is in ${known} and in ${stratum}`);
    if (strata.size >= MAX_LINES) throw new InputError(`${place}: more than ${MAX_LINES} runs`);
    if (run !== "") strata.set(run, stratum);
    declared.add(stratum);
  }
  if (declared.size === 0) throw new InputError(`${file}: no stratum: expected a run and its stratum a line`);
  return { of: "run", stratumOf: (run) => strata.get(run) ?? null, declared: [...declared] };
}
