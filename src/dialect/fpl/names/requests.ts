/** One method and path for each class of plain HTTP requests that no rule tells apart. */
import { compareText } from "../../../model/compare.ts";
import type { Question } from "../../../model/policy.ts";
import type { Program } from "../re2/match.ts";
import { quoted } from "../token.ts";
import { HTTP } from "../ask.ts";
import { rulesFor } from "../host-index.ts";
import type { Policy } from "../policy.ts";
import { atomsOf, type Texts } from "./atoms.ts";
import { MAX_VISITS, programOf, quotedIfOdd } from "./hosts.ts";
import { classesOf } from "./product.ts";

interface RequestClass {
  readonly request: NonNullable<Question["request"]>;
  readonly text: string;
}

interface Word {
  readonly word: string;
  readonly text: string;
}

interface Language {
  readonly shape: string;
  readonly letters: readonly string[];
  readonly any: string;
}

const METHODS: Language = {
  shape: "^[A-Z][A-Z-]*$",
  letters: Array.from("GETPOSUDLAHRNCIBFJKMQVWXYZ-"),
  any: "any other method",
};

const PATHS: Language = {
  shape: "^/[!-~]*$",
  letters: Array.from("/abcdefghijklmnopqrstuvwxyz0123456789-._~ABCDEFGHIJKLMNOPQRSTUVWXYZ%@+,&!|*:=$();'[]{}^"),
  any: "any other path",
};

/** The classes for each host: of what the rules ask that a request to it can meet. None where they ask nothing of it. */
export class Requests {
  readonly #policies: readonly Policy[];
  readonly #notes: Set<string>;
  readonly #known = new Map<string, readonly RequestClass[]>();

  constructor(policies: readonly Policy[], notes: Set<string>) {
    this.#policies = policies;
    this.#notes = notes;
  }

  of(host: string): readonly RequestClass[] {
    const rules = this.#policies.flatMap((policy) =>
      [...rulesFor(policy, host)].filter((rule) => rule.tool.matches(HTTP) && (rule.host?.matches(host) ?? true)),
    );
    const { method, path } = atomsOf(rules);
    const key = JSON.stringify([method, path].flatMap(({ literals, patterns }) => [[...literals], [...patterns]]));
    const classes = this.#known.get(key) ?? requestsOf(method, path, this.#notes);
    this.#known.set(key, classes);
    return classes;
  }
}

/** More of them for one host tell nobody anything. */
const MAX_CLASSES = 20_000;

function requestsOf(method: Texts, path: Texts, notes: Set<string>): RequestClass[] {
  if (isFree(method) && isFree(path)) return [];
  const [methods, paths] = [wordsOf(method, METHODS, notes), wordsOf(path, PATHS, notes)];
  if (methods.length * paths.length > MAX_CLASSES) {
    notes.add("too many methods and paths for one host: they were not compared");
    return [];
  }
  return methods.flatMap((verb) =>
    paths.map((place) => ({
      request: { method: verb.word, path: place.word },
      text: [verb.text, place.text].filter((each) => each !== "").join(" "),
    })),
  );
}

const isFree = ({ literals, patterns }: Texts): boolean => literals.size + patterns.size === 0;

/** Each word that is asked for whole, then one for each class of the others. */
function wordsOf({ literals, patterns }: Texts, { shape, letters, any }: Language, notes: Set<string>): Word[] {
  const whole = programOf(shape);
  if (whole === null) return [];
  const isWord = new RegExp(shape);
  const named = [...literals].filter((word) => isWord.test(word)).sort(compareText);
  const labels: string[] = [];
  const programs: Program[] = [];
  for (const [label, source] of patterns) {
    const program = programOf(source);
    if (program === null) notes.add(`an expression that is not modelled: ${quoted(label)}`);
    else {
      labels.push(label);
      programs.push(program);
    }
  }
  const wanted = (word: string): boolean => !literals.has(word);
  const visits = Math.min(named.length + 4, MAX_VISITS);
  const found = classesOf(whole, programs, wanted, visits, letters);
  if (!found.whole) notes.add("too many patterns: methods and paths were compared only in part");
  const others = found.classes.map(({ takenBy, word }) => {
    const by = labels.filter((_, i) => takenBy[i]).map(quotedIfOdd);
    const rest = named.length + labels.length > 0 ? any : "";
    return { word, text: by.length > 0 ? `what ${by.join(" and ")} takes, such as ${word}` : rest };
  });
  return [...named.map((word) => ({ word, text: word })), ...others];
}
