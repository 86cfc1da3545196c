/** Entries by suffix, some of which have a star for one label or the end of one. */
import type { SharedSuffix } from "./suffixes.ts";

export class PatternTable {
  readonly #exact: ReadonlyMap<string, SharedSuffix>;
  readonly #starred: readonly { readonly labels: readonly string[]; readonly entry: SharedSuffix }[];

  constructor(entries: readonly SharedSuffix[]) {
    this.#exact = new Map(entries.map((entry) => [entry.suffix, entry]));
    this.#starred = entries
      .filter(({ suffix }) => suffix.includes("*"))
      .map((entry) => ({ labels: entry.suffix.split("."), entry }));
  }

  /** The entry that this name as a whole matches. */
  find(name: string): SharedSuffix | null {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    const have = name.split(".");
    return this.#starred.find(({ labels }) => matches(have, labels))?.entry ?? null;
  }
}

function matches(have: readonly string[], want: readonly string[]): boolean {
  return have.length === want.length && want.every((label, i) => labelMatches(have[i] ?? "", label));
}

function labelMatches(have: string, want: string): boolean {
  if (!want.endsWith("*")) return have === want;
  const start = want.slice(0, -1);
  return have.length > start.length && have.startsWith(start);
}
