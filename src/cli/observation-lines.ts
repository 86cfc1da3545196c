/** Observations as the JSON Lines that are printed and kept. */
import type { Observation, RunInLines, RunRecord } from "../model/observation.ts";

/** Lines printed at once: a run may have 200,000, whose text would be the largest thing in memory. */
const LINES_A_PIECE = 1000;

/** The lines of a run, in pieces. */
export function* observationLines({ run, observations }: RunInLines): Generator<string> {
  let piece: string[] = [];
  for (const observation of observations) {
    if (piece.push(toLine(observation)) < LINES_A_PIECE) continue;
    yield piece.join("");
    piece = [];
  }
  yield `${piece.join("")}${toLine(run)}`;
}

function toLine(line: Observation | RunRecord): string {
  return `${JSON.stringify(line)}\n`;
}
