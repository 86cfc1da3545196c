/** Rules that hold at other times than now: what they change then, a comparison at one instant does not see. */
import { type Instant, SECOND } from "../../../model/instant.ts";
import type { Judge } from "../judge.ts";
import type { Program } from "../program.ts";

/** Told one by one; beyond these it is clear enough. */
const MOST_TOLD = 20;

/** Those of one policy that the other does not have, in words. */
export function pending({ listing, program }: Judge, other: Judge, now: Instant): string[] {
  if (!asksForTime(program)) return [];
  const known = new Set(other.listing.rules.map(({ text }) => text));
  const seconds = BigInt(Math.floor(now / SECOND));
  return listing.rules
    .flatMap((rule) => {
      const conditions = known.has(rule.text) ? [] : (listing.sourceOf(rule)?.conditions ?? []);
      if (conditions.some((condition) => condition.kind === "time" && condition.from > seconds))
        return `${rule.place} does not hold yet: what it will change is not compared`;
      return conditions.some(({ kind }) => kind === "recurring" || kind === "outside")
        ? `${rule.place} holds at certain times: what it changes is compared as of now`
        : [];
    })
    .slice(0, MOST_TOLD);
}

/** Most policies have no such rule, and then nothing is to be looked up. */
function asksForTime({ chains }: Program): boolean {
  for (const { rules } of chains.values()) {
    for (const { conditions } of rules) {
      if (conditions.some(({ kind }) => kind === "time" || kind === "recurring" || kind === "outside")) return true;
    }
  }
  return false;
}
