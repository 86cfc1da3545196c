/** Parses iptables-save text, also as `iptables -S` lists it (no table named: `filter`). */
import { PolicySyntaxError } from "../contract.ts";
import type { Position } from "../packet/program.ts";
import { takesNegation } from "./negation.ts";
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

/** Shorter than most addresses, which are seldom written twice. */
const LONGEST_SHARED = 8;

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
  readonly #flags = new Map<string, string>();
  readonly #words = new Map<string, readonly string[]>();

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
      // Copied, since what was gathered has room for more than it holds.
      options: (set === undefined ? options : options.filter((option) => option !== set)).slice(),
      counters: counters ?? (set === undefined ? null : `[${set.words.join(":")}]`),
      at,
    };
  }

  /** Flags with the words up to the next flag; a quoted word is never a flag. */
  #options(words: readonly Word[]): Option[] {
    const options: Option[] = [];
    let negated: Word | null = null;
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      if (word === undefined) break;
      if (isNegation(word)) {
        if (negated !== null) this.#unexpected(word, "an option after the one before it");
        negated = word;
      } else if (isFlag(word)) {
        if (negated !== null && !takesNegation(word.text)) this.#unexpected(negated, `no "!" before ${word.text}`);
        let end = i + 1;
        for (let next = words[end]; next !== undefined && !isNegation(next) && !isFlag(next); next = words[++end]);
        const own = words.slice(i + 1, end).map(({ text }) => text);
        options.push({
          negated: negated !== null,
          flag: this.#shared(word.text),
          words: own.length === 1 ? this.#alone(own) : own,
          at: this.#at(word.column),
        });
        negated = null;
        i = end - 1;
      } else this.#unexpected(word, "an option");
    }
    if (negated !== null) this.#unexpected(negated, "an option after it");
    return options;
  }

  /** Flags are few: policies have hundreds of thousands of rules, and keep one text of each. */
  #shared(flag: string): string {
    const known = this.#flags.get(flag) ?? flag;
    this.#flags.set(flag, known);
    return known;
  }

  /** The same for what stands alone behind a flag, where it is short: names, ports and targets, which come again and again. */
  #alone(words: readonly string[]): readonly string[] {
    const [word = ""] = words;
    if (word.length > LONGEST_SHARED) return words;
    const known = this.#words.get(word) ?? words;
    this.#words.set(word, known);
    return known;
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

function isNegation(word: Word): boolean {
  return word.text === "!" && !word.quoted;
}

function isFlag(word: Word): boolean {
  return !word.quoted && /^--?[a-zA-Z]/.test(word.text);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
