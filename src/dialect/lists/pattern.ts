/** Sets of host names. What a star means differs between systems, so here it is always spelled out. */
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";

export type HostPattern =
  | { readonly kind: "any" }
  | { readonly kind: "exact"; readonly name: Fqdn }
  /** Names below `base`: by one label, or at any depth; with `apex`, `base` too. */
  | { readonly kind: "below"; readonly base: Fqdn; readonly depth: "one" | "any"; readonly apex: boolean }
  /** Stars within the name; each stays in its label, or with `crosses` takes dots too. */
  | { readonly kind: "glob"; readonly text: string; readonly crosses: boolean };

/** How a system reads what it is given as a host. */
export interface Wildcards {
  /** What `*.x` takes; null where stars are not read. */
  readonly star: { readonly depth: "one" | "any"; readonly apex: boolean } | null;
  /** What `.x` takes; null where a leading dot is no host. */
  readonly dot: { readonly depth: "any"; readonly apex: boolean } | null;
  /** Whether plain `x` also takes every name below x. */
  readonly plainIsBelow: boolean;
  /** Whether stars may stand elsewhere, and whether those take dots. */
  readonly inner: "none" | "label" | "crosses";
  /** Whether a star alone is every host. */
  readonly lone: boolean;
}

const GLOB = /^[a-z0-9_*-]+(\.[a-z0-9_*-]+)*$/;
const MAX_STARS = 16;

/** Null for what the system would not take as a host. */
export function parsePattern(text: string, reads: Wildcards): HostPattern | null {
  if (text.length > 255) return null;
  const lower = text.toLowerCase();
  if (lower === "*") return reads.lone ? { kind: "any" } : null;
  const [, lead = "", rest = ""] = /^(\*\.|\.)?(.*)$/s.exec(lower) ?? [];
  const meaning = lead === "*." ? reads.star : lead === "." ? reads.dot : null;
  const base = parseFqdn(rest);
  if (base !== null && lead === "")
    return reads.plainIsBelow ? { kind: "below", base, depth: "any", apex: true } : { kind: "exact", name: base };
  if (base !== null) return meaning === null ? null : { kind: "below", base, ...meaning };
  if (reads.inner === "none" || !GLOB.test(lower) || lower.split("*").length - 1 > MAX_STARS) return null;
  return lower.includes("*") ? { kind: "glob", text: lower, crosses: reads.inner === "crosses" } : null;
}

export function takes(pattern: HostPattern, name: Fqdn): boolean {
  switch (pattern.kind) {
    case "any":
      return true;
    case "exact":
      return pattern.name === name;
    case "below": {
      const { base, depth, apex } = pattern;
      if (name === base) return apex;
      return name.endsWith(`.${base}`) && (depth === "any" || !name.slice(0, -base.length - 1).includes("."));
    }
    case "glob":
      return pattern.crosses ? globs(pattern.text, name) : globsByLabel(pattern.text.split("."), name.split("."));
  }
}

function globsByLabel(patterns: readonly string[], labels: readonly string[]): boolean {
  return patterns.length === labels.length && patterns.every((pattern, i) => globs(pattern, labels[i] ?? ""));
}

/** Greedy with one step back: linear in practice, quadratic at worst, and never more. */
function globs(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") [star, mark] = [p++, t];
    else if (pattern[p] === text[t]) [p, t] = [p + 1, t + 1];
    else if (star >= 0) [p, t] = [star + 1, ++mark];
    else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** The same set as an anchored regular expression, for the exact comparison of names. */
export function expressionOf(pattern: HostPattern): string {
  switch (pattern.kind) {
    case "any":
      return "";
    case "exact":
      return `^${literal(pattern.name)}$`;
    case "below": {
      const lead = pattern.depth === "one" ? "[a-z0-9_-]+\\." : "[a-z0-9_.-]+\\.";
      return `^(${lead})${pattern.apex ? "?" : ""}${literal(pattern.base)}$`;
    }
    case "glob":
      return `^${literal(pattern.text).replaceAll("*", pattern.crosses ? "[a-z0-9_.-]*" : "[a-z0-9_-]*")}$`;
  }
}

const literal = (text: string): string => text.replaceAll(".", "\\.");

/** For people, without a star that each would read in their own way. */
export function describePattern(pattern: HostPattern): string {
  switch (pattern.kind) {
    case "any":
      return "any host";
    case "exact":
      return pattern.name;
    case "below": {
      const depth = pattern.depth === "one" ? "one label below" : "anything below";
      return `${pattern.apex ? `${pattern.base} and ` : ""}${depth} ${pattern.base}`;
    }
    case "glob":
      return `${pattern.text}${pattern.crosses ? " (stars take dots)" : ""}`;
  }
}
