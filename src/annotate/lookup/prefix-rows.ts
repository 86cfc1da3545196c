/** Prefixes of one family as they were added, in flat arrays that grow. */
import { GROUPS, type Scanner } from "./scanner.ts";

/** Cells of a row in `keys`: the groups of its address, then its length. */
export const ROW = 9;

/** Rows to begin with: enough for most lists. */
const CAPACITY = 1 << 15;

export class PrefixRows {
  count = 0;
  keys: Uint16Array = new Uint16Array(CAPACITY * ROW);
  labels: Uint32Array = new Uint32Array(CAPACITY);

  /** Adds the prefix that the scanner read last. */
  add({ groups, length }: Scanner, label: number): void {
    if (this.count === this.labels.length) this.grow();
    const { keys } = this;
    const at = this.count * ROW;
    for (let g = 0; g < GROUPS; g++) keys[at + g] = groups[g] ?? 0;
    keys[at + GROUPS] = length;
    this.labels[this.count++] = label;
  }

  private grow(): void {
    const keys = new Uint16Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    const labels = new Uint32Array(this.labels.length * 2);
    labels.set(this.labels);
    this.labels = labels;
  }
}
