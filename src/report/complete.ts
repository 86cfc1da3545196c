/** How complete the evidence of a candidate is, in the few lines that a report has for it. */
import type { Candidate } from "../model/candidate.ts";
import type { Completeness } from "../model/coverage.ts";
import { number, within } from "./coverage/number.ts";
import { code, markdown } from "./escape.ts";
import { plural } from "./view.ts";

/** Endpoints named; the candidate has them all. */
const NAMED = 20;

/** One line for a terminal; none for a candidate that does not tell. */
export function completeLine(candidate: Candidate | null): string[] {
  const told = candidate?.completeness;
  if (told === undefined) return [];
  if (told.coverage === null) return ["how complete that is cannot be told from so little"];
  const once = told.seenOnce.length === 0 ? "" : `; ${told.seenOnce.length} seen in one run only`;
  return [
    `sample coverage ${number(told.coverage)}${within(told.coverageInterval)}; ` +
      `probability of a new endpoint in the next run ${number(told.newProbability)}${within(told.newInterval)}${once}`,
  ];
}

export function completeSection(candidate: Candidate | null): string[] {
  const told = candidate?.completeness;
  if (told === undefined) return [];
  return [
    "<details>",
    `<summary>How complete the evidence is: ${markdown(summary(told))}</summary>`,
    "",
    ...[...numbers(told), ...lists(told)].map((line) => `- ${line}`),
    "",
    "</details>",
    "",
  ];
}

function summary({ runs, coverage, coverageInterval }: Completeness): string {
  if (coverage === null) return `cannot be told from ${plural(runs, "run")}`;
  return `sample coverage ${number(coverage)}${within(coverageInterval)} over ${plural(runs, "run")}`;
}

function numbers({ runs, endpoints, coverage, expectedNew, newProbability, newInterval }: Completeness): string[] {
  return [
    `${plural(endpoints, "endpoint")} counted in ${plural(runs, "run")}, which are not independent: what no test does no run shows`,
    ...(coverage === null
      ? []
      : [
          `new endpoints expected in the next run: ${number(expectedNew)}`,
          `probability of at least one: ${number(newProbability)}${within(newInterval)}`,
        ]),
  ];
}

function lists({ seenOnce, emptyRuns, leftOut }: Completeness): string[] {
  return [
    ...listed(
      "seen in one run only",
      seenOnce.map(({ endpoint, run }) => `${code(endpoint)} in ${code(run)}`),
    ),
    ...listed("runs that showed no endpoint", emptyRuns.map(code)),
    ...listed(
      "left out of the count",
      leftOut.map(({ endpoint, kind }) => `${code(endpoint)} (${kind})`),
    ),
  ];
}

function listed(title: string, items: readonly string[]): string[] {
  const more = items.length - NAMED;
  if (items.length === 0) return [];
  return [`${title}: ${items.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`];
}
