/** The keys of simple records, found by hash. */
import { ALIASES, type Slot, SLOTS } from "./fields.ts";
import { hashOf, matches, type Pattern, patternOf, viewOf } from "./words.ts";

/** What a key that means something to us means. */
export interface Key {
  readonly pattern: Pattern;
  readonly index: number;
  /** Null for a key that only names the run. */
  readonly slot: Exclude<Slot, "run"> | null;
  readonly slotIndex: number;
  /** The place among its slot's aliases: the lower wins. */
  readonly rank: number;
  readonly namesRun: boolean;
}

const BUCKETS = 512;

export class KeyTable {
  readonly size: number;
  private readonly buckets: Key[][] = Array.from({ length: BUCKETS }, () => []);

  constructor(runField: string) {
    const aliases = Object.entries(ALIASES) as [keyof typeof ALIASES, readonly string[]][];
    const names = new Map<string, { slot: Key["slot"]; rank: number }>(
      aliases.flatMap(([slot, list]) => list.map((alias, rank) => [alias, { slot, rank }] as const)),
    );
    if (!names.has(runField)) names.set(runField, { slot: null, rank: 0 });
    for (const [index, [name, { slot, rank }]] of [...names].entries()) {
      const view = viewOf(new TextEncoder().encode(name));
      const pattern = patternOf(view, 0, view.byteLength);
      const slotIndex = SLOTS.indexOf(slot ?? "run");
      const key = { pattern, index, slot, slotIndex, rank, namesRun: name === runField };
      this.buckets[hashOf(view, 0, view.byteLength) & (BUCKETS - 1)]?.push(key);
    }
    this.size = names.size;
  }

  find(view: DataView, start: number, end: number): Key | null {
    const bucket = this.buckets[hashOf(view, start, end) & (BUCKETS - 1)];
    return bucket?.find(({ pattern }) => pattern.length === end - start && matches(pattern, view, start, end)) ?? null;
  }
}
