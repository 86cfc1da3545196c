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
  const starts = [0, ...cuts];
  for (const { first, last } of spans) starts.push(first, last + 1);
  starts.sort((a, b) => a - b);
  const cells: Cell[] = [];
  let next = 0;
  let here: Span[] = [];
  for (const [i, start] of starts.entries()) {
    if (start === starts[i - 1] || start > 65_535) continue;
    here = here.filter(({ last }) => last >= start);
    for (let span = waiting[next]; span !== undefined && span.first <= start; span = waiting[++next]) here.push(span);
    // Twice each: they are put in order, and kept.
    budget.spend(1 + 2 * here.length);
    // Those that stay are in order already, which is what makes sorting them again cheap.
    if (here.length > 1) here.sort((a, b) => a.candidate.order - b.candidate.order);
    cells.push({ start, candidates: inOrder(here.map(({ candidate }) => candidate)) });
  }
  return cells;
}

/** A cell of candidates, on top of the cell of that index beneath it. */
export interface Overlaid {
  readonly cell: Cell;
  readonly on: number;
}

/** Both cuts at once: `overlay` gives each cell's candidates on top of those beneath it. */
export function overlaid(beneath: readonly Cell[], overlay: readonly Cell[]): Overlaid[] {
  const pieces: Overlaid[] = [];
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
  const sorted = [...candidates];
  if (sorted.length > 1) sorted.sort((a, b) => a.order - b.order);
  return sorted.filter((candidate, i) => candidate !== sorted[i - 1]);
}
