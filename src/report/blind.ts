/** What the runs behind a candidate could not have seen, in the few lines that a report has for it. */
import { type BlindRuns, BLIND_SPOTS } from "../model/blind-spot.ts";
import type { Candidate } from "../model/candidate.ts";
import { code, markdown } from "./escape.ts";
import { plural } from "./view.ts";

/** One line for a screen that is about something else; none where nothing was hidden, or the candidate does not tell. */
export function blindLine(candidate: Candidate): string[] {
  const { blindSpots = [] } = candidate;
  if (blindSpots.length === 0) return [];
  return [blindSpots.map((blind) => `${blind.blindSpot} in ${share(blind, candidate)}`).join(", ")];
}

export function blindLines(candidate: Candidate | null): string[] {
  if (candidate === null) return [];
  return (candidate.blindSpots ?? []).map((blind) => {
    const means = meaningOf(blind);
    const runs = some(blind, blind.named);
    return `${blind.blindSpot} in ${share(blind, candidate)} (${runs})${means === "" ? "" : `: ${means}`}`;
  });
}

export function blindSection(candidate: Candidate | null): string[] {
  const { blindSpots = [] } = candidate ?? {};
  if (candidate === null || blindSpots.length === 0) return [];
  return [
    "<details>",
    `<summary>What the runs could not see: ${markdown(blindLine(candidate).join(""))}</summary>`,
    "",
    "| blind spot | runs | which | what it means |",
    "| --- | --- | --- | --- |",
    ...blindSpots.map((blind) => {
      const cells = [blind.blindSpot, share(blind, candidate), some(blind, blind.named.map(code)), meaningOf(blind)];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
    "</details>",
    "",
  ];
}

function share({ runs }: BlindRuns, candidate: Candidate): string {
  return `${runs} of ${plural(candidate.runs, "run")}`;
}

function some({ runs, named }: BlindRuns, shown: readonly string[]): string {
  const more = runs - named.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Nothing for a word of another version. */
function meaningOf({ blindSpot }: BlindRuns): string {
  return Object.hasOwn(BLIND_SPOTS, blindSpot) ? (BLIND_SPOTS[blindSpot] ?? "") : "";
}
