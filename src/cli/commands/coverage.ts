/** `sallyport coverage`: how complete the evidence is, and how many more runs would make it so. */
import {
  coverageOf,
  Merger,
  parseIncidence,
  parseStrata,
  type Sightings,
  sightingsIn,
  sightingsOf,
  type Strata,
} from "../../merge/index.ts";
import { CANDIDATE_SCHEMA } from "../../model/candidate.ts";
import { InputError } from "../../model/error.ts";
import type { Prefix } from "../../model/prefix.ts";
import { coverageText, json } from "../../report/index.ts";
import type { Command, ExitCode } from "../command.ts";
import { OWN_OPTIONS, ownOf } from "../evidence-options.ts";
import { isEvidence, schemaOf } from "../artefacts.ts";
import { readText } from "../files.ts";
import { isObservations, mergeFile, mergeText } from "../merge-file.ts";
import { type Arguments, flag, list, nowOf, text } from "../options.ts";

export const coverageCommand: Command = {
  usage: "coverage <evidence>",
  describe: "how complete evidence, or a table of runs and endpoints (CSV), is",
  options: {
    "target-coverage": {
      type: "string",
      requiresArg: true,
      describe: "the sample coverage to count further runs to; 0.99 if not given",
    },
    strata: {
      type: "string",
      requiresArg: true,
      describe: "also by part: by=tool, by=workload, by=phase, by=folder, match=REGEX, or a CSV file of run,stratum",
    },
    "expect-tool": { type: "string", array: true, requiresArg: true, describe: "a tool that should be there (repeat)" },
    ...OWN_OPTIONS,
    seed: { type: "string", requiresArg: true, describe: "for intervals by resampling; 1 if not given" },
  },
  async run(args, { print }): Promise<ExitCode> {
    const path = text(args, "evidence") ?? "";
    const strata = strataOf(text(args, "strata"));
    const sightings = await read(path, ownOf(list(args, "own")), strata);
    const report = coverageOf(sightings, {
      target: targetOf(args),
      seed: seedOf(args),
      strata,
      expectedTools: list(args, "expect-tool"),
      now: nowOf(args),
    });
    print(flag(args, "json") ? `${json(report, 1)}\n` : coverageText(report));
    return 0;
  },
};

async function read(path: string, own: readonly Prefix[], strata: Strata | null): Promise<Sightings> {
  const merger = new Merger();
  if (isEvidence(path) || (path !== "-" && (await isObservations(path)))) {
    await mergeFile(merger, path);
    return merged(merger, path, own);
  }
  const content = readText(path);
  const schema = schemaOf(content);
  if (schema === undefined) return tableIn(content, path, own, strata);
  if (schema === CANDIDATE_SCHEMA)
    throw new InputError(`${path}: a candidate; the evidence it was made from is needed`);
  mergeText(merger, content, path);
  return merged(merger, path, own);
}

function merged(merger: Merger, path: string, own: readonly Prefix[]): Sightings {
  const runs = merger.runs();
  if (runs.length === 0) throw new InputError(`${path}: no run`);
  return sightingsOf({ runs, endpoints: { [Symbol.iterator]: () => merger.endpoints() } }, own);
}

function tableIn(content: string, path: string, own: readonly Prefix[], strata: Strata | null): Sightings {
  if (/^\s*[[{]/.test(content)) throw new InputError(`${path}: neither evidence nor a table in CSV`);
  if (strata?.of === "sighting")
    throw new InputError(`--strata by=${strata.by} goes with evidence: a table does not tell it`);
  if (own.length > 0) throw new InputError("--own goes with evidence: a table does not tell addresses apart");
  return sightingsIn(parseIncidence(content, path));
}

function targetOf(args: Arguments): number {
  const given = text(args, "target-coverage") ?? "0.99";
  const target = /^(0?\.\d{1,9}|0)$/.test(given) ? Number(given) : NaN;
  if (!(target > 0 && target < 1))
    throw new InputError(`--target-coverage: expected a share between 0 and 1, such as 0.99, not ${given}`);
  return target;
}

function seedOf(args: Arguments): number {
  const given = text(args, "seed") ?? "1";
  if (!/^\d{1,15}$/.test(given)) throw new InputError(`--seed: expected a whole number, not ${given}`);
  return Number(given);
}

const KINDS = ["tool", "workload", "phase", "folder"] as const;

function strataOf(given: string | null): Strata | null {
  if (given === null) return null;
  const [, form, value = ""] = /^(by|match)=(.*)$/s.exec(given) ?? [];
  if (form === "match") return byPattern(value);
  if (form === undefined) return parseStrata(readText(given), given);
  const by = KINDS.find((kind) => kind === value);
  if (by === undefined) throw new InputError(`--strata: by= takes ${KINDS.join(", ")}, not ${value}`);
  return by === "folder" ? byPattern("^([^/]*)/") : { of: "sighting", by };
}

/** What the first group of the pattern takes from a run's id, or all that it takes. */
function byPattern(source: string): Strata {
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, "u");
  } catch {
    throw new InputError(`--strata: not a regular expression: ${source}`);
  }
  const stratumOf = (run: string): string | null => {
    const found = pattern.exec(run);
    return found === null ? null : (found[1] ?? found[0]);
  };
  return { of: "run", stratumOf, declared: [] };
}
