/** A run with all its lines, which are otherwise made as they are asked for. */
import type { ObservedRun, RunInLines } from "../../src/model/observation.ts";

export function inFull({ run, observations }: RunInLines): ObservedRun {
  return { run, observations: [...observations] };
}
