/** The stages in a row; `check` is their composition, and each command is a part of it. */
import { annotate, spansTenants } from "../annotate/index.ts";
import {
  type Asker,
  candidateLayer,
  comparePolicies,
  layersOf,
  type PolicyFile,
  printCandidate,
  printFor,
  type PrintOptions,
  printResolverSets,
} from "../dialect/index.ts";
import {
  type Approved,
  askAlike,
  compareWhereTheyMeet,
  drift,
  pairLayers,
  policyDrift,
  textDiff,
} from "../diff/index.ts";
import type { Candidate, CandidateRule, ListTarget } from "../model/candidate.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Drift, FindingKind } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Layer } from "../model/policy.ts";
import type { Prefix } from "../model/prefix.ts";
import { type Limits, propose, type Reviewers } from "../propose/index.ts";
import { json, plain } from "../report/index.ts";
import { PublishedLists } from "./prefixes/lists.ts";
import type { ReviewedOptions } from "./reviewed.ts";

export interface ProposeInput {
  readonly evidence: Evidence;
  readonly reviewed: ReviewedOptions;
  /** A folder of prefix lists that take the place of those shipped. */
  readonly prefixes?: string | null;
  readonly lifetime: number;
  readonly limits: Limits;
  /** The sandbox's own addresses. */
  readonly own?: readonly Prefix[];
  readonly print: PrintOptions;
  /** Also print what a host whose dnsmasq fills sets would load. */
  readonly resolverSets?: boolean;
  /** Also print for these. */
  readonly targets?: readonly ListTarget[];
  readonly now: Instant;
}

export interface Proposal {
  readonly candidate: Candidate;
  /** The candidate in every dialect, file name to text. */
  readonly files: ReadonlyMap<string, string>;
}

const NOBODY: Reviewers = {
  judge: () => ({ kind: "undecided", because: null, envelope: null }),
  lapsed: () => [],
  declared: () => [],
  allowed: () => [],
  unknown: () => [],
  notices: () => [],
};

/** annotate, propose and print; what a target cannot say is listed in the candidate. */
export function proposal(input: ProposeInput): Proposal {
  const { evidence, reviewed, prefixes = null, lifetime, limits, own, print, now } = input;
  const { reviewers, ...strictness } = reviewed;
  const lists = new PublishedLists(prefixes);
  const annotated = annotate(evidence, lists.index(), reviewers?.allowed() ?? [], lists.names());
  const options = { now, lifetime, limits, own, ...strictness, reviewed: reviewers !== null };
  const bare = propose(annotated, reviewers ?? NOBODY, options);
  const core = printCandidate(bare, now, print);
  const listed = (input.targets ?? []).map((target) => printFor(target, bare, now));
  const owners = new Map(annotated.endpoints.map(({ name, registrableDomain }) => [name, registrableDomain]));
  const fed =
    input.resolverSets === true
      ? [printResolverSets(bare, now, { ...print, registrable: (name) => owners.get(name) ?? null })]
      : [];
  const notExpressed = [core, ...fed, ...listed].flatMap((printed) => printed.notExpressed);
  const asked = listed.map(({ file, text }): [string, string] => [file, text]);
  const told = new Set(fed.flatMap((printed) => [...printed.fed]));
  const rules = bare.rules.map((rule) => (told.has(rule) ? resolverFed(rule) : rule));
  const files = new Map([...core.files, ...fed.flatMap((printed) => [...printed.files]), ...asked]);
  return { candidate: { ...bare, rules, notExpressed }, files };
}

/** What is told of it where a resolver fills sets; `chosen` stays for the files without one. */
function resolverFed(rule: CandidateRule): CandidateRule {
  return { ...rule, chosen: { ...rule.chosen, withResolver: "resolver-fed" } };
}

export interface Comparison {
  readonly drift: Drift;
  /** Unified diff of canonical forms; made when it is asked for, since most reports have none. */
  readonly text: string;
}

export interface CompareContext {
  readonly print: PrintOptions;
  readonly failOn: ReadonlySet<FindingKind>;
  readonly now: Instant;
  /** A candidate approved earlier, where lists that it was made with have moved since. */
  readonly approved?: Approved | undefined;
  /** The least sample coverage of evidence that is enough; null where none is asked for. */
  readonly minCoverage?: number | null;
  readonly earlier?: Candidate | null;
}

/** Production, as layers, against a candidate. */
export function compare(production: readonly PolicyFile[], candidate: Candidate, context: CompareContext): Comparison {
  const layers = layersOf(production, context.print);
  const printed = printCandidate(candidate, context.now, context.print);
  const pairs = layers.map((layer: Layer) => ({
    production: layer,
    candidate: candidateLayer(candidate, printed, layer.dialect, context.now, context.print),
  }));
  return {
    drift: drift({ ...context, layers, candidate, spansTenants }),
    get text(): string {
      return textDiff(pairs).split("\n").map(plain).join("\n");
    },
  };
}

interface AcrossContext {
  readonly asker: Asker;
  /** Which names were seen at which addresses, where policies of both are compared. */
  readonly observed?: Candidate | null;
}

/** Production against another version of it, layer by layer. */
export function compareVersions(
  production: readonly PolicyFile[],
  against: readonly PolicyFile[],
  { print, failOn, now, asker, observed = null }: CompareContext & AcrossContext,
): Comparison {
  const pairs = pairLayers(layersOf(production, print, asker), layersOf(against, print, asker));
  const texts = pairs.map(({ before, after }) => ({ production: before, candidate: after }));
  return {
    drift: policyDrift({
      pairs,
      compare: (before, after) =>
        askAlike(before, after)
          ? comparePolicies(before, after, now)
          : compareWhereTheyMeet(before, after, now, observed),
      failOn,
      now,
    }),
    get text(): string {
      return textDiff(texts, "against").split("\n").map(plain).join("\n");
    },
  };
}

/** Saved artefacts are indented, so that their diffs can be read. */
export function artefact(value: Candidate): string {
  return `${json(value, 1)}\n`;
}
