/** The Markdown report: a verdict, one table of what needs review, and the rest folded away. */
import { ownersOf } from "../model/annotation.ts";
import type { Observed } from "../model/candidate.ts";
import { formatEndpoint } from "../model/evidence.ts";
import { ADVICE } from "./advice.ts";
import { blindSection } from "./blind.ts";
import { completeSection } from "./complete.ts";
import { code, markdown } from "./escape.ts";
import type { Entry, Group } from "./group.ts";
import { lookoutSection } from "./lookout.ts";
import { priceTable } from "./prices.ts";
import { howSeen, lookAt, plural, seenIn, type ReportInput, type View, view } from "./view.ts";

/** Entries listed of one group, so that a comment stays below the size that code hosts take. */
const MAX_ENTRIES = 100;

export function markdownReport(input: ReportInput): string {
  const v = view(input);
  return [
    `## Egress check: ${v.verdict}`,
    "",
    `${v.verdict === "review needed" ? `**${markdown(v.headline)}**` : markdown(v.headline)}. ${markdown(v.scope)}.`,
    "",
    ...v.deciding.flatMap((group) => [...heading(group), ...advised(group), ...table(group, v), ""]),
    ...v.told.flatMap((group) => folded(group, [...advised(group), ...table(group, v), ""])),
    ...(v.apart.length > 0
      ? [`The network's own, shown apart: ${v.apart.slice(0, 20).map(code).join(", ")}.`, ""]
      : []),
    ...completeSection(v.candidate),
    ...blindSection(v.candidate),
    ...(v.unknown.length > 0
      ? [`No allowlist for workload ${v.unknown.slice(0, 20).map(code).join(", ")}: nothing it used is approved.`, ""]
      : []),
    ...(v.declared.length > 0
      ? [`Declared and not yet observed, kept: ${v.declared.slice(0, 20).map(code).join(", ")}.`, ""]
      : []),
    ...(v.candidate === null ? [] : [...lookoutSection(v.candidate), ...priceTable(v.candidate)]),
    ...(v.aged === null ? [] : [`${markdown(v.aged)}.`, ""]),
    ...proposal(v),
  ].join("\n");
}

function heading(group: Group): string[] {
  return [`### ${group.kind}: ${markdown(group.title)} (${group.entries.length})`, ""];
}

function advised({ kind }: Group): string[] {
  return [ADVICE[kind], ""];
}

function folded(group: Group, body: readonly string[]): string[] {
  const summary = `${group.kind}: ${markdown(group.title)} (${group.entries.length})`;
  return ["<details>", `<summary>${summary}</summary>`, "", ...body, "</details>", ""];
}

function table(group: Group, v: View): string[] {
  const shown = group.entries.slice(0, MAX_ENTRIES);
  const more = group.entries.length - shown.length;
  const rows = group.kind === "new-endpoint" ? endpointTable(shown, v) : findingTable(shown);
  return more > 0 ? [...rows, "", `and ${more} more`] : rows;
}

function endpointTable(entries: readonly Entry[], v: View): string[] {
  return [
    "| endpoint | seen | how the name is known | addresses | look at | denied by | proposed |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...entries.map((entry) => {
      const ways = v.observed.get(entry.subject);
      if (!ways) return row([code(entry.subject), "", "", "", "", entry.layers.join(", "), ""]);
      const rule = v.candidate?.rules.find((r) => formatEndpoint(r.endpoint) === entry.subject);
      const refused = v.candidate?.notProposed.find((n) => formatEndpoint(n.endpoint) === entry.subject);
      return row([
        code(entry.subject),
        ways.map((one) => seenIn(one, ways).replace(/^in /, "")).join("<br>"),
        ways.map((one) => markdown(howSeen(one))).join("<br>"),
        ways.flatMap((one) => (one.via === null ? [places(one)] : [])).join("<br>"),
        lookAt(ways).join(", "),
        entry.layers.join(", "),
        rule
          ? markdown(`until ${rule.expires.slice(0, 10)}, ${rule.review}: ${rule.reason}`)
          : markdown(refused?.reason ?? ""),
      ]);
    }),
  ];
}

function places({ addresses, tags }: Observed): string {
  const owners = ownersOf(tags).slice(0, 4).join(", ");
  return `${addresses.slice(0, 4).map(code).join(", ")}${owners === "" ? "" : ` (${markdown(owners)})`}`;
}

/** What is about no layer and at no place of a file has no columns for them. */
function findingTable(entries: readonly Entry[]): string[] {
  const isPlaced = entries.some(({ findings: [first], layers }) => layers.length > 0 || (first?.rule ?? null) !== null);
  const head = isPlaced ? ["layer", "where", "what"] : ["what"];
  return [
    row(head),
    row(head.map(() => "---")),
    ...entries.map(({ findings: [first], layers, subject, statement }) => {
      const what = `${code(subject)}: ${markdown(statement)}`;
      return row(isPlaced ? [layers.join(", "), code(first?.rule ?? ""), what] : [what]);
    }),
  ];
}

function proposal(v: View): string[] {
  if (v.candidate === null || v.candidate.rules.length === 0) return [];
  const { rules, proposedAt } = v.candidate;
  const rows = rules
    .slice(0, MAX_ENTRIES)
    .map((r) =>
      row([
        code(formatEndpoint(r.endpoint)),
        r.via ? `${r.via.kind} ${code(r.via.address ?? "")}` : "direct",
        `${r.evidence.runs} of ${r.evidence.of}`,
        r.expires.slice(0, 10),
        r.review,
        markdown(r.reason),
        markdown(r.owner ?? ""),
      ]),
    );
  const more = rules.length - rows.length;
  return [
    "<details>",
    `<summary>The candidate policy: ${plural(rules.length, "rule")}, proposed at ${proposedAt}</summary>`,
    "",
    "| endpoint | way | runs | expires | review | reason | owner |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    ...(more > 0 ? ["", `and ${more} more`] : []),
    "",
    "</details>",
    "",
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
