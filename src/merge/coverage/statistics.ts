/** Every estimate of one incidence table. */
import type { Statistics } from "../../model/coverage.ts";
import { bootstrapRichness, isTooLarge, TOO_LARGE } from "./bootstrap-richness.ts";
import { chao2 } from "./chao2.ts";
import { extrapolate } from "./extrapolation.ts";
import { furtherRuns } from "./further-runs.ts";
import { ice } from "./ice.ts";
import { jackknife1, jackknife2 } from "./jackknife.ts";
import { nextRun } from "./next-run.ts";
import { rarefaction } from "./rarefaction.ts";
import { sampleCoverage } from "./sample-coverage.ts";
import { type Counts, countsOf, type IncidenceTable } from "./table.ts";
import { variants } from "./variants.ts";

export function statistics(table: IncidenceTable, counts: Counts = countsOf(table)): Statistics {
  const { m, U, S, Q1, Q2, columns, emptyRuns } = counts;
  const richness = chao2(counts);
  const { curve, sd } = rarefaction(counts, richness.Q0);
  const [to95, to99] = [furtherRuns(counts, 0.95), furtherRuns(counts, 0.99)];
  return {
    flags: flagsOf(counts),
    m,
    U,
    S_obs: S,
    Q1,
    Q2,
    columns,
    empty_runs: emptyRuns,
    chao2: richness,
    variants: variants(counts, richness),
    ice: ice(counts),
    jack1: jackknife1(counts),
    jack2: jackknife2(counts),
    boot: bootstrapRichness(table, counts),
    coverage: sampleCoverage(counts),
    next: nextRun(counts),
    runs_to_coverage: { "95_real": to95.real, "95_runs": to95.runs, "99_real": to99.real, "99_runs": to99.runs },
    rarefaction: curve,
    rarefaction_sd: sd,
    extrapolation: {
      m_plus_1: extrapolate(counts, richness.Q0, 1),
      two_m: extrapolate(counts, richness.Q0, m),
    },
  };
}

/** The tables that a formula has no good answer for. */
function flagsOf({ m, S, Q1, Q2, infrequent }: Counts): string[] {
  if (S === 0) return ["no_endpoints: estimators undefined (vegan NA)"];
  if (m === 1) {
    return [
      "one_run: Chao2, jackknife and bootstrap equal S_obs formally; nothing about unseen endpoints is estimable",
    ];
  }
  const isAllUnique = Q1 > 0 && infrequent.every((count, i) => i === 0 || count === 0);
  const addsNothing = Q1 === 0 || (Q1 === 1 && Q2 === 0);
  return [
    ...(isAllUnique
      ? ["ice_undefined: every infrequent endpoint is a unique (C_ICE = 0); EstimateS falls back to chao2_bc"]
      : []),
    ...(addsNothing ? ["chao2_equals_S_obs: log-normal interval undefined; see variants"] : []),
    ...(addsNothing && Q1 === 1
      ? [
          "q1_one_q2_zero: formula gives coverage 1 and zero expected new although one unique was seen; Turing form gives Q1/m",
        ]
      : []),
    ...(isTooLarge(m, S) ? [TOO_LARGE] : []),
  ];
}
