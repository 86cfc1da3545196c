/** Verdicts of libnftables JSON: in rules and in the elements of maps. */
import type { VerdictStatement } from "../tree.ts";
import { isObject, type Json, type Place } from "./node.ts";

/** Null for what is none. */
export function verdictOf(json: Json, place: Place): VerdictStatement | null {
  const [entry] = isObject(json) ? Object.entries(json) : [];
  if (entry === undefined) return null;
  const [key, inner] = entry;
  const { at } = place;
  switch (key) {
    case "accept":
    case "drop":
    case "continue":
    case "return":
      return { kind: "verdict", verdict: key, at };
    case "jump":
    case "goto": {
      const { target } = place.object(inner, `the target of ${key}`);
      return { kind: "branch", verdict: key, target: { kind: "named", name: place.name(target, "a chain") }, at };
    }
    default:
      return null;
  }
}
