/** The lines of squid.conf: words, without comments, with lines that go on joined. */
import { type PolicyFile, PolicySyntaxError } from "../contract.ts";

export interface Line {
  readonly words: readonly string[];
  readonly line: number;
  /** The comment in it; a line may hold nothing else. */
  readonly comment: string | null;
}

const MAX_BYTES = 32 << 20;

export function* linesOf({ path, text }: PolicyFile): Generator<Line> {
  if (text.length > MAX_BYTES) throw new PolicySyntaxError(path, 1, 1, `larger than ${MAX_BYTES} bytes`);
  let [held, from] = ["", 0];
  for (const [i, raw] of text.split("\n").entries()) {
    const [bare, comment] = apart(raw.trimEnd());
    if (held === "") from = i + 1;
    if (bare.endsWith("\\")) {
      held += `${bare.slice(0, -1)} `;
      continue;
    }
    const words = `${held}${bare}`.split(/\s+/).filter(Boolean);
    held = "";
    if (words.length > 0 || comment !== null) yield { words, line: from, comment };
  }
}

/** A comment begins with a word that begins with its sign. */
function apart(line: string): readonly [bare: string, comment: string | null] {
  const at = line.startsWith("#") ? 0 : line.search(/\s#/);
  if (at < 0) return [line, null];
  return [line.slice(0, at).trimEnd(), line.slice(at).trimStart().slice(1).trim()];
}
