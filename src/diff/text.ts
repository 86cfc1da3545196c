/** The unified diff of canonical forms: what a person reads beside the findings. */
import { createTwoFilesPatch } from "diff";
import type { Layer } from "../model/policy.ts";

/** Production against something else, one section a layer; empty when no layer differs in text. */
export function textDiff(
  pairs: readonly { readonly production: Layer; readonly candidate: Layer }[],
  other: "candidate" | "against" = "candidate",
): string {
  return pairs
    .map(({ production, candidate }) => {
      const [before, after] = [lines(production), lines(candidate)];
      if (before === after) return "";
      const label = production.dialect;
      return createTwoFilesPatch(`production/${label}`, `${other}/${label}`, before, after, undefined, undefined, {
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
