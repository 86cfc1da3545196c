/** Rules in force by a pattern of names that lets other tenants' names in. */
import type { Finding } from "../model/finding.ts";
import type { Layer, PolicyRule } from "../model/policy.ts";
import { finding } from "./finding.ts";

/** Why names ending in this are not one owner's, or null where they are. */
export type SpansTenants = (tail: string) => string | null;

export function judgePatterns(layer: Layer, spansTenants: SpansTenants): Finding[] {
  return layer.rules.flatMap((rule) => {
    const tail = rule.opens && rule.effect === "permit" ? tailOf(rule) : null;
    const why = tail === null ? null : spansTenants(tail);
    if (why === null) return [];
    const common = { layer: layer.dialect, about: rule.text, rule: rule.place, reason: rule.reason };
    return [
      finding({ ...common, kind: "shared-suffix", statement: `covers every name that ends in .${tail}, and ${why}` }),
    ];
  });
}

/** The whole labels after the last wildcard of the rule's host; null where it has none, or nothing after it. */
function tailOf({ text }: PolicyRule): string | null {
  const host = / host: "?([^\s"]+)/.exec(text)?.[1] ?? "";
  const last = Math.max(host.lastIndexOf("*"), host.lastIndexOf("?"), host.lastIndexOf("]"));
  if (last < 0) return null;
  // What stands against the wildcard is the end of a label that others may have registered.
  const tail = host.slice(last + 1).replace(/^[^.]*\.?/, "");
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(tail) ? tail.toLowerCase() : null;
}
