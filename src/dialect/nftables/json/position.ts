/** Where each object of a list of commands begins: JSON.parse does not say, and a reviewer must be able to look. */
import type { Position } from "../../packet/program.ts";

const MARKS = /"(?:[^"\\]|\\.)*"|[{}[\]\n]/gs;

/** For text that has been found to be JSON: the objects two levels deep, in order. */
export function objectsAt(file: string, text: string): Position[] {
  const found: Position[] = [];
  let [depth, line, start] = [0, 1, 0];
  for (const { 0: mark, index } of text.matchAll(MARKS)) {
    if (mark === "\n") {
      line++;
      start = index + 1;
    } else if (mark === "{" || mark === "[") {
      if (depth === 2 && mark === "{") found.push({ file, line, column: index - start + 1 });
      depth++;
    } else if (mark === "}" || mark === "]") depth--;
  }
  return found;
}
