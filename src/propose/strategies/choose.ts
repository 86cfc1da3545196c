/** Which of the ways a packet filter is told: the smallest that would have been enough, within the budget, or none. */
import { type Choice, type Strategy, TOLD_KINDS } from "../../model/strategy.ts";

export interface Limits {
  /** Null: the observed addresses, whatever their hit rate. */
  readonly minHitRate: number | null;
  /** Addresses, and IPv6 networks of 64 bits, that one rule may open; null for no budget. */
  readonly maxExposure: bigint | null;
}

export const NO_LIMITS: Limits = { minHitRate: null, maxExposure: null };

type Kind = NonNullable<Choice["kind"]>;
type Told = Strategy & { readonly kind: Kind };

export function choose(strategies: readonly Strategy[], { minHitRate, maxExposure }: Limits): Choice {
  const told = strategies.filter(isTold).sort(compareHosts);
  const observed = told.find(({ kind }) => kind === "observed");
  if (observed === undefined) {
    return { kind: "observed", detail: "", prefixes: [], reason: "no address of its own is known", enough: null };
  }
  if (minHitRate === null) return within(observed, maxExposure, "no hit rate was asked for", null);
  const enough = told.find(({ hitRate }) => hitRate.lower !== null && hitRate.lower >= minHitRate);
  if (enough === undefined) return within(observed, maxExposure, noneReaches(told, minHitRate), false);
  const reason = `the smallest that reaches ${percent(minHitRate)}: ${percent(enough.hitRate.lower ?? 0)}`;
  return within(enough, maxExposure, reason, true);
}

function isTold(strategy: Strategy): strategy is Told {
  return TOLD_KINDS.some((kind) => kind === strategy.kind);
}

/** Equal prices stay in the order of the kinds: addresses one by one say most. */
function compareHosts(a: Strategy, b: Strategy): number {
  const [x, y] = [hosts(a), hosts(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const hosts = ({ exposure }: Strategy): bigint => BigInt(exposure.hosts ?? 0);

/** The budget refuses; it never makes another choice, because what was chosen is what would be enough. */
function within(strategy: Told, budget: bigint | null, reason: string, enough: boolean | null): Choice {
  const { kind, detail, prefixes } = strategy;
  if (budget === null || hosts(strategy) <= budget) {
    return { kind, detail, prefixes: kind === "observed" ? [] : prefixes, reason, enough };
  }
  const what = [kind, detail].filter((part) => part !== "").join(" ");
  const refusal = `${what} would open ${hosts(strategy)}, and --max-exposure is ${budget}`;
  return { kind: null, detail: "", prefixes: [], reason: refusal, enough };
}

function noneReaches(told: readonly Told[], minHitRate: number): string {
  const [first] = told;
  if (first?.hitRate.lower === null) {
    const { runs } = first.hitRate;
    return `${runs} ${runs === 1 ? "run is" : "runs are"} too few to tell a hit rate, three are needed`;
  }
  const best = told.reduce((a, b) => ((b.hitRate.lower ?? 0) > (a.hitRate.lower ?? 0) ? b : a));
  const what = [best.kind, best.detail].filter((part) => part !== "").join(" ");
  const drift = best.hitRate.laterRuns !== null && best.hitRate.laterRuns < (best.hitRate.leaveOneOut ?? 0);
  const why = drift
    ? "later runs used addresses that earlier ones did not"
    : "runs used addresses that no other run did";
  return `none reaches ${percent(minHitRate)}, ${what} comes nearest with ${percent(best.hitRate.lower ?? 0)}; ${why}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}
