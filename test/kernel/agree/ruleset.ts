/** A random ruleset as lines that can be taken out one by one, so that a disagreement shrinks to what it hangs on. */

/** A line that is there for good, or one whose parts may go: a rule's matches, and at last the rule itself. */
export type Line = string | { readonly parts: readonly string[]; readonly end: string };

/** Files by name. Their texts are what the loaders get. */
export interface Ruleset {
  readonly files: Readonly<Record<string, readonly Line[]>>;
}

export function textsOf({ files }: Ruleset): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, `${lines.map(written).join("\n")}\n`]));
}

function written(line: Line): string {
  return typeof line === "string" ? line : [...line.parts, line.end].join(" ");
}

/** The smallest ruleset on the way down that `stillFails`; at most `budget` are tried. */
export async function shrink(
  ruleset: Ruleset,
  stillFails: (smaller: Ruleset) => Promise<boolean>,
  budget = 400,
): Promise<Ruleset> {
  let [best, tried, moved] = [ruleset, 0, true];
  while (moved && tried < budget) {
    moved = false;
    for (const step of steps(best)) {
      if (tried++ >= budget) break;
      if (!(await stillFails(step))) continue;
      best = step;
      moved = true;
      break;
    }
  }
  return best;
}

/** One step down: half of the rules that may go, then single rules, then single matches. */
function* steps({ files }: Ruleset): Generator<Ruleset> {
  for (const [name, lines] of Object.entries(files)) {
    const loose = lines.filter((line) => typeof line !== "string");
    for (let size = Math.ceil(loose.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < loose.length; at += size) {
        const gone = new Set(loose.slice(at, at + size));
        yield { files: { ...files, [name]: lines.filter((line) => typeof line === "string" || !gone.has(line)) } };
      }
    }
  }
  for (const [name, lines] of Object.entries(files)) {
    for (const [i, line] of lines.entries()) {
      if (typeof line === "string") continue;
      for (const part of line.parts.keys()) {
        const thinner = { parts: line.parts.toSpliced(part, 1), end: line.end };
        yield { files: { ...files, [name]: lines.with(i, thinner) } };
      }
    }
  }
}
