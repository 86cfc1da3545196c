/** What a reviewer should look at: the signals of each endpoint, and the patterns its names suggest or forbid. */
import type { Candidate, Observed } from "../model/candidate.ts";
import { formatEndpoint } from "../model/evidence.ts";
import { SIGNAL_KINDS } from "../model/signal.ts";
import type { PatternAdvice } from "../model/strategy.ts";
import { code, markdown } from "./escape.ts";
import { rate } from "./prices.ts";

/** Rows of one table, as a comment has to stay small. */
const MAX_ROWS = 100;

export function lookoutSection(candidate: Candidate): string[] {
  const observed: readonly Observed[] = [...candidate.rules, ...candidate.notProposed];
  const rows = observed.flatMap(({ endpoint, signals }) =>
    signals.map(({ kind, reason, evidence }) => ({
      weight: Object.keys(SIGNAL_KINDS).indexOf(kind),
      cells: [code(formatEndpoint(endpoint)), kind, markdown(reason), markdown(evidence)],
    })),
  );
  // A stable sort: what weighs the same stays in the order of the endpoints.
  rows.sort((a, b) => a.weight - b.weight);
  const table = [
    "| endpoint | signal | why | what says so |",
    "| --- | --- | --- | --- |",
    ...rows.slice(0, MAX_ROWS).map(({ cells }) => `| ${cells.join(" | ")} |`),
    ...more(rows.length),
  ];
  const signals =
    rows.length === 0 ? [] : folded(`What a reviewer should look at (${rows.length}), none of it a verdict`, table);
  return [...signals, ...patternSection(candidate.patterns)];
}

function patternSection(patterns: readonly PatternAdvice[]): string[] {
  if (patterns.length === 0) return [];
  const rows = patterns.slice(0, MAX_ROWS).map((advice) => {
    const { pattern, names, refused, source, basis } = advice;
    const said = refused === null ? "may be considered" : `refused: ${refused}`;
    const why = basis === "published" ? `published: ${source ?? ""}` : `they differ in a ${basis}`;
    const shown = names.slice(0, 4).map(code).join(", ");
    const cells = [
      code(formatEndpoint({ ...advice, name: pattern, address: null })),
      `${shown}${names.length > 4 ? ` and ${names.length - 4} more` : ""}`,
      markdown(why),
      markdown(said),
      `${rate(advice.exactHitRate)} / ${rate(advice.patternHitRate)}`,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return folded(`Patterns that the names suggest (${patterns.length}); the rules stay exact`, [
    "| pattern | names seen | why | judgement | next run: exact names / pattern |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    ...more(patterns.length),
  ]);
}

function folded(summary: string, body: readonly string[]): string[] {
  return ["<details>", `<summary>${summary}</summary>`, "", ...body, "", "</details>", ""];
}

function more(count: number): string[] {
  return count > MAX_ROWS ? ["", `and ${count - MAX_ROWS} more`] : [];
}
