/** `sallyport/coverage/v1`: how complete evidence is. The estimators keep the names that the literature and its programs give them. */

export const COVERAGE_SCHEMA = "sallyport/coverage/v1";

export type Interval = readonly [number, number];
type Estimate = number | null;

/** Incidence-based estimates over m runs; null where one is not defined. Formulas and sources: docs/coverage.md. */
export interface Statistics {
  /** Edge cases of this table, each a word, a colon and what it means. */
  readonly flags: readonly string[];
  /** Runs. */
  readonly m: number;
  /** Incidences: (endpoint, run) pairs. */
  readonly U: number;
  /** Endpoints seen in one run or more. */
  readonly S_obs: number;
  /** Endpoints seen in exactly one run, and in exactly two. */
  readonly Q1: number;
  readonly Q2: number;
  /** Endpoints named in the table, seen or not. */
  readonly columns: number;
  readonly empty_runs: number;
  readonly chao2: {
    readonly form: "classic" | "bias_corrected" | null;
    readonly Q0: Estimate;
    readonly value: Estimate;
    readonly se: Estimate;
    readonly ci95: Interval | null;
  };
  readonly variants: Variants;
  readonly ice: Ice;
  readonly jack1: { readonly value: Estimate; readonly se: Estimate; readonly se_vegan: Estimate };
  readonly jack2: { readonly value: Estimate };
  readonly boot: { readonly value: Estimate; readonly se: Estimate };
  readonly coverage: { readonly value: Estimate; readonly turing: Estimate };
  readonly next: NextRun;
  readonly runs_to_coverage: {
    readonly "95_real": Estimate;
    readonly "95_runs": Estimate;
    readonly "99_real": Estimate;
    readonly "99_runs": Estimate;
  };
  /** Expected endpoints in t of the m runs, t = 1..m, and the standard deviation of that. */
  readonly rarefaction: readonly number[];
  readonly rarefaction_sd: readonly Estimate[];
  readonly extrapolation: { readonly m_plus_1: Estimate; readonly two_m: Estimate };
}

/** What other sources give for the same quantities, where they disagree. */
export interface Variants {
  readonly chao2_bc: Estimate;
  readonly chao2_bc_se: Estimate;
  readonly chao2_nofactor: Estimate;
  readonly chao2_nofactor_se: Estimate;
  readonly q1zero_estimates_se: Estimate;
  readonly q0zero_spader_se: Estimate;
  readonly ice_spader: Estimate;
  readonly chao2_ci95_z1_96: Interval | null;
  readonly q1zero_estimates_ci95: Interval | null;
  readonly q0zero_spader_ci95: Interval | null;
}

export interface Ice {
  readonly value: Estimate;
  readonly S_freq: number;
  readonly S_infr: number;
  readonly N_infr: number;
  readonly m_infr: number;
  readonly C: Estimate;
  readonly gamma2: Estimate;
}

export interface NextRun {
  readonly expected_new: Estimate;
  readonly expected_new_turing: Estimate;
  readonly p_new: Estimate;
  readonly p_new_poisson: Estimate;
  readonly p_new_homogeneous: Estimate;
}

type IntervalMethod = "bootstrap" | "normal" | "wilson" | "no-new-seen";

/** A 95 % interval and where it comes from; null where nothing can be told. */
export interface ToldInterval {
  readonly ci95: Interval | null;
  readonly method: IntervalMethod;
}

/** For what has no interval among the estimates themselves. */
export interface Intervals {
  readonly coverage: ToldInterval;
  readonly expected_new: ToldInterval;
  readonly p_new: ToldInterval;
  readonly ice: ToldInterval;
  readonly jack1: ToldInterval;
  readonly boot: ToldInterval;
  readonly two_m: ToldInterval;
}

/** Traffic that belongs to the network or the sandbox: kept, shown, and not counted among the workload's endpoints. */
export const NOISE_KINDS = [
  "resolver",
  "ntp",
  "dhcp",
  "mdns",
  "llmnr",
  "link-local",
  "multicast",
  "loopback",
  "neighbour-discovery",
  "metadata",
  "proxy",
  "own",
] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];

export interface LeftOut {
  readonly endpoint: string;
  readonly kind: NoiseKind;
  readonly runs: number;
}

/** An endpoint that one run alone saw. */
export interface Once {
  readonly endpoint: string;
  readonly run: string;
}

export type Cadence = "every" | "most" | "rare" | "once";

/** How an endpoint comes and goes over the runs in the order of their time. */
export interface Rhythm {
  readonly endpoint: string;
  readonly runs: number;
  readonly of: number;
  /** Places of the first and the last run that saw it, from 1. */
  readonly first_run: number;
  readonly last_run: number;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly cadence: Cadence;
  /** Within a run: only in its first seconds, only after them, or both; null where times or short runs do not tell. */
  readonly phase: "start-up" | "later" | "throughout" | null;
  /** Days between its runs, where they are even and other runs lie between. */
  readonly every_days: number | null;
}

/** The estimate for one part of the runs, or of what was seen in them. */
export interface Stratum {
  readonly stratum: string;
  readonly m: number;
  readonly U: number;
  readonly S_obs: number;
  readonly Q1: number;
  readonly Q2: number;
  readonly chao2: Pick<Statistics["chao2"], "value" | "ci95">;
  readonly coverage: { readonly value: Estimate; readonly ci95: Interval | null };
  readonly next: Pick<NextRun, "expected_new" | "p_new">;
  readonly once: readonly Once[];
}

/** What should have been there and was not: no estimate knows of it. */
export interface NotExercised {
  readonly kind: "stratum" | "tool" | "run";
  readonly name: string;
  readonly why: string;
}

/** What a candidate says of the evidence it rests on. */
export interface Completeness {
  readonly runs: number;
  /** Counted endpoints: without the noise. */
  readonly endpoints: number;
  readonly coverage: number | null;
  readonly coverageInterval: Interval | null;
  /** New endpoints expected in the next run, and the probability of at least one. */
  readonly expectedNew: number | null;
  readonly newProbability: number | null;
  readonly newInterval: Interval | null;
  readonly seenOnce: readonly Once[];
  /** Runs in which no endpoint was seen. */
  readonly emptyRuns: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

export interface CoverageReport extends Statistics {
  readonly _schema: typeof COVERAGE_SCHEMA;
  readonly intervals: Intervals;
  readonly seed: number;
  readonly target: {
    readonly coverage: number;
    readonly real: Estimate;
    readonly runs: Estimate;
    /** Whether it lies within twice the runs, beyond which the extrapolation is not to be trusted. */
    readonly within_double: boolean | null;
  };
  /** Expected endpoints after t more runs, t = 1..m; empty where nothing can be told. */
  readonly extrapolated: readonly number[];
  readonly once: readonly Once[];
  readonly left_out: readonly LeftOut[];
  readonly not_exercised: readonly NotExercised[];
  /** Null where they were not asked for. */
  readonly strata: readonly Stratum[] | null;
  readonly endpoints: readonly Rhythm[];
  /** The end of the last run, and whole days from then to now; null where no time is told. */
  readonly newest: string | null;
  readonly age_days: number | null;
}
