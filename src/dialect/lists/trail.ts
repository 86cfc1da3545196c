/** The way of one destination down a list: each entry that matches it, or may. */
import type { Question, TrailStep } from "../../model/policy.ts";
import { doubtOf, entriesMetBy, holds } from "./judge.ts";
import type { List, ListReader } from "./list.ts";
import { entryText } from "./text.ts";

export function trailOf(list: List, { dialect, sees, governs }: ListReader, question: Question): TrailStep[] {
  if (!governs.includes(question.transport)) return [];
  const steps: TrailStep[] = [{ kind: "chain", depth: 0, text: `entries of ${dialect}` }];
  for (const entry of entriesMetBy(list, question)) {
    const { place, effect, test } = entry;
    const answer = holds(test, question, sees);
    if (answer === false) continue;
    const doubt = answer === null ? (doubtOf(test) ?? "cannot be told") : null;
    steps.push({ kind: "rule", depth: 1, place, text: entryText(entry), action: effect, doubt });
    if (answer === true) return steps;
  }
  return [...steps, { kind: "policy", depth: 1, text: `default ${list.otherwise}`, sure: steps.length === 1 }];
}
