/** `--fail-on`: which kinds of finding make exit code 1. */
import { defaultFailOn } from "../diff/drift.ts";
import { InputError } from "../model/error.ts";
import { FINDING_KINDS, type FindingKind, isFindingKind } from "../model/finding.ts";

export function failOnOf(given: readonly string[]): Set<FindingKind> {
  if (given.length === 0) return defaultFailOn();
  return new Set(
    given.map((kind) => {
      if (isFindingKind(kind)) return kind;
      throw new InputError(`--fail-on: ${kind} is no finding kind; known are ${Object.keys(FINDING_KINDS).join(", ")}`);
    }),
  );
}
