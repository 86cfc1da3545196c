/** How much it says that a rule was not used: what is needed now and then can be missed by chance. */
import type { Candidate } from "../model/candidate.ts";
import type { Confidence } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Layer } from "../model/policy.ts";
import { ask } from "./ask.ts";
import { subjectsOf } from "./subject.ts";

/** The chance that is left where only the runs themselves tell: 1 - 0.95. */
const LEFT = 0.05;

export interface Unused {
  /** Runs that could have shown it. */
  readonly runs: number;
  /** In how many earlier runs each rule was used, by its place. */
  readonly earlier: ReadonlyMap<string, { readonly runs: number; readonly of: number }>;
}

export function unusedIn(layer: Layer, candidate: Candidate, earlier: Candidate | null, now: Instant): Unused {
  return {
    runs: candidate.runs - (candidate.completeness?.emptyRuns.length ?? 0),
    earlier: earlier === null ? new Map() : usedBefore(layer, earlier, now),
  };
}

/** Of a rule that decided several endpoints the one that most runs showed counts: at least so many runs used it. */
function usedBefore(layer: Layer, earlier: Candidate, now: Instant): Unused["earlier"] {
  const used = new Map<string, { runs: number; of: number }>();
  for (const subject of subjectsOf(earlier)) {
    const { runs, of } = subject.evidence;
    for (const { decision } of ask(layer, subject, now).all) {
      if (decision.rule !== null && runs > (used.get(decision.rule)?.runs ?? 0)) used.set(decision.rule, { runs, of });
    }
  }
  return used;
}

/** Null where no run could have shown it. */
export function confidenceOf(place: string, { runs, earlier }: Unused): Confidence | null {
  if (runs < 1) return null;
  const before = earlier.get(place);
  if (before === undefined) return { runs, share: 1 - LEFT ** (1 / runs), basis: "upper-bound", missed: LEFT };
  const share = before.runs / before.of;
  return { runs, share, basis: "earlier", missed: (1 - share) ** runs };
}

export function inWords(confidence: Confidence, place: string, { earlier }: Unused): string {
  const { runs, share, basis, missed } = confidence;
  const before = earlier.get(place);
  if (basis === "earlier" && before !== undefined) {
    const chance = missed < 1e-6 ? "below one in a million" : String(Number(missed.toPrecision(2)));
    return `; earlier runs used it in ${before.runs} of ${before.of}, and at that rate the probability to miss it in ${runs} is ${chance}`;
  }
  const percent = Number((share * 100).toPrecision(2));
  return `; a rule needed in ${percent} % of runs goes unused in ${runs} with probability ${missed}`;
}
