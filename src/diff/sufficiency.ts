/** Whether the evidence is enough to judge by: as a whole, and to tell one endpoint by address. */
import type { CandidateRule } from "../model/candidate.ts";
import type { Completeness } from "../model/coverage.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Finding } from "../model/finding.ts";
import { finding } from "./finding.ts";

/** Runs named in a message. */
const NAMED = 5;

/** `gate`: the least sample coverage, which the lower end of its interval must reach. */
export function judgeEvidence(completeness: Completeness, gate: number): Finding[] {
  const { runs, emptyRuns } = completeness;
  const evidence = { runs: runs - emptyRuns.length, of: runs };
  const common = { kind: "insufficient-evidence", layer: null, evidence } as const;
  const short = shortfall(completeness, gate);
  const isSome = emptyRuns.length > 0 && emptyRuns.length < runs;
  return [
    ...(short === null ? [] : [finding({ ...common, about: "the evidence", statement: short })]),
    ...(isSome ? [finding({ ...common, about: "runs without endpoints", statement: silence(completeness) })] : []),
  ];
}

/** What was told by the addresses observed although they do not reach the hit rate that was asked for, and no resolver tells more. */
export function judgeRates(rules: readonly CandidateRule[]): Finding[] {
  return rules.flatMap((rule) => {
    const { kind, enough, reason, withResolver } = rule.chosen;
    if (enough !== false || kind === null || withResolver !== undefined) return [];
    const { runs, of } = rule.evidence;
    return finding({
      kind: "insufficient-evidence",
      layer: null,
      about: formatEndpoint(rule.endpoint),
      subject: { ...rule, decision: rule.review === "approved" ? "allow" : null },
      statement: `told by the addresses observed, which may not be enough for the next run: ${reason}`,
      evidence: { runs, of },
    });
  });
}

function shortfall({ runs, endpoints, coverage, coverageInterval }: Completeness, gate: number): string | null {
  const seen = `${runs} run${runs === 1 ? "" : "s"}, ${endpoints} endpoint${endpoints === 1 ? "" : "s"}`;
  if (coverage === null) return `${seen}: how complete it is cannot be told`;
  const [low, high] = coverageInterval ?? [coverage, coverage];
  if (low >= gate) return null;
  const share = (value: number): string => String(Number(value.toFixed(3)));
  return `${seen}: sample coverage ${share(coverage)} (95 % interval ${share(low)} to ${share(high)}), and ${gate} is asked of its lower end`;
}

function silence({ runs, emptyRuns }: Completeness): string {
  const more = emptyRuns.length - NAMED;
  const named = `${emptyRuns.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return `${emptyRuns.length} of ${runs} runs showed no endpoint: ${named}`;
}
