/** A packet policy as sets of destinations: what it surely permits, and what it possibly permits. */
import type { Instant } from "../../../model/instant.ts";
import { Destinations, portsOf, sides } from "../../../model/set/destinations.ts";
import { Ports } from "../../../model/set/ports.ts";
import type { Judge } from "../judge.ts";
import { Budget, MOST_WORK } from "./budget.ts";
import { type Column, Side } from "./side.ts";
import { axisOf, sweep } from "./sweep.ts";

export interface Region {
  /** A subset of what is possible, and equal to it where everything can be told. */
  readonly permitted: Destinations;
  readonly possible: Destinations;
}

export function regionOf(judge: Judge, now: Instant, most: number = MOST_WORK): Region {
  const [permitted, possible] = [new Destinations(), new Destinations()];
  for (const [family, transport] of sides()) {
    const budget = new Budget(most);
    const side = new Side(judge, family, transport, now, budget, { rules: new Set(), entries: new Set() });
    const axis = axisOf(family, [side]);
    const all = portsOf(transport);
    const known = new WeakMap<Column, readonly [Ports, Ports]>();
    for (const { index, columns } of sweep(axis, [side], budget)) {
      const column = columns?.[0];
      const [surely, possibly] =
        column === undefined ? [Ports.NONE, all] : (known.get(column) ?? permittedIn(column, all));
      if (column !== undefined) known.set(column, [surely, possibly]);
      permitted.append(family, transport, axis.start(index), surely);
      possible.append(family, transport, axis.start(index), possibly);
    }
  }
  return { permitted, possible };
}

function permittedIn(column: Column, all: Ports): readonly [surely: Ports, possibly: Ports] {
  const pick = (verdicts: readonly string[]): Ports =>
    Ports.of(
      column.flatMap(({ start, ruling }, i) =>
        verdicts.includes(ruling.verdict) ? [{ first: start, last: (column[i + 1]?.start ?? 65_536) - 1 }] : [],
      ),
    ).combine("intersection", all);
  return [pick(["permit"]), pick(["permit", "unknown"])];
}
