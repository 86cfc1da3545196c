/** A place in a YAML or JSON document: its value, its path for messages, its line for the reviewer. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
} from "yaml";
import { at } from "../../model/error.ts";
import { type PolicyFile, PolicySyntaxError } from "../contract.ts";
import { safeProse } from "../packet/prose.ts";
import { type Targets, targetsOf } from "./aliases.ts";

const MAX_BYTES = 32 << 20;
const MAX_DOCUMENTS = 10_000;

interface Source {
  readonly path: string;
  readonly lines: LineCounter;
  readonly document: Document;
  readonly targets: Targets;
}

export class Field {
  readonly #source: Source;
  readonly #node: Node | null;
  readonly #path: string;
  /** Where a missing value would stand. */
  readonly #offset: number;

  readonly #comment: string | null;
  #pairs: ReadonlyMap<string, Pair> | null = null;

  constructor(source: Source, node: unknown, path: string, offset: number, comment: string | null = null) {
    this.#source = source;
    const real = isAlias(node) ? source.targets.get(node) : node;
    this.#node = isMap(real) || isSeq(real) || isScalar(real) ? real : null;
    this.#path = path;
    this.#offset = this.#node?.range?.[0] ?? offset;
    this.#comment = this.#node?.commentBefore ?? comment;
  }

  get place(): string {
    return at(this.#source.path, this.#source.lines.linePos(this.#offset).line);
  }

  /** The comment above it, safe and bounded. */
  get remark(): string | null {
    const text = this.#comment?.replaceAll(/\s*\n\s*/g, " ").trim() ?? "";
    return text === "" ? null : safeProse(text, 400);
  }

  /** Neither written nor written as null. */
  get isMissing(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  get isMap(): boolean {
    return isMap(this.#node);
  }

  get isList(): boolean {
    return isSeq(this.#node);
  }

  get(key: string): Field {
    const map = isMap(this.#node) ? this.#node : null;
    const pair = this.#keyed().get(key);
    const own = isNode(pair?.key) ? pair.key.commentBefore : null;
    // The comment above the first pair belongs to the mapping.
    const above = own ?? (pair !== undefined && pair === map?.items[0] ? map.commentBefore : null) ?? null;
    if (!this.isMissing && !this.isMap) this.fail("a mapping");
    return new Field(this.#source, pair?.value, this.#path === "" ? key : `${this.#path}.${key}`, this.#offset, above);
  }

  /** Of a list; what is missing is an empty one. */
  items(): Field[] {
    if (this.isMissing) return [];
    if (!isSeq(this.#node)) this.fail("a list");
    // The comment above the first item belongs to the list.
    const first = this.#node.commentBefore ?? null;
    return this.#node.items.map(
      (item, i) => new Field(this.#source, item, `${this.#path}[${i}]`, this.#offset, i === 0 ? first : null),
    );
  }

  keys(): string[] {
    if (this.isMissing) return [];
    if (!isMap(this.#node)) this.fail("a mapping");
    return [...this.#keyed().keys()];
  }

  #keyed(): ReadonlyMap<string, Pair> {
    this.#pairs ??= pairsOf(this.#node, this.#source.targets);
    return this.#pairs;
  }

  /** Keys that are set to something and stand in no list of known ones: what they ask is not known here. */
  keysBeside(known: readonly string[]): string[] {
    return this.keys().filter((key) => !known.includes(key) && !this.get(key).isMissing);
  }

  /** Null where it is missing. */
  text(): string | null {
    if (this.isMissing) return null;
    const value: unknown = isScalar(this.#node) ? this.#node.value : null;
    if (typeof value === "string") return value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : this.fail("text");
  }

  /** A text that looks like a number is none. */
  get isNumber(): boolean {
    return isScalar(this.#node) && typeof this.#node.value === "number";
  }

  integer(first: number, last: number): number | null {
    const text = this.text();
    if (text === null) return null;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= first && value <= last ? value : this.fail(`a number from ${first} to ${last}`);
  }

  /** What stands here, in a form that does not depend on how it is written. */
  canonical(): string {
    return this.#node === null
      ? "null"
      : JSON.stringify(sorted(this.#node.toJS(this.#source.document, { maxAliasCount: -1 })));
  }

  fail(expected: string): never {
    const { line, col } = this.#source.lines.linePos(this.#offset);
    const found = isScalar(this.#node) ? ` instead of ${JSON.stringify(safeProse(String(this.#node.value), 80))}` : "";
    const where = this.#path === "" ? "" : `${safeProse(this.#path, 120)}: `;
    throw new PolicySyntaxError(this.#source.path, line, col, `${where}expected ${expected}${found}`);
  }
}

/** Of a mapping, by key; what `<<` merges into it comes after its own. */
function pairsOf(node: unknown, targets: Targets): ReadonlyMap<string, Pair> {
  const real = isAlias(node) ? targets.get(node) : node;
  const items = isMap(real) ? real.items : [];
  const pairs = new Map<string, Pair>();
  const merged: Pair[] = [];
  for (const pair of items) {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    if (key === "<<") merged.push(pair);
    else pairs.set(key, pair);
  }
  for (const { value } of merged)
    for (const from of isSeq(value) ? value.items : [value])
      for (const [key, pair] of pairsOf(from, targets)) if (!pairs.has(key)) pairs.set(key, pair);
  return pairs;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]): [string, unknown] => [key, sorted(item)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The documents of a file that hold something. JSON is YAML too. */
export function fieldsOf({ path, text }: PolicyFile): Field[] {
  if (text.length > MAX_BYTES) throw new PolicySyntaxError(path, 1, 1, `larger than ${MAX_BYTES} bytes`);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, merge: false });
  if (!Array.isArray(documents)) return [];
  if (documents.length > MAX_DOCUMENTS) throw new PolicySyntaxError(path, 1, 1, `more than ${MAX_DOCUMENTS} documents`);
  return documents.flatMap((document) => {
    const refuse = (offset: number, problem: string): never => {
      const { line, col } = lines.linePos(offset);
      throw new PolicySyntaxError(path, line, col, safeProse(problem, 200));
    };
    const [error] = document.errors;
    if (error) {
      const deep = error.code === "RESOURCE_EXHAUSTION";
      refuse(error.pos[0], deep ? "expected less nesting" : (error.message.split("\n")[0] ?? "unusable"));
    }
    const targets = targetsOf(document);
    if ("expected" in targets) return refuse(targets.node.range?.[0] ?? 0, `expected ${targets.expected}`);
    const root = new Field({ path, lines, document, targets }, document.contents, "", 0, document.commentBefore);
    return root.isMissing ? [] : [root];
  });
}

/** Objects as an orchestrator takes them: several to a file, and lists of them. */
export function objectsOf(file: PolicyFile): Field[] {
  return fieldsOf(file).flatMap((root) => (root.get("kind").text() === "List" ? root.get("items").items() : [root]));
}
