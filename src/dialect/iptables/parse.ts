/** Parses iptables-save text, also as `iptables -S` lists it (no table named: `filter`). */
import { PolicySyntaxError } from "../contract.ts";
import type { Position } from "../packet/program.ts";
import type { Option, RulesFile, RuleVerb, Table, TableItem } from "./tree.ts";
import { splitWords, type Word } from "./words.ts";

const TABLES: ReadonlySet<string> = new Set(["raw", "mangle", "nat", "filter", "security"]);

const VERBS: ReadonlyMap<string, RuleVerb> = new Map([
  ["-A", "append"],
  ["--append", "append"],
  ["-I", "insert"],
  ["--insert", "insert"],
  ["-D", "delete"],
  ["--delete", "delete"],
  ["-R", "replace"],
  ["--replace", "replace"],
]);

const COUNTERS = /^\[\d+:\d+\]$/;

/** Longer lines than any loader takes. */
const LONGEST_LINE = 1_000_000;

export function parseIptables(file: string, text: string): RulesFile {
  return new Parser(file).parse(text);
}

class Parser {
  readonly #file: string;
  readonly #tables: Table[] = [];
  #items: TableItem[] | null = null;
  #open: Table | null = null;
  #line = 0;

  constructor(file: string) {
    this.#file = file;
  }

  parse(text: string): RulesFile {
    const lines = text.split("\n");
    const listing = !lines.some((line) => line.startsWith("*"));
    if (listing) this.#begin("filter", 1);
    for (const line of lines) {
      this.#line++;
      if (line.length > LONGEST_LINE) this.#fail(1, "a line too long to be a rule");
      this.#readLine(line, listing);
    }
    if (!listing && this.#open !== null) this.#fail(1, 'unexpected end of file, expected "COMMIT"');
    return { file: this.#file, tables: this.#tables };
  }

  #readLine(line: string, listing: boolean): void {
    const words = splitWords(this.#file, this.#line, line.startsWith("#") ? "" : line);
    const [first] = words;
    if (first === undefined) return;
    if (first.text.startsWith("*")) return this.#begin(first.text.slice(1), first.column);
    if (this.#items === null) return this.#unexpected(first, '"*filter" or another table');
    if (first.text === "COMMIT" && !listing) return this.#commit();
    this.#items.push(first.text.startsWith(":") ? this.#declaration(words) : this.#command(words));
  }

  #begin(name: string, column: number): void {
    if (this.#open !== null) this.#fail(column, `unexpected "*${name}", expected "COMMIT"`);
    if (!TABLES.has(name))
      this.#fail(column, `unexpected ${quoted(name)}, expected filter, nat, mangle, raw or security`);
    const items: TableItem[] = [];
    this.#items = items;
    this.#open = { name, items, at: this.#at(column) };
    this.#tables.push(this.#open);
  }

  #commit(): void {
    this.#open = null;
    this.#items = null;
  }

  #declaration(words: readonly Word[]): TableItem {
    const [head, policy, counters, extra] = words;
    const name = head?.text.slice(1) ?? "";
    if (name === "") this.#fail(1, "a chain without a name");
    if (policy === undefined) this.#fail(name.length + 2, 'unexpected end of line, expected "ACCEPT", "DROP" or "-"');
    this.#policy(policy);
    if (counters !== undefined && !COUNTERS.test(counters.text)) this.#unexpected(counters, "[packets:bytes]");
    if (extra !== undefined) this.#unexpected(extra, "end of line");
    return { kind: "chain", name, policy: policy.text, counters: counters?.text ?? null, at: this.#at(1) };
  }

  #policy(word: Word): void {
    if (!["ACCEPT", "DROP", "-", "QUEUE", "RETURN"].includes(word.text))
      this.#unexpected(word, '"ACCEPT", "DROP" or "-"');
  }

  #command(words: readonly Word[]): TableItem {
    const counters = COUNTERS.test(words[0]?.text ?? "") ? (words[0]?.text ?? null) : null;
    const rest = counters === null ? words : words.slice(1);
    const [verb, chain] = rest;
    if (verb === undefined) return this.#fail(1, "unexpected end of line, expected a rule");
    const at = this.#at(verb.column);
    const named = (): string => chain?.text ?? this.#fail(verb.column, "unexpected end of line, expected a chain");
    const rule = VERBS.get(verb.text);
    if (rule !== undefined) return this.#rule(rule, named(), rest.slice(2), counters, at);
    switch (verb.text) {
      case "-N":
      case "--new-chain":
        return { kind: "chain", name: named(), policy: "-", counters: null, at };
      case "-P":
      case "--policy":
        if (rest[2] === undefined) this.#fail(verb.column, "unexpected end of line, expected a policy");
        this.#policy(rest[2]);
        return { kind: "chain", name: named(), policy: rest[2].text, counters: null, at };
      case "-F":
      case "--flush":
        return { kind: "flush", chain: chain?.text ?? null, at };
      case "-X":
      case "--delete-chain":
        return { kind: "drop-chain", chain: chain?.text ?? null, at };
      default:
        return this.#unexpected(verb, '"-A", ":chain", "COMMIT" or another command');
    }
  }

  #rule(verb: RuleVerb, chain: string, words: readonly Word[], counters: string | null, at: Position): TableItem {
    const hasNumber = verb !== "append" && /^\d{1,9}$/.test(words[0]?.text ?? "");
    const options = this.#options(hasNumber ? words.slice(1) : words);
    const set = options.find(({ flag }) => flag === "-c" || flag === "--set-counters");
    return {
      kind: "rule",
      verb,
      chain,
      number: hasNumber ? Number(words[0]?.text) : null,
      options: options.filter((option) => option !== set),
      counters: counters ?? (set === undefined ? null : `[${set.words.join(":")}]`),
      at,
    };
  }

  /** Flags with the words up to the next flag; a quoted word is never a flag. */
  #options(words: readonly Word[]): Option[] {
    const options: (Option & { readonly words: string[] })[] = [];
    let negated: Word | null = null;
    for (const word of words) {
      if (word.text === "!" && !word.quoted) negated = word;
      else if (!word.quoted && /^--?[a-zA-Z]/.test(word.text)) {
        options.push({ negated: negated !== null, flag: word.text, words: [], at: this.#at(word.column) });
        negated = null;
      } else if (negated !== null || options.length === 0) this.#unexpected(word, "an option");
      else options.at(-1)?.words.push(word.text);
    }
    if (negated !== null) this.#unexpected(negated, "an option after it");
    return options;
  }

  #at(column: number): Position {
    return { file: this.#file, line: this.#line, column };
  }

  #unexpected(word: Word, expected: string): never {
    return this.#fail(word.column, `unexpected ${quoted(word.text)}, expected ${expected}`);
  }

  #fail(column: number, problem: string): never {
    throw new PolicySyntaxError(this.#file, Math.max(1, this.#line), column, problem);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
