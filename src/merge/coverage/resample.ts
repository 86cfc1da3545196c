/** Samples that might have been: as many runs drawn anew from the estimated whole (Chao et al. 2014, appendix). */
import { unseen } from "./chao2.ts";
import { binomial, generator, someOf } from "./random.ts";
import { deficit } from "./sample-coverage.ts";
import { type Counts, INFREQUENT, type Sample } from "./table.ts";

/** A sample of a whole that is known, so that an estimate made of it can be held against the truth. */
export interface Replicate extends Sample {
  /** Sightings that a run of the whole has on average, and those of them that are of endpoints in the sample. */
  readonly all: number;
  readonly caught: number;
}

/** Samples drawn; fewer where each is large, so that an interval costs no more than a second or two. */
const REPLICATES = 200;
const LEAST_REPLICATES = 20;
const MAX_DRAWS = 4_000_000;

/**
 * Endpoints that were seen are given a little less than the share of runs that showed them, and what that leaves is
 * shared evenly among those that Chao2 says nobody saw. Runs are taken as independent, which test runs are not: see
 * docs/coverage.md.
 */
export function resample(counts: Counts, seed: number): Replicate[] {
  const { m, S, Q1, Q2, frequencies } = counts;
  const random = generator(seed);
  const hidden = Math.ceil(unseen(Q1, Q2, (m - 1) / m));
  const newShare = (Q1 / m) * deficit(m, Q1, Q2);
  const held = frequencies.reduce((sum, { n, count }) => sum + count * (n / m) * missedBy(m, n / m), 0);
  const shrink = held === 0 ? 0 : newShare / held;
  const shares = frequencies.map(({ n, count }) => ({
    p: Math.max(0, (n / m) * (1 - shrink * missedBy(m, n / m))),
    count,
  }));
  const each = hidden === 0 ? 0 : Math.min(1, newShare / hidden);
  const times = Math.min(REPLICATES, Math.max(LEAST_REPLICATES, Math.floor(MAX_DRAWS / (S + Q1))));
  const all = shares.reduce((sum, { p, count }) => sum + p * count, hidden * each);
  return Array.from({ length: times }, () => {
    const sample = new Drawn(m, all, random);
    for (const { p, count } of shares) for (let i = 0; i < count; i++) sample.add(binomial(m, p, random), p);
    // Of millions that were not seen nearly all stay so: how many do not is one number.
    const found = binomial(hidden, 1 - missedBy(m, each), random);
    for (let i = 0; i < found; i++) sample.add(someOf(m, each, random), each);
    return sample;
  });
}

/** The chance that m runs all miss what a run shows with probability p. */
function missedBy(m: number, p: number): number {
  return p >= 1 ? 0 : Math.exp(m * Math.log1p(-p));
}

class Drawn implements Replicate {
  readonly m: number;
  readonly all: number;
  caught = 0;
  U = 0;
  S = 0;
  readonly infrequent: number[] = Array.from({ length: INFREQUENT }, () => 0);
  readonly #random: () => number;
  readonly #runs = new Set<number>();

  constructor(m: number, all: number, random: () => number) {
    this.m = m;
    this.all = all;
    this.#random = random;
  }

  get infrequentRuns(): number {
    return this.#runs.size;
  }

  /** An endpoint of share p, seen in n of the runs; which they are matters for the infrequent ones. */
  add(n: number, p: number): void {
    if (n === 0) return;
    this.caught += p;
    this.U += n;
    this.S++;
    if (n > INFREQUENT) return;
    this.infrequent[n - 1] = (this.infrequent[n - 1] ?? 0) + 1;
    const own = new Set<number>();
    while (own.size < n) own.add(Math.floor(this.#random() * this.m));
    for (const run of own) this.#runs.add(run);
  }
}
