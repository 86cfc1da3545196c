/** What lists say of prefixes (provider, service, region, version), each thing said once and in one total order. */
import type { PrefixTag } from "../../model/annotation.ts";
import { compareText } from "../../model/compare.ts";

export type Label = Omit<PrefixTag, "prefix">;

/** Labels in ascending order without repeats, and where each number of the original list is among them. */
export interface RankedLabels {
  readonly rankOf: Uint32Array;
  readonly byRank: readonly Label[];
}

export function rankLabels(labels: readonly Label[]): RankedLabels {
  const rankOf = new Uint32Array(labels.length);
  const byRank: Label[] = [];
  const numbered = labels.map((label, number) => ({ label, number }));
  for (const { label, number } of numbered.sort((a, b) => compareLabels(a.label, b.label))) {
    const last = byRank.at(-1);
    if (last === undefined || compareLabels(last, label) !== 0) byRank.push(label);
    rankOf[number] = byRank.length - 1;
  }
  return { rankOf, byRank };
}

/**
 * Services that hold all others of their provider: AWS lists every prefix as AMAZON and again as EC2, S3, …; Azure's
 * AzureCloud likewise. Of two tags on one prefix the other says more.
 */
const SUPERSET = /^(AMAZON|AzureCloud(\..*)?|all)$/;

/** By provider, what says more first (no superset, a region), service, region, version. */
function compareLabels(a: Label, b: Label): number {
  return (
    compareText(a.provider, b.provider) ||
    Number(SUPERSET.test(a.service)) - Number(SUPERSET.test(b.service)) ||
    Number(a.region === null) - Number(b.region === null) ||
    compareText(a.service, b.service) ||
    compareText(a.region ?? "", b.region ?? "") ||
    compareText(a.version, b.version)
  );
}
