/** One question on one screen: what was seen, whose it is, what a rule would open, and how narrow it can be told. */
import { type Approved, sayApproved } from "../model/approval.ts";
import { ownersOf } from "../model/annotation.ts";
import type { Candidate, Observed } from "../model/candidate.ts";
import type { NarrowRule, OpenQuestion, OpenState } from "../model/review.ts";
import { blindLine } from "./blind.ts";
import { completeLine } from "./complete.ts";
import { json, plain } from "./escape.ts";
import { priceLines, signalLines } from "./priced.ts";
import { howSeen, inRuns, lookAt, plural, wayOf } from "./view.ts";

const STATES: Readonly<Record<OpenState, string>> = {
  undecided: "nobody has decided it",
  lapsed: "the decision on it is over",
  void: "another rule was approved than is asked for now",
  "within-envelope": "new, and inside what was agreed on beforehand",
};

/** Lines told of one list: a screen has room for a few. */
const SHOWN = 6;

export interface Screen {
  readonly question: OpenQuestion;
  readonly rules: readonly NarrowRule[];
  readonly number: number;
  readonly of: number;
  /** What the question is from, which tells how complete the evidence is. */
  readonly candidate: Candidate;
  /** What was approved, where the ledger tells it. */
  readonly was: Approved | null;
}

export function reviewScreen({ question, rules, number, of, candidate, was }: Screen): string {
  const lines = [
    `${number} of ${of}  ${question.endpoint}`,
    `  why asked  ${STATES[question.state]}`,
    ...(was === null ? [] : [`  approved   ${sayApproved(was)}`, `  asked now  ${sayApproved(question.approved)}`]),
    ...question.seen.flatMap(wayLines),
    ...completeLine(candidate).map((line) => `  complete   ${line}`),
    ...blindLine(candidate).map((line) => `  blind spot ${line}`),
    ...signalLines(question.seen),
    `  opens      ${opens(question)}`,
    ...question.seen.flatMap(priceLines),
    ...rules.flatMap(ruleLines),
    `  approves   ${question.digest}`,
  ];
  return `${lines.map(plain).join("\n")}\n`;
}

function wayLines(seen: Observed): string[] {
  const { via, addresses, tags, otherNames, flags, tools, workloads } = seen;
  const owners = ownersOf(tags);
  return [
    `  seen       ${wayOf(seen)} in ${inRuns(seen)}; ${howSeen(seen)}`,
    ...(via === null ? [`  at         ${some(addresses)}${owners.length > 0 ? ` (${some(owners)})` : ""}`] : []),
    ...(otherNames.length > 0 ? [`  also named ${some(otherNames)}`] : []),
    ...(flags.length > 0 ? [`  flags      ${some(flags)}`] : []),
    ...(tools ? [`  by tool    ${some(tools)}`] : []),
    ...(workloads ? [`  by         ${some(workloads)}`] : []),
  ];
}

/** What an approval covers. */
function opens({ seen, approved: { access, reach } }: OpenQuestion): string {
  const addresses = new Set(seen.filter(({ via }) => via === null).flatMap((one) => one.addresses)).size;
  const places = reach.length > 0 ? `, ${reach.join(" and ")}` : "";
  const asked = access.length > 0 ? `; asked of a proxy as ${access.join(" and ")}` : "";
  return `${addresses === 1 ? "1 address" : `${addresses} addresses`} told by address${places}${asked}`;
}

function ruleLines({ target, lines, notExpressed }: NarrowRule): string[] {
  const head = `  ${target.padEnd(10)} `;
  if (notExpressed !== null) return [`${head}cannot say it: ${notExpressed}`];
  const more = lines.length > SHOWN ? [`${" ".repeat(head.length)}and ${lines.length - SHOWN} more`] : [];
  return [...lines.slice(0, SHOWN).map((line, i) => `${i === 0 ? head : " ".repeat(head.length)}${line}`), ...more];
}

function some(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN).join(", ");
  return items.length > SHOWN ? `${shown} and ${items.length - SHOWN} more` : shown || "no known address";
}

export function reviewList(questions: readonly OpenQuestion[], candidate: Candidate): string {
  if (questions.length === 0) return "nothing is undecided\n";
  const lines = questions.map(({ endpoint, state, reason, seen }) => {
    const kinds = lookAt(seen);
    // The reason is that of the first way; what an answer decides is all of them.
    const ways = seen.slice(1).map((way) => `; ${wayOf(way)} in ${inRuns(way)}`);
    return `  ${plain(`${endpoint}: ${state}: ${reason}${ways.join("")}${kinds.length > 0 ? `; look at: ${kinds.join(", ")}` : ""}`)}`;
  });
  const blind = blindLine(candidate).map((line) => `blind spots: ${plain(line)}`);
  const head = `${plural(questions.length, "endpoint")} to be decided:`;
  return `${[head, ...lines, ...completeLine(candidate), ...blind].join("\n")}\n`;
}

export function reviewJson(questions: readonly OpenQuestion[], { completeness, blindSpots }: Candidate): string {
  return `${json({ _schema: "sallyport/review/v1", completeness, blindSpots, questions }, 2)}\n`;
}
