/** The unified diff of canonical forms: what a person reads beside the findings. */
import { createTwoFilesPatch } from "diff";
import type { Layer } from "../model/policy.ts";

/** Production against candidate, one section a layer; empty when no layer differs in text. */
export function textDiff(pairs: readonly { readonly production: Layer; readonly candidate: Layer | null }[]): string {
  return pairs
    .map(({ production, candidate }) => {
      const before = lines(production);
      const after = candidate ? lines(candidate) : "";
      if (before === after) return "";
      const label = production.dialect;
      return createTwoFilesPatch(`production/${label}`, `candidate/${label}`, before, after, undefined, undefined, {
        context: 2,
      });
    })
    .filter((section) => section !== "")
    .join("");
}

function lines(layer: Layer): string {
  return layer
    .canonical()
    .map((line) => `${line}\n`)
    .join("");
}
