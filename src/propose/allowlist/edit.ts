/** Writes decisions into a reviewers' file; comments, order and what it does not touch stay as they are. */
import { isMap, isSeq, type YAMLSeq } from "yaml";
import { InputError } from "../../model/error.ts";
import { formatDecided } from "../decisions.ts";
import type { Allowlist, Decided } from "./decided.ts";
import { type EntryFields, given, updateEntry } from "./entry-text.ts";
import { decisionsIn, inPlace, withLines } from "./place.ts";
import { allowlistFrom } from "./read.ts";
import { parseYaml, readSource, type Source } from "./source.ts";

export const EMPTY_ALLOWLIST = "# What the reviewers decided, why, and until when.\nversion: 1\ndecisions: []\n";

/** A reviewers' file, read once however many decisions are asked for and written: one of 40,000 entries takes seconds to read. */
export class AllowlistEditor {
  readonly text: string;
  readonly allowlist: Allowlist;
  readonly #file: string;
  readonly #source: Source;
  readonly #indices = new Map<string, number[]>();

  /** @throws InputError as reading the file does. */
  constructor(text: string, file: string) {
    this.text = text;
    this.#file = file;
    this.#source = readSource(text, file);
    this.allowlist = allowlistFrom(this.#source, file);
    for (const [index, decision] of this.allowlist.decisions.entries()) {
      const endpoint = formatDecided(decision);
      this.#indices.set(endpoint, [...(this.#indices.get(endpoint) ?? []), index]);
    }
  }

  /** The entry that decides an endpoint here, as it is written. */
  standing(endpoint: string, environment: string | null): EntryFields | null {
    const index = this.#indexOf(endpoint, environment);
    return index === null ? null : (decisionsIn(this.#source.value)[index] as EntryFields);
  }

  /** @throws InputError for what only people edit. */
  mustBeEditable(): void {
    if (this.#source.document === null)
      throw new InputError(`${this.#file}: TOML is edited by hand, because its comments would be lost`);
  }

  /** The text with these decisions, no two on one endpoint. @throws InputError where the file is none that can be edited. */
  edited(entries: readonly EntryFields[], environment: string | null): string {
    this.mustBeEditable();
    const changes = entries.map((entry) => ({ entry, index: this.#indexOf(entry.endpoint, environment) }));
    const placed = withLines(this.text, this.#source, changes);
    if (placed !== null) {
      // Whatever was written, it must read as it was meant.
      const source = readSource(placed.text, this.#file);
      if (JSON.stringify(source.value) === JSON.stringify(placed.value)) {
        allowlistFrom(source, this.#file);
        return placed.text;
      }
    }
    return this.#oneByOne(entries, environment);
  }

  /** Where entries do not stand on lines of their own, or not only there: each is put into the document, which is printed anew. */
  #oneByOne([entry, ...more]: readonly EntryFields[], environment: string | null): string {
    if (entry === undefined) return this.text;
    const text = rewritten(this.text, this.#file, entry, this.#indexOf(entry.endpoint, environment));
    return new AllowlistEditor(text, this.#file).edited(more, environment);
  }

  #indexOf(endpoint: string, environment: string | null): number | null {
    const holds = ({ environments }: Decided): boolean =>
      environments === null || (environment !== null && environments.includes(environment));
    const { decisions } = this.allowlist;
    return this.#indices.get(endpoint)?.find((index) => decisions.slice(index, index + 1).some(holds)) ?? null;
  }
}

function rewritten(source: string, file: string, entry: EntryFields, index: number | null): string {
  const document = parseYaml(source, file);
  const list = document.get("decisions");
  if (!isSeq(list)) throw new InputError(`${file}: expected a list \`decisions\``);
  const standing = index === null ? null : list.items[index];
  if (isMap(standing)) updateEntry(standing, entry, (value) => document.createNode(value));
  else append(list, document.createNode(given(entry)));
  const printed = document.toString({ lineWidth: 0, indentSeq: !/^- /m.test(source) });
  return inPlace(source, printed, "decisions", index ?? list.items.length - 1) ?? printed;
}

function append(list: YAMLSeq, entry: unknown): void {
  list.flow = false;
  if (isMap(entry) && list.items.length > 0) entry.spaceBefore = true;
  list.add(entry);
}
