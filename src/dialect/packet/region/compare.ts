/** Two packet policies over every destination there is: where they differ, by which rules, and which rules decide nothing. */
import type { Instant } from "../../../model/instant.ts";
import type { Decision, Difference, PolicyComparison } from "../../../model/policy.ts";
import { extentOf } from "../../../model/set/extent.ts";
import { FAMILIES, sides } from "../../../model/set/destinations.ts";
import { witnessOf } from "../../../model/set/witness.ts";
import type { Judge, Ruling } from "../judge.ts";
import { Budget, MOST_WORK } from "./budget.ts";
import { type Group, Groups } from "./groups.ts";
import { idleRules } from "./idle.ts";
import { type Met, Side } from "./side.ts";
import { pending } from "./pending.ts";
import { axisOf, sweep } from "./sweep.ts";

export function compareJudges(before: Judge, after: Judge, now: Instant, most: number = MOST_WORK): PolicyComparison {
  const groups = new Groups(before, after);
  const met = { before: nothingMet(), after: nothingMet() };
  const notes: string[] = [];
  for (const [family, transport] of sides()) {
    const budget = new Budget(most);
    const both = [
      new Side(before, family, transport, now, budget, met.before),
      new Side(after, family, transport, now, budget, met.after),
    ];
    const axis = axisOf(family, both);
    for (const { index, columns, plain } of sweep(axis, both, budget)) {
      const [from, to] = columns ?? [];
      if (from !== undefined && to !== undefined) {
        groups.add(family, transport, axis.start(index), from, to, plain);
        continue;
      }
      groups.cut(family, transport, axis.start(index));
      const reached = index === 0 ? "not compared" : `compared only below ${axis.addressAt(index)}`;
      notes.push(`too many rules overlap: ${transport} over IPv${family} was ${reached}`);
    }
    groups.end();
  }
  const complete = notes.length === 0;
  notes.push(...pending(after, before, now), ...pending(before, after, now));
  const differences = groups.all().map(differenceOf);
  const told = differences.every(
    ({ before: was, after: is }) => was.verdict !== "unknown" && is.verdict !== "unknown" && was.within === is.within,
  );
  return {
    differences,
    successions: [...groups.successions].flatMap(([heir, ancestors]) =>
      [...ancestors].map((ancestor) => ({ before: ancestor, after: heir })),
    ),
    // What was not swept met nothing, which says nothing.
    idle: !complete
      ? { before: [], after: [] }
      : { before: idleRules(before, met.before, now), after: idleRules(after, met.after, now) },
    exact: told && notes.length === 0,
    notes,
  };
}

function nothingMet(): Met {
  return { rules: new Set(), entries: new Set() };
}

function differenceOf({ destinations, before, after }: Group): Difference {
  const found = witnessOf(destinations);
  if (found === null) throw new Error("a difference has a destination");
  return {
    before: decisionOf(before),
    after: decisionOf(after),
    extent: extentOf(destinations),
    addresses: FAMILIES.reduce((sum, family) => sum + destinations.addresses(family).size, 0n),
    destinations: destinations.size,
    witness: { ...found, name: null },
  };
}

/** One rule decides all of a group, so what was said of its first destination is said of each. */
function decisionOf({ verdict, rule, reason, within }: Ruling): Decision {
  return { verdict, rule, reason, ...(within !== undefined && { within }) };
}
