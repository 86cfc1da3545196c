/** Names that stand for all names, where every pattern is a name or what is below one: no automaton is needed to find them. */
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import type { HostPattern } from "./pattern.ts";
import { describePattern } from "./pattern.ts";

export type Suffix = Extract<HostPattern, { kind: "below" }>;

export interface NameClass {
  readonly word: string;
  /** The patterns that take it, as they are described. */
  readonly takenBy: readonly string[];
}

/**
 * What takes a name is settled by the longest base it is below, and by whether it is one label below it or more: so each base needs
 * one new name below it, a second one where depth counts, and there is one name below none.
 */
export function suffixClasses(patterns: readonly Suffix[], written: ReadonlySet<string>): NameClass[] {
  const byBase = new Map<string, Suffix[]>();
  for (const pattern of patterns) byBase.set(pattern.base, [...(byBase.get(pattern.base) ?? []), pattern]);
  const isNew = (name: string): boolean => !written.has(name) && !byBase.has(name);
  const found: NameClass[] = [];
  for (const [base, own] of byBase) {
    const child = below(base, isNew);
    const words = child === null ? [] : [child];
    if (child !== null && own.some(({ depth }) => depth === "one")) words.push(below(child, isNew) ?? child);
    for (const word of new Set(words)) found.push({ word, takenBy: takersOf(word, byBase) });
  }
  const outside = below("", isNew);
  return outside === null ? found : [...found, { word: outside, takenBy: [] }];
}

/** The first name right below that nobody wrote; null where none is short enough. */
function below(base: string, isNew: (name: string) => boolean): Fqdn | null {
  for (let i = 0; ; i++) {
    const label = i < 26 ? String.fromCharCode(97 + i) : `a${i}`;
    const name = parseFqdn(base === "" ? label : `${label}.${base}`);
    if (name === null || isNew(name)) return name;
  }
}

function takersOf(name: string, byBase: ReadonlyMap<string, readonly Suffix[]>): string[] {
  const labels = name.split(".");
  return labels.flatMap((_, depth) =>
    depth === 0
      ? []
      : (byBase.get(labels.slice(depth).join(".")) ?? [])
          .filter((pattern) => pattern.depth === "any" || depth === 1)
          .map(describePattern),
  );
}
