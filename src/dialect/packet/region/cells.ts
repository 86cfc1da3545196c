/** The ports, cut where any rule begins or ends to match, with the rules that may match in each piece. */
import type { PortRange } from "../../../model/set/ports.ts";
import type { Budget } from "./budget.ts";
import type { Candidate } from "./candidate.ts";

/** A candidate where it may match. */
export interface Span extends PortRange {
  readonly candidate: Candidate;
}

export interface Cell {
  /** The first port; the cell ends before the next one's. */
  readonly start: number;
  /** In the order of the program. */
  readonly candidates: readonly Candidate[];
}

export function cellsOf(spans: readonly Span[], cuts: readonly number[], budget: Budget): Cell[] {
  const waiting = [...spans].sort((a, b) => a.first - b.first);
  const starts = new Set([0, ...cuts]);
  for (const { first, last } of spans) starts.add(first).add(last + 1);
  let next = 0;
  let here: Span[] = [];
  return [...starts]
    .filter((start) => start < 65_536)
    .sort((a, b) => a - b)
    .map((start) => {
      here = here.filter(({ last }) => last >= start);
      for (let span = waiting[next]; span !== undefined && span.first <= start; span = waiting[++next]) here.push(span);
      budget.spend(1 + here.length);
      return { start, candidates: inOrder(here.map(({ candidate }) => candidate)) };
    });
}

/** Both cuts at once: `overlay` gives each cell's candidates on top of those beneath it. */
export function overlaid(beneath: readonly Cell[], overlay: readonly Cell[]): { cell: Cell; on: number }[] {
  const pieces: { cell: Cell; on: number }[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [below, above] = [beneath[i], overlay[j]];
    if (below === undefined || above === undefined) return pieces;
    pieces.push({ cell: { start: Math.max(below.start, above.start), candidates: above.candidates }, on: i });
    const [nextBelow, nextAbove] = [beneath[i + 1]?.start ?? 65_536, overlay[j + 1]?.start ?? 65_536];
    if (nextBelow <= nextAbove) i++;
    if (nextAbove <= nextBelow) j++;
  }
}

/** Each candidate once. */
export function inOrder(candidates: readonly Candidate[]): Candidate[] {
  if (candidates.length < 2) return [...candidates];
  return [...new Set(candidates)].sort((a, b) => a.order - b.order);
}
