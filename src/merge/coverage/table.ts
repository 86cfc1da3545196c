/** Which runs saw which endpoint, and the counts that every estimate rests on. */

/** Endpoints by the runs that saw them. */
export interface IncidenceTable {
  readonly runs: readonly string[];
  readonly endpoints: readonly {
    readonly name: string;
    /** Indices into `runs`, ascending, each once; empty for an endpoint that is named and was never seen. */
    readonly runs: readonly number[];
  }[];
}

/** Endpoints in more runs than this are frequent (Chazdon et al. 1998). */
export const INFREQUENT = 10;

/** What the estimates need of the sample as a whole. */
export interface Sample {
  readonly m: number;
  readonly U: number;
  readonly S: number;
  /** Q_1 to Q_10: how many endpoints were seen in exactly j runs. */
  readonly infrequent: readonly number[];
  /** Runs with at least one infrequent endpoint. */
  readonly infrequentRuns: number;
}

export interface Counts extends Sample {
  readonly Q1: number;
  readonly Q2: number;
  readonly columns: number;
  readonly emptyRuns: number;
  /** Ascending by n: how many endpoints were seen in exactly n runs. */
  readonly frequencies: readonly { readonly n: number; readonly count: number }[];
  /** For each run, how many endpoints it alone saw. */
  readonly uniques: readonly number[];
}

export function countsOf({ runs, endpoints }: IncidenceTable): Counts {
  const m = runs.length;
  const frequency = new Map<number, number>();
  const uniques = runs.map(() => 0);
  const perRun = runs.map(() => 0);
  const hasInfrequent = runs.map(() => false);
  for (const { runs: seen } of endpoints) {
    const n = seen.length;
    if (n === 0) continue;
    frequency.set(n, (frequency.get(n) ?? 0) + 1);
    for (const run of seen) {
      perRun[run] = (perRun[run] ?? 0) + 1;
      if (n === 1) uniques[run] = (uniques[run] ?? 0) + 1;
      if (n <= INFREQUENT) hasInfrequent[run] = true;
    }
  }
  const frequencies = [...frequency].sort(([a], [b]) => a - b).map(([n, count]) => ({ n, count }));
  return {
    m,
    U: frequencies.reduce((sum, { n, count }) => sum + n * count, 0),
    S: frequencies.reduce((sum, { count }) => sum + count, 0),
    Q1: frequency.get(1) ?? 0,
    Q2: frequency.get(2) ?? 0,
    columns: endpoints.length,
    emptyRuns: perRun.filter((count) => count === 0).length,
    infrequent: Array.from({ length: INFREQUENT }, (_, i) => frequency.get(i + 1) ?? 0),
    infrequentRuns: hasInfrequent.filter(Boolean).length,
    frequencies,
    uniques,
  };
}
