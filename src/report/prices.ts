/** What each address rule would open, one strategy beside the other, and how often it would have been enough. */
import type { Candidate, CandidateRule } from "../model/candidate.ts";
import { formatEndpoint } from "../model/evidence.ts";
import type { Exposure, HitRate, Strategy } from "../model/strategy.ts";
import { code, markdown } from "./escape.ts";

const MAX_ROWS = 100;

/** Rules whose target has an address, and so a price. */
export function priceTable({ rules }: Candidate): string[] {
  const priced = rules.filter(({ strategies }) => strategies.some(({ kind }) => kind === "observed"));
  if (priced.length === 0) return [];
  const more = priced.length - MAX_ROWS;
  return [
    "<details>",
    `<summary>What each address rule would open, and its hit rate on the next run (${priced.length})</summary>`,
    "",
    "Opened: IPv4 addresses and IPv6 networks of 64 bits. Hit rate: the share of runs that would have found all they used open, the",
    "lower of leaving each run out and of testing the later half on what came before it; `?` with fewer than three runs.",
    "",
    "| endpoint | observed | widened | published | whose | packet filters get |",
    "| --- | --- | --- | --- | --- | --- |",
    ...priced.slice(0, MAX_ROWS).map(row),
    ...(more > 0 ? ["", `and ${more} more`] : []),
    "",
    "</details>",
    "",
  ];
}

function row({ endpoint, strategies, chosen }: CandidateRule): string {
  const of = (kind: Strategy["kind"]): Strategy[] => strategies.filter((strategy) => strategy.kind === kind);
  const wide = of("published")[0] ?? of("observed")[0];
  const cells = [
    code(formatEndpoint(endpoint)),
    of("observed").map(price).join(""),
    of("widened").map(price).join("<br>"),
    [...of("published"), ...of("published-list")].map(price).join("<br>"),
    markdown(wide === undefined ? "" : owners(wide.exposure)),
    markdown(told(chosen)),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** With its reason where that is not the plain case. */
function told({ kind, detail, reason, enough, withResolver }: CandidateRule["chosen"]): string {
  const fed = withResolver === undefined ? "" : `; ${withResolver} where dnsmasq fills sets`;
  if (kind === null) return `nothing: ${reason}${fed}`;
  const what = [kind, detail].filter((part) => part !== "").join(" ");
  return `${enough === false ? `${what}: ${reason}` : what}${fed}`;
}

function price({ detail, exposure, hitRate }: Strategy): string {
  return markdown(`${detail === "" ? "" : `${detail}: `}${short(exposure.hosts)} at ${rate(hitRate)}`);
}

/** `aws S3 eu-west-1; shared; anybody can rent there`. */
export function owners({ whose, tenancy, registrable }: Exposure): string {
  const shown = whose.slice(0, 3).join(", ");
  const rest = whose.length > 3 ? ` and ${whose.length - 3} more` : "";
  return [`${shown}${rest}`, tenancy === "unknown" ? "" : tenancy, registrable === true ? "anybody can rent there" : ""]
    .filter((part) => part !== "")
    .join("; ");
}

/** Beyond what a person reads as a number, by its power of two. */
export function short(count: string | null): string {
  if (count === null || count.length <= 7) return count ?? "";
  return `2^${BigInt(count).toString(2).length - 1}${/^10*$/.test(BigInt(count).toString(2)) ? "" : "+"}`;
}

export function rate({ lower }: HitRate): string {
  return lower === null ? "?" : `${Number((lower * 100).toFixed(1))}%`;
}
