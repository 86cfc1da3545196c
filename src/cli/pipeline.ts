/** The stages in a row; `check` is their composition, and each command is a part of it. */
import { annotate } from "../annotate/index.ts";
import {
  type Asker,
  candidateLayer,
  comparePolicies,
  layersOf,
  type PolicyFile,
  printCandidate,
  type PrintOptions,
} from "../dialect/index.ts";
import { drift, pairLayers, policyDrift, textDiff } from "../diff/index.ts";
import type { Candidate } from "../model/candidate.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Drift, FindingKind } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Layer } from "../model/policy.ts";
import { type Decided, Decisions, propose } from "../propose/index.ts";
import { plain } from "../report/index.ts";
import { shippedPrefixes } from "./files.ts";

export interface ProposeInput {
  readonly evidence: Evidence;
  /** Null where no allowlist was given. */
  readonly decided: readonly Decided[] | null;
  readonly lifetime: number;
  readonly print: PrintOptions;
  readonly now: Instant;
}

export interface Proposal {
  readonly candidate: Candidate;
  /** The candidate in every dialect, file name to text. */
  readonly files: ReadonlyMap<string, string>;
}

/** annotate, propose and print; what a target cannot say is listed in the candidate. */
export function proposal({ evidence, decided, lifetime, print, now }: ProposeInput): Proposal {
  const annotated = annotate(evidence, shippedPrefixes());
  const options = { now, lifetime, reviewed: decided !== null };
  const bare = propose(annotated, new Decisions(decided ?? [], now), options);
  const { files, notExpressed } = printCandidate(bare, now, print);
  return { candidate: { ...bare, notExpressed }, files };
}

export interface Comparison {
  readonly drift: Drift;
  /** Unified diff of canonical forms. */
  readonly text: string;
}

export interface CompareContext {
  readonly print: PrintOptions;
  readonly failOn: ReadonlySet<FindingKind>;
  readonly now: Instant;
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
    candidate: candidateLayer(printed, layer.dialect, context.print),
  }));
  return {
    drift: drift({ ...context, layers, candidate }),
    text: textDiff(pairs).split("\n").map(plain).join("\n"),
  };
}

/** Production against another version of it, layer by layer. */
export function compareVersions(
  production: readonly PolicyFile[],
  against: readonly PolicyFile[],
  { print, failOn, now, asker }: CompareContext & { readonly asker: Asker },
): Comparison {
  const pairs = pairLayers(layersOf(production, print, asker), layersOf(against, print, asker));
  const texts = pairs.map(({ before, after }) => ({ production: before, candidate: after }));
  return {
    drift: policyDrift({ pairs, compare: comparePolicies, failOn, now }),
    text: textDiff(texts, "against").split("\n").map(plain).join("\n"),
  };
}

/** Saved artefacts are indented, so that their diffs can be read. */
export function artefact(value: Candidate): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
