/** Goes through the addresses of a family from first to last, and gives for each segment the column of every policy. */
import type { Family } from "../../../model/address.ts";
import { Axis } from "./axis.ts";
import { type Budget, BudgetSpent } from "./budget.ts";
import type { Mark } from "./candidate.ts";
import type { Column, Side } from "./side.ts";

export interface Segment {
  readonly index: number;
  /** One for each side, in their order; null from here on, where the budget is spent. */
  readonly columns: readonly Column[] | null;
  /** No rule says anything of these addresses that it does not say of others. */
  readonly plain: boolean;
}

/** A rule that shares an address with others costs more than one that has it for itself: all are put in order there. */
const OVERLAP = 8;

/** Loopback leaves through another interface, so what rules say changes at its bounds. */
const LOOPBACK: Readonly<Record<Family, { readonly first: bigint; readonly last: bigint }>> = {
  4: { first: 127n << 24n, last: (128n << 24n) - 1n },
  6: { first: 1n, last: 1n },
};

export function axisOf(family: Family, sides: readonly Side[]): Axis {
  return new Axis(family, [LOOPBACK[family], ...sides.flatMap(({ marks }) => marks)]);
}

export function* sweep(axis: Axis, sides: readonly Side[], budget: Budget): Generator<Segment> {
  const tracks = sides.map(({ marks }) => new Track(axis, marks));
  for (let index = 0; index < axis.length; index++) {
    for (const track of tracks) track.moveTo(index);
    const columns = columnsAt(BigInt(axis.start(index)), sides, tracks, budget);
    yield { index, columns, plain: tracks.every(({ active }) => active.length === 0) };
    if (columns === null) return;
  }
}

/** Null where the budget does not last for them. */
function columnsAt(
  address: bigint,
  sides: readonly Side[],
  tracks: readonly Track[],
  budget: Budget,
): readonly Column[] | null {
  try {
    for (const { active } of tracks) budget.spend(active.length + OVERLAP * Math.max(0, active.length - 1));
    return sides.map((side, i) => side.column(tracks[i]?.active ?? [], address));
  } catch (error) {
    if (error instanceof BudgetSpent) return null;
    throw error;
  }
}

/** The marks that hold at the segment reached, of one policy. */
class Track {
  active: Mark[] = [];
  readonly #marks: readonly Mark[];
  readonly #ends: Int32Array;
  /** Marks by the segment they begin at: those of segment `i` stand from `#from[i]` on. */
  readonly #from: Int32Array;
  readonly #order: Int32Array;
  #least = Infinity;
  #held: readonly number[] = [];

  constructor(axis: Axis, marks: readonly Mark[]) {
    this.#marks = marks;
    this.#ends = new Int32Array(marks.length);
    this.#from = new Int32Array(axis.length + 2);
    this.#order = new Int32Array(marks.length);
    const starts = new Int32Array(marks.length);
    for (const [i, { first, last }] of marks.entries()) {
      const { from, to } = axis.stretch(first, last);
      starts[i] = from;
      this.#ends[i] = to;
      this.#from[from + 1] = (this.#from[from + 1] ?? 0) + 1;
    }
    for (let i = 1; i < this.#from.length; i++) this.#from[i] = (this.#from[i] ?? 0) + (this.#from[i - 1] ?? 0);
    const next = this.#from.slice();
    for (const [i, start] of starts.entries()) {
      const at = next[start] ?? 0;
      this.#order[at] = i;
      next[start] = at + 1;
    }
  }

  /** Segments come one after another. */
  moveTo(segment: number): void {
    const [from, to] = [this.#from[segment] ?? 0, this.#from[segment + 1] ?? 0];
    if (from === to && this.#least > segment) return;
    const held: number[] = [];
    this.active = [];
    this.#least = Infinity;
    const hold = (index: number): void => {
      const [end, mark] = [this.#ends[index] ?? 0, this.#marks[index]];
      if (end <= segment || mark === undefined) return;
      held.push(index);
      this.active.push(mark);
      this.#least = Math.min(this.#least, end);
    };
    for (const index of this.#held) hold(index);
    for (let i = from; i < to; i++) hold(this.#order[i] ?? 0);
    this.#held = held;
  }
}
