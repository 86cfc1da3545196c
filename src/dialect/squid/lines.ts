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
    const [, bare = "", comment = null] = /^(.*?)(?:(?:^|\s)#\s*(.*?))?\s*$/.exec(raw) ?? [];
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
