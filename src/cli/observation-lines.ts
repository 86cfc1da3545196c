/** Observations as the JSON Lines that are printed and kept. */
import type { Observation, ObservedRun, RunRecord } from "../model/observation.ts";

/** Lines printed at once: a run may have 200,000, whose text would be the largest thing in memory. */
const LINES_A_PIECE = 1000;

/** The lines of a run, in pieces. */
export function* observationLines({ run, observations }: ObservedRun): Generator<string> {
  for (let from = 0; from < observations.length; from += LINES_A_PIECE) {
    yield observations
      .slice(from, from + LINES_A_PIECE)
      .map(toLine)
      .join("");
  }
  yield toLine(run);
}

function toLine(line: Observation | RunRecord): string {
  return `${JSON.stringify(line)}\n`;
}
