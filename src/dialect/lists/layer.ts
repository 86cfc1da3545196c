/** A list policy as a layer: asked, listed, written in canonical form. */
import type { Instant } from "../../model/instant.ts";
import {
  canonicalLines,
  type Decision,
  type Layer,
  type PolicyRule,
  type Question,
  type TrailStep,
} from "../../model/policy.ts";
import type { PolicyFile } from "../contract.ts";
import { decideList } from "./judge.ts";
import type { List, ListReader } from "./list.ts";
import { trailOf } from "./trail.ts";
import { addressesOf, entryText } from "./text.ts";

export interface ListLayer extends Layer {
  readonly list: List;
  readonly reader: ListReader;
}

export function loadList(reader: ListReader, files: readonly PolicyFile[]): ListLayer {
  const list = reader.read(files);
  const rules = list.entries.map((entry): PolicyRule => ({
    place: entry.place,
    effect: entry.effect,
    text: entryText(entry),
    // None of these systems has a clock.
    expires: null,
    reason: entry.reason ?? (reader.holdsReasons ? null : "its file has no place for a reason"),
    opens: entry.effect === "permit",
    addresses: addressesOf(entry.test),
  }));
  return {
    dialect: reader.dialect,
    files: files.map(({ path }) => path),
    defaultEffect: list.otherwise,
    rules,
    notModelled: list.notModelled,
    list,
    reader,
    decide: (question: Question, _now: Instant): Decision => decideList(list, reader, question),
    trail: (question: Question): readonly TrailStep[] => trailOf(list, reader, question),
    canonical: () => [`default ${list.otherwise}`, ...canonicalLines(rules)],
  };
}
