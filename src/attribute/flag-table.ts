/** The flags of lines, one list for all lines that have the same ones: a run may have 200,000 lines and few such lists. */
import { sortedUnique } from "../model/compare.ts";

/** Flags that stand only if every flow of the line has them. */
const UNANIMOUS: ReadonlySet<string> = new Set(["midstream", "ambiguous"]);

/** Lists that lines share; there are some forty flags, of which few go together. */
const MAX_SHARED = 4096;

export interface LineFlags {
  /** Of any flow, the unanimous ones of every flow. */
  readonly shown: readonly string[];
}

export class FlagTable {
  private readonly shared = new Map<string, LineFlags>();

  /** What a line has with one more flow; `known` is null before its first. */
  join(known: LineFlags | null, flags: readonly string[]): LineFlags {
    if (known === null) return this.share(flags);
    const { shown } = known;
    const isSame =
      flags.every((flag) => shown.includes(flag) || UNANIMOUS.has(flag)) &&
      shown.every((flag) => flags.includes(flag) || !UNANIMOUS.has(flag));
    if (isSame) return known;
    const agreed = (flag: string, others: readonly string[]): boolean => !UNANIMOUS.has(flag) || others.includes(flag);
    return this.share([...shown.filter((flag) => agreed(flag, flags)), ...flags.filter((flag) => agreed(flag, shown))]);
  }

  private share(flags: readonly string[]): LineFlags {
    const shown = sortedUnique(flags);
    const text = shown.join(" ");
    const known = this.shared.get(text);
    if (known !== undefined) return known;
    const made = { shown };
    if (this.shared.size < MAX_SHARED) this.shared.set(text, made);
    return made;
  }
}
