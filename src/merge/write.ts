/** Evidence as JSON, a run of an endpoint at a time: that of many runs is longer than one text can be. */
import { type EndpointEvidence, EVIDENCE_SCHEMA } from "../model/evidence.ts";
import type { Merger } from "./merger.ts";

/** Parts are gathered up to this length: each piece is one write. */
const PIECE = 64 << 10;

/** The same bytes as `JSON.stringify(evidence, null, 1)` and a line break. */
export function* evidencePieces(merger: Merger): Generator<string, undefined> {
  let piece = "";
  for (const part of parts(merger)) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function* parts(merger: Merger): Generator<string, undefined> {
  yield `{\n "_schema": ${JSON.stringify(EVIDENCE_SCHEMA)},\n "runs": `;
  yield* list(merger.runs(), 1, (run) => [indented(run, 2)]);
  yield `,\n "endpoints": `;
  yield* list(merger.endpoints(), 1, endpointParts);
  yield "\n}\n";
}

function* endpointParts({ incidence, ...rest }: EndpointEvidence): Generator<string, undefined> {
  yield indented(rest, 2).slice(0, -"\n  }".length);
  yield `,\n   "incidence": `;
  yield* list(incidence, 3, (cell) => [indented(cell, 4)]);
  yield "\n  }";
}

function* list<T>(
  items: Iterable<T>,
  depth: number,
  print: (item: T) => Iterable<string>,
): Generator<string, undefined> {
  let isFirst = true;
  for (const item of items) {
    yield `${isFirst ? "[" : ","}\n${" ".repeat(depth + 1)}`;
    yield* print(item);
    isFirst = false;
  }
  yield isFirst ? "[]" : `\n${" ".repeat(depth)}]`;
}

/** No text inside has a line break: JSON writes them as escapes. */
function indented(value: object, depth: number): string {
  return JSON.stringify(value, null, 1).replaceAll("\n", `\n${" ".repeat(depth)}`);
}
