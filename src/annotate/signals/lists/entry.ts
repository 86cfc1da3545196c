/** Lists of destinations by suffix: small, each entry with where its owner or the public suffix list says so. */

export interface ListEntry {
  readonly suffix: string;
  readonly service: string;
  readonly source: string;
}

/** Several suffixes of one service. */
export function of(service: string, source: string, suffixes: string): ListEntry[] {
  return suffixes.split(" ").map((suffix) => ({ suffix, service, source }));
}

export class SuffixList {
  readonly #entries: ReadonlyMap<string, ListEntry>;

  constructor(entries: readonly ListEntry[]) {
    this.#entries = new Map(entries.map((entry) => [entry.suffix, entry]));
  }

  /** The entry of the name itself or of the nearest suffix, on label boundaries. */
  find(name: string): ListEntry | null {
    for (let from = 0; ;) {
      const entry = this.#entries.get(name.slice(from));
      if (entry !== undefined) return entry;
      const dot = name.indexOf(".", from);
      if (dot < 0) return null;
      from = dot + 1;
    }
  }
}
