/** What a list says of one destination: yes, no, or that it cannot be told. */
import type { Address } from "../../model/address.ts";
import { familyOf, toBigInt } from "../../model/address.ts";
import type { Decision, Question, Verdict } from "../../model/policy.ts";
import { type Prefix, rangeOf } from "../../model/prefix.ts";
import type { Entry, List, ListReader, Sight, Test } from "./list.ts";
import { Lookup, metBy } from "./lookup.ts";
import { takes } from "./pattern.ts";

/** Null: it depends on what is not known. */
type Answer = boolean | null;

export function decideList(list: List, { dialect, sees, governs }: ListReader, question: Question): Decision {
  if (!governs.includes(question.transport))
    return { verdict: "unknown", rule: null, reason: `${dialect} does not govern ${question.transport}` };
  const possible = new Set<Verdict>();
  let doubt: Decision | null = null;
  for (const { place, effect, test } of entriesMetBy(list, question)) {
    const answer = holds(test, question, sees);
    if (answer === false) continue;
    possible.add(effect);
    if (answer === null) {
      doubt ??= { verdict: "unknown", rule: place, reason: `${place}: ${doubtOf(test) ?? "cannot be told"}` };
      continue;
    }
    return possible.size === 1 ? { verdict: effect, rule: place, reason: `${place} ${says(effect)}` } : unsure(doubt);
  }
  possible.add(list.otherwise);
  if (possible.size > 1) return unsure(doubt);
  const reason =
    list.otherwise === "unknown" ? "no entry matches, and the default is not in these files" : "the default";
  return { verdict: list.otherwise, rule: null, reason };
}

const lookups = new WeakMap<List, Lookup>();

/** Those that may match, in their order. */
export function entriesMetBy(list: List, question: Question): readonly Entry[] {
  const lookup = lookups.get(list) ?? new Lookup(list.entries.map(({ test }) => test));
  lookups.set(list, lookup);
  return lookup.met(question).flatMap((index) => list.entries[index] ?? []);
}

const says = (effect: "permit" | "deny"): string => (effect === "permit" ? "permits it" : "denies it");

function unsure(doubt: Decision | null): Decision {
  return { verdict: "unknown", rule: null, reason: doubt?.reason ?? "cannot be told" };
}

export function holds(test: Test, question: Question, sees: Sight): Answer {
  switch (test.kind) {
    case "always":
      return true;
    case "host":
      if (test.pattern.kind === "any") return true;
      if (question.name !== null) return takes(test.pattern, question.name);
      // A proxy that is asked for an address has no name to compare; what learns names may know one for it.
      return sees === "names" ? false : null;
    case "block":
      return question.address === null ? null : isWithin(question.address, test.prefix);
    case "service": {
      const { transport, first, last } = test;
      if (transport !== null && transport !== question.transport) return false;
      if (first === 0 && last === 65_535) return true;
      return question.port === null ? null : question.port >= first && question.port <= last;
    }
    case "named":
      return question.name !== null;
    case "access":
      return (question.access ?? "connect") === test.access;
    case "doubt":
      return null;
    case "all":
    case "some":
      return joined(test, question, sees);
    case "not": {
      const answer = holds(test.of, question, sees);
      return answer === null ? null : !answer;
    }
  }
}

/** One false makes `all` false whatever else is not known, and one true makes `some` true. */
function joined({ kind, of }: Extract<Test, { kind: "all" | "some" }>, question: Question, sees: Sight): Answer {
  const settles = kind === "some";
  let answer: Answer = !settles;
  for (const each of settles ? metBy(of, question) : of) {
    const one = holds(each, question, sees);
    if (one === settles) return settles;
    if (one === null) answer = null;
  }
  return answer;
}

function isWithin(address: Address, prefix: Prefix): boolean {
  const { family, first, last } = rangeOf(prefix);
  if (family !== familyOf(address)) return false;
  const value = toBigInt(address);
  return value >= first && value <= last;
}

/** The first reason in the entry why it cannot be told. */
export function doubtOf(test: Test): string | null {
  switch (test.kind) {
    case "doubt":
      return test.reason;
    case "host":
      return "it is about names, and the name is not known";
    case "block":
      return "it is about addresses, and the address is not known";
    case "all":
    case "some": {
      const doubts = test.of.filter(
        ({ kind }) => kind === "doubt" || kind === "all" || kind === "some" || kind === "not",
      );
      return (
        doubts.map(doubtOf).find((doubt) => doubt !== null) ?? test.of.map(doubtOf).find((d) => d !== null) ?? null
      );
    }
    case "not":
      return doubtOf(test.of);
    case "service":
      return "it is about ports, and the port is not known";
    case "always":
    case "named":
    case "access":
      return null;
  }
}
