/** One host for each class of those that no rule of either policy tells apart. */
import { parseAddress } from "../../../model/address.ts";
import { compareText } from "../../../model/compare.ts";
import { type Fqdn, parseFqdn } from "../../../model/fqdn.ts";
import type { Question } from "../../../model/policy.ts";
import { compileRegex, type Program } from "../re2/match.ts";
import { InvalidRegex, UnsupportedRegex } from "../re2/node.ts";
import { parseRegex } from "../re2/parse.ts";
import { quoted } from "../token.ts";
import type { Atoms } from "./atoms.ts";
import { classesOf } from "./product.ts";

/** One host that stands for all that no rule of either policy tells from it. */
export interface Host {
  readonly text: string;
  readonly address: Question["address"];
  readonly name: Fqdn | null;
}

const NAME = "^[a-z0-9_-]+(\\.[a-z0-9_-]+)*$";
const OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const IPV4 = `^(${OCTET}\\.){3}${OCTET}$`;
/** Without zeros, an IPv6 address has one spelling; those with zeros differ from it for no pattern without a colon. */
const IPV6 = "^([1-9a-f][0-9a-f]{0,3}:){7}[1-9a-f][0-9a-f]{0,3}$";
/** A state of the patterns is gone through that often at most, for words that are judged by themselves. */
export const MAX_VISITS = 24;

export function hostsOf({ host: atoms }: Atoms, notes: string[]): Host[] {
  const named = [...atoms.literals].sort(compareText).flatMap((text): Host[] => {
    const address = parseAddress(text);
    const name = address === null ? parseFqdn(text) : null;
    return address === null && name === null ? [] : [{ text, address, name }];
  });
  const labels: string[] = [];
  const programs: Program[] = [];
  for (const [label, source] of atoms.patterns) {
    const program = programOf(source);
    if (program) {
      labels.push(label);
      programs.push(program);
    } else notes.push(`an expression that is not modelled: ${quoted(label)}`);
  }
  const others = [NAME, IPV4, IPV6].flatMap((shape) => {
    const compiled = programOf(shape);
    if (!compiled) return [];
    const wanted = (word: string): boolean => !atoms.literals.has(word) && hostOf(word) !== null;
    // As many as there are literals that could stand before another word of their class, and names that end like numbers.
    const taken = named.filter(({ name }) => (name !== null) === (shape === NAME)).length;
    const visits = Math.min(taken + (shape === NAME ? 4 : 1), MAX_VISITS);
    const { classes, whole } = classesOf(compiled, programs, wanted, visits);
    if (!whole) notes.push(`too many patterns: ${shape === NAME ? "names" : "addresses"} were compared only in part`);
    return classes.flatMap(({ takenBy, word }) => {
      const known = hostOf(word);
      const by = labels.filter((_, i) => takenBy[i]).map(quotedIfOdd);
      const rest = known?.name ? "any other name" : `any other ${shape === IPV4 ? "IPv4" : "IPv6"} address`;
      return known
        ? [{ ...known, text: by.length > 0 ? `what ${by.join(" and ")} takes, such as ${word}` : rest }]
        : [];
    });
  });
  if (labels.some((label) => label.includes(":")))
    notes.push("patterns with a colon were compared for few IPv6 addresses");
  return [...named, ...others];
}

export const quotedIfOdd = (label: string): string => (/^[A-Za-z0-9_.*-]{1,60}$/.test(label) ? label : quoted(label));

function hostOf(word: string): Omit<Host, "text"> | null {
  const address = parseAddress(word);
  const name = address === null ? parseFqdn(word) : null;
  return address === null && name === null ? null : { address, name };
}

export function programOf(source: string): Program | null {
  try {
    return compileRegex(parseRegex(source));
  } catch (error) {
    if (error instanceof InvalidRegex || error instanceof UnsupportedRegex) return null;
    throw error;
  }
}
