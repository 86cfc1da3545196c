/** Options on how far evidence is believed: what it must cover, and what earlier evidence says. */
import type { Options } from "yargs";
import type { PrintOptions } from "../dialect/index.ts";
import type { Candidate } from "../model/candidate.ts";
import { InputError } from "../model/error.ts";
import { DAY, type Instant } from "../model/instant.ts";
import { parsePrefix, type Prefix } from "../model/prefix.ts";
import { DEFAULT_MAX_TTL } from "../propose/index.ts";
import { readArtefact } from "./artefacts.ts";
import { limitsOf } from "./limits.ts";
import { proposal } from "./pipeline.ts";

export const OWN_OPTIONS: Readonly<Record<string, Options>> = {
  own: {
    type: "string",
    array: true,
    requiresArg: true,
    describe: "an address or prefix of the sandbox itself, such as its gateway: left out of the count (repeat)",
  },
};

export const EVIDENCE_OPTIONS: Readonly<Record<string, Options>> = {
  ...OWN_OPTIONS,
  "min-coverage": {
    type: "string",
    requiresArg: true,
    describe: "report insufficient-evidence below this sample coverage; 0.9 if not given, 0 for never",
  },
  earlier: {
    type: "string",
    requiresArg: true,
    describe: "evidence or a candidate of earlier runs: how often they used what these did not",
  },
};

/** @throws InputError for what is neither an address nor a prefix. */
export function ownOf(given: readonly string[]): Prefix[] {
  return given.map((text) => {
    const prefix = parsePrefix(text);
    if (prefix === null) throw new InputError(`--own: expected an address or prefix, not ${text}`);
    return prefix;
  });
}

/** @throws InputError for what is no share. */
export function minCoverageOf(given: string | null): number | null {
  const gate = /^(0|1|0?\.\d{1,9}|1\.0{1,9})$/.test(given ?? "0.9") ? Number(given ?? "0.9") : NaN;
  if (Number.isNaN(gate)) throw new InputError(`--min-coverage: expected a share such as 0.9, not ${given}`);
  return gate === 0 ? null : gate;
}

export function earlierOf(path: string | null, print: PrintOptions, now: Instant): Candidate | null {
  if (path === null) return null;
  const read = readArtefact(path);
  if (read?.kind === "candidate") return read.candidate;
  if (read?.kind !== "evidence") throw new InputError(`${path}: neither evidence nor a candidate`);
  const reviewed = { reviewers: null, onlyReviewed: false, maxTtl: DEFAULT_MAX_TTL };
  const limits = limitsOf(null, null);
  return proposal({ evidence: read.evidence, reviewed, limits, lifetime: DAY, print, now }).candidate;
}
