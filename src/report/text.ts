/** The terminal report: the answer in the first line, what decided it next, the rest short. */
import { ownersOf } from "../model/annotation.ts";
import type { Observed } from "../model/candidate.ts";
import { formatEndpoint } from "../model/evidence.ts";
import { blindLines } from "./blind.ts";
import { completeLine } from "./complete.ts";
import { plain } from "./escape.ts";
import type { Entry, Group } from "./group.ts";
import { howSeen, lookAt, seenIn, type ReportInput, type View, view } from "./view.ts";

type Style = "bold" | "red" | "green" | "yellow" | "dim";
const CODES: Readonly<Record<Style, number>> = { bold: 1, red: 31, green: 32, yellow: 33, dim: 2 };
type Paint = (style: Style, text: string) => string;

/** Entries listed of a group that did not decide the verdict. */
const TOLD_ENTRIES = 10;

export function textReport(input: ReportInput, options: { readonly color: boolean }): string {
  const paint: Paint = (style, text) => (options.color ? `\u001B[${CODES[style]}m${text}\u001B[0m` : text);
  const v = view(input);
  const review = v.verdict === "review needed";
  return [
    `${paint("bold", paint(review ? "red" : "green", v.verdict.toUpperCase()))}: ${v.headline}`,
    paint("dim", v.scope),
    ...completeLine(v.candidate).map((line) => paint("dim", line)),
    ...v.deciding.flatMap((group) => section(group, v, paint, "red", Infinity)),
    ...v.told.flatMap((group) => section(group, v, paint, "yellow", TOLD_ENTRIES)),
    ...(v.apart.length > 0 ? ["", paint("dim", `the network's own, shown apart: ${plain(some(v.apart))}`)] : []),
    ...hidden(v, paint),
    ...(v.unknown.length > 0
      ? ["", `no allowlist for workload ${plain(some(v.unknown))}: nothing it used is approved`]
      : []),
    ...(v.declared.length > 0 ? ["", `declared and not yet observed, kept: ${plain(some(v.declared))}`] : []),
    ...(v.aged === null ? [] : ["", paint("dim", plain(v.aged))]),
    "",
  ].join("\n");
}

function hidden({ candidate }: View, paint: Paint): string[] {
  const lines = blindLines(candidate);
  if (lines.length === 0) return [];
  return [
    "",
    `${paint("yellow", "blind spots")}: what the runs could not see`,
    ...lines.map((line) => `  ${plain(line)}`),
  ];
}

function section(group: Group, v: View, paint: Paint, style: Style, limit: number): string[] {
  const shown = group.entries.slice(0, limit);
  const more = group.entries.length - shown.length;
  return [
    "",
    `${paint(style, group.kind)} (${group.entries.length}): ${group.title}`,
    ...shown.flatMap((entry) => entryLines(entry, v, paint)),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function entryLines(entry: Entry, v: View, paint: Paint): string[] {
  const ways = v.observed.get(entry.subject);
  const [first] = entry.findings;
  if (!ways || first?.kind !== "new-endpoint") {
    const place = first?.rule && !entry.findings[0]?.endpoint ? `${first.rule}  ` : "";
    const layers = first?.endpoint && entry.layers.length > 0 ? paint("dim", `  [${entry.layers.join(", ")}]`) : "";
    return [`  ${paint("dim", plain(place))}${plain(first?.message ?? entry.subject)}${layers}`];
  }
  return [`  ${paint("bold", plain(entry.subject))}`, ...facts(entry, ways, v).map((line) => `    ${plain(line)}`)];
}

function facts(entry: Entry, ways: readonly Observed[], v: View): string[] {
  const kinds = lookAt(ways);
  const rule = v.candidate?.rules.find((r) => formatEndpoint(r.endpoint) === entry.subject);
  const refused = v.candidate?.notProposed.find((n) => formatEndpoint(n.endpoint) === entry.subject);
  return [
    ...ways.flatMap((one) => wayLines(one, ways)),
    ...(kinds.length > 0 ? [`look at: ${kinds.join(", ")}`] : []),
    `denied by production: ${entry.layers.join(", ")}`,
    ...(rule ? [`proposed: permit until ${rule.expires.slice(0, 10)}, ${rule.review}: ${rule.reason}`] : []),
    ...(refused ? [`not proposed: ${refused.reason}`] : []),
  ];
}

function wayLines(one: Observed, ways: readonly Observed[]): string[] {
  const seen = `seen ${seenIn(one, ways)}; ${howSeen(one)}`;
  // Through a proxy the address is the proxy's.
  if (one.via !== null) return [seen];
  const owners = ownersOf(one.tags);
  return [seen, `at ${some(one.addresses)}${owners.length > 0 ? ` (${some(owners)})` : ""}`];
}

function some(items: readonly string[]): string {
  const shown = items.slice(0, 4).join(", ");
  return items.length > 4 ? `${shown} and ${items.length - 4} more` : shown || "no known address";
}
