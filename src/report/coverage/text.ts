/** How complete the evidence is, for a person: what was seen, what is still to come, and what the numbers do not say. */
import type { CoverageReport, LeftOut, Stratum } from "../../model/coverage.ts";
import { plain } from "../escape.ts";
import { plural } from "../view.ts";
import { curveLines } from "./curve.ts";
import { number, within } from "./number.ts";
import { rhythmLines } from "./rhythm.ts";

/** Entries of a list that are printed; JSON has them all. */
const SHOWN = 20;

export function coverageText(report: CoverageReport): string {
  const lines = [
    seen(report),
    ...section("What is covered, and what the next run would bring", chances(report)),
    ...section("How many more runs", further(report)),
    ...section("Endpoints over runs", curveLines(report)),
    ...section("Seen in one run only", some(report.once.map(({ endpoint, run }) => `${endpoint}  in ${run}`))),
    ...section("Not in every run", rhythmLines(report.endpoints, SHOWN)),
    ...section("By stratum", strata(report.strata)),
    ...section("Not exercised", some(report.not_exercised.map(({ kind, name, why }) => `${kind} ${name}: ${why}`))),
    ...section("Left out of the count", some(report.left_out.map(leftOut))),
    ...section("What these numbers do not say", caveats(report)),
  ];
  return `${lines.map(plain).join("\n")}\n`;
}

function seen({ m, S_obs, Q1, Q2, age_days, newest }: CoverageReport): string {
  const age = newest === null || age_days === null ? "" : `; the last ended ${plural(age_days, "day")} ago`;
  return `${plural(m, "run")}, ${plural(S_obs, "endpoint")}: ${Q1} in one run only, ${Q2} in two${age}`;
}

function section(title: string, body: readonly string[]): string[] {
  return body.length === 0 ? [] : ["", title, ...body.map((line) => `  ${line}`)];
}

function chances({ m, coverage, chao2, next, intervals }: CoverageReport): string[] {
  if (coverage.value === null) {
    return [m === 1 ? "cannot be told from one run: nothing shows what it missed" : "cannot be told: nothing was seen"];
  }
  return [
    `sample coverage ${number(coverage.value)}${within(intervals.coverage.ci95)}: of all the sightings in a further run, the share`,
    `    that would be of endpoints seen already; the rest, ${number(1 - coverage.value)}, is not covered`,
    `new endpoints expected in the next run: ${number(next.expected_new)}${within(intervals.expected_new.ci95)}`,
    `probability of at least one new endpoint in the next run: ${number(next.p_new)}${within(intervals.p_new.ci95)}`,
    `endpoints there are, seen or not: at least ${number(chao2.value)}${within(chao2.ci95)} (Chao2)`,
  ];
}

function further({ m, target }: CoverageReport): string[] {
  const goal = `to sample coverage ${target.coverage}`;
  if (target.runs === null) return [`${goal}: cannot be told`];
  if (target.runs === 0) return [`${goal}: none, it is reached`];
  const trust =
    target.within_double === true
      ? ""
      : `, which is beyond twice the ${m} that were made: not to be trusted as a number`;
  return [`${goal}: ${target.runs} more${trust}`];
}

function strata(all: readonly Stratum[] | null): string[] {
  return (all ?? []).flatMap(({ stratum, m, S_obs, Q1, coverage, next }) => {
    const told =
      coverage.value === null
        ? "coverage cannot be told"
        : `coverage ${number(coverage.value)}${within(coverage.ci95)}, probability of a new one ${number(next.p_new)}`;
    return [`${stratum}: ${plural(m, "run")}, ${plural(S_obs, "endpoint")}, ${Q1} in one run only; ${told}`];
  });
}

function leftOut({ endpoint, kind, runs }: LeftOut): string {
  return `${endpoint}  ${kind}, in ${plural(runs, "run")}`;
}

function caveats({ flags, m }: CoverageReport): string[] {
  return [
    "runs are not independent: the same tests meet the same endpoints, and what no test does no run shows",
    "they tell how often new endpoints would turn up in runs like these, not in production",
    ...(m < 5 && m > 1 ? [`${m} runs are few: the intervals are wide, and even they are rough`] : []),
    ...flags,
  ];
}

function some(items: readonly string[]): string[] {
  const more = items.length - SHOWN;
  return [...items.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
}
