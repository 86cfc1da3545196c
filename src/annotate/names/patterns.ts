/** Families of hosts and siblings among the names seen: patterns to consider, and those that would let other tenants in. */
import { compareNumbers, compareText, sortedUnique } from "../../model/compare.ts";
import type { EndpointEvidence } from "../../model/evidence.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import type { SuggestedPattern } from "../../model/strategy.ts";
import type { PublishedPatterns } from "./published.ts";
import { isRegion, withoutNumber } from "./regions.ts";
import { factsOf, spansTenants } from "./tenancy.ts";

/** As many labels, each in a run of its own: two are a coincidence, and one run may walk through a list. */
const ENOUGH = 3;

type Basis = SuggestedPattern["basis"];

interface Shape {
  readonly pattern: string;
  readonly basis: Basis;
  readonly source: string | null;
}

interface Group extends Shape {
  readonly sample: EndpointEvidence;
  /** The runs of each name; within a group, a name is its varying label. */
  readonly runs: Map<Fqdn, readonly string[]>;
}

export function suggestPatterns(
  endpoints: readonly EndpointEvidence[],
  publishedFor: PublishedPatterns,
): SuggestedPattern[] {
  const groups = new Map<string, Group>();
  for (const endpoint of endpoints) {
    const { name, transport, port, flags, incidence } = endpoint;
    if (name === null || flags.includes("infrastructure") || flags.includes("ambiguous")) continue;
    for (const shape of shapesOf(name, publishedFor(endpoint))) {
      const key = `${shape.basis} ${shape.pattern} ${transport} ${port ?? ""}`;
      const group = groups.get(key) ?? { ...shape, sample: endpoint, runs: new Map() };
      groups.set(key, group);
      group.runs.set(name, [...(group.runs.get(name) ?? []), ...incidence.map(({ run }) => run)]);
    }
  }
  const found = [...groups.values()].filter((g) => g.basis === "published" || inDifferentRuns([...g.runs.values()]));
  const narrower = new Map<string, Group[]>();
  for (const group of found.filter(({ basis }) => basis === "number" || basis === "region")) {
    for (const name of group.runs.keys()) {
      const key = placeOf(name, group.sample);
      narrower.set(key, [...(narrower.get(key) ?? []), group]);
    }
  }
  const isSaid = (group: Group): boolean =>
    group.basis === "label" &&
    (narrower.get(placeOf(group.sample.name ?? "", group.sample)) ?? []).some((other) => saysTheSame(other, group));
  return found
    .filter((group) => !isSaid(group))
    .map(suggestion)
    .sort(compare);
}

function shapesOf(name: Fqdn, published: ReturnType<PublishedPatterns>): Shape[] {
  const labels = name.split(".");
  const [first = "", ...rest] = labels;
  const tail = rest.join(".");
  const numberless = withoutNumber(first);
  return [
    ...(numberless !== null && isWorthSaying(tail) ? [guessed([numberless, ...rest].join("."), "number")] : []),
    ...labels.flatMap((label, i) =>
      isRegion(label) && isWorthSaying(labels.slice(i + 1).join("."))
        ? [guessed(labels.with(i, "*").join("."), "region")]
        : [],
    ),
    ...(published === null && isWorthSaying(tail) ? [guessed(`*.${tail}`, "label")] : []),
    ...(published === null ? [] : [{ ...published, basis: "published" as const }]),
  ];
}

const guessed = (pattern: string, basis: Basis): Shape => ({ pattern, basis, source: null });

/** Nobody asks for `*.com`: names below a public suffix of a registry have nothing in common. */
function isWorthSaying(tail: string): boolean {
  if (tail === "") return false;
  const { owned, shared, kind } = factsOf(tail);
  return owned !== null || shared !== null || kind === "private" || spansTenants(tail) === null;
}

/** Whether enough of them can each be given a run that no other is given (augmenting paths; a handful is enough). */
export function inDifferentRuns(runsOf: readonly (readonly string[])[]): boolean {
  if (runsOf.length < ENOUGH) return false;
  const takenBy = new Map<string, number>();
  const give = (label: number, tried: Set<string>): boolean => {
    for (const run of runsOf[label] ?? []) {
      if (tried.has(run)) continue;
      tried.add(run);
      const holder = takenBy.get(run);
      if (holder !== undefined && !give(holder, tried)) continue;
      takenBy.set(run, label);
      return true;
    }
    return false;
  };
  let given = 0;
  for (let label = 0; label < runsOf.length && given < ENOUGH; label++) if (give(label, new Set())) given++;
  return given >= ENOUGH;
}

const placeOf = (name: string, { transport, port }: EndpointEvidence): string => `${name} ${transport} ${port ?? ""}`;

/** A wider pattern that takes in no other name says no more than the narrower one. */
function saysTheSame(narrow: Group, wide: Group): boolean {
  return narrow.runs.size === wide.runs.size && [...wide.runs.keys()].every((name) => narrow.runs.has(name));
}

function suggestion({ pattern, basis, source, sample, runs }: Group): SuggestedPattern {
  const tail = pattern.slice(pattern.lastIndexOf("*") + 1).replace(/^[^.]*\./, "");
  const { transport, port } = sample;
  return { pattern, basis, transport, port, names: sortedUnique(runs.keys()), refused: spansTenants(tail), source };
}

function compare(a: SuggestedPattern, b: SuggestedPattern): number {
  return (
    compareText(a.pattern, b.pattern) ||
    compareText(a.transport, b.transport) ||
    compareNumbers(a.port, b.port) ||
    compareText(a.basis, b.basis)
  );
}
