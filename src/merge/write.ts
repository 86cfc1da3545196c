/** Evidence as JSON, an endpoint at a time: that of many runs is longer than one text can be. */
import { EVIDENCE_SCHEMA } from "../model/evidence.ts";
import type { Merger } from "./merger.ts";

/** The same bytes as `JSON.stringify(evidence, null, 1)` and a line break. */
export function* evidencePieces(merger: Merger): Generator<string, undefined> {
  yield `{\n "_schema": ${JSON.stringify(EVIDENCE_SCHEMA)},\n "runs": `;
  yield* array(merger.runs());
  yield `,\n "endpoints": `;
  yield* array(merger.endpoints());
  yield "\n}\n";
}

function* array(items: Iterable<unknown>): Generator<string, undefined> {
  let isFirst = true;
  for (const item of items) {
    // No text inside has a line break: JSON writes them as escapes.
    const text = JSON.stringify(item, null, 1).replaceAll("\n", "\n  ");
    yield `${isFirst ? "[" : ","}\n  ${text}`;
    isFirst = false;
  }
  yield isFirst ? "[]" : "\n ]";
}
