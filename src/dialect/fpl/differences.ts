/** Where two FPL policies answer differently, over every name and port there is. */
import { parseAddress } from "../../model/address.ts";
import { compareText } from "../../model/compare.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import type { Instant } from "../../model/instant.ts";
import type { Decision, Difference, PolicyComparison, Question } from "../../model/policy.ts";
import { quoted } from "./token.ts";
import type { FplLayer } from "./layer.ts";
import { type Atoms, atomsOf } from "./names/atoms.ts";
import { classesOf } from "./names/product.ts";
import { compileRegex, type Program } from "./re2/match.ts";
import { InvalidRegex, UnsupportedRegex } from "./re2/node.ts";
import { parseRegex } from "./re2/parse.ts";

/** One host that stands for all that no rule of either policy tells from it. */
interface Host {
  readonly text: string;
  readonly address: Question["address"];
  readonly name: Fqdn | null;
}

const NAME = "^[a-z0-9_-]+(\\.[a-z0-9_-]+)*$";
const OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const IPV4 = `^(${OCTET}\\.){3}${OCTET}$`;
/** Without zeros, an IPv6 address has one spelling; those with zeros differ from it for no pattern without a colon. */
const IPV6 = "^([1-9a-f][0-9a-f]{0,3}:){7}[1-9a-f][0-9a-f]{0,3}$";
const MAX_VISITS = 24;
const MAX_QUESTIONS = 4_000_000;

/**
 * A decision is a function of what the rules ask of host and port, so one question for each class of those is enough. What a rule
 * asks beyond (path, method, session) leaves the answer unknown on its side, and is told as such.
 */
export function fplDifferences(before: FplLayer, after: FplLayer, now: Instant): PolicyComparison {
  if (says(before) === says(after)) return { ...EMPTY, differences: [], exact: true, notes: [] };
  const atoms = atomsOf([before.policy, after.policy]);
  const notes = [...atoms.opaque].map(
    (when) => `a condition looks at host or port in a way not compared: ${quoted(when)}`,
  );
  const hosts = hostsOf(atoms, notes);
  const ports = [...atoms.ports].sort((a, b) => a - b);
  const groups = new Map<string, Group>();
  let [questions, bothUnknown] = [0, 0];
  ask: for (const access of ["connect", "http"] as const) {
    for (const host of hosts) {
      for (const [i, port] of ports.entries()) {
        if (++questions > MAX_QUESTIONS) {
          notes.push(`too many hosts and ports: compared up to ${host.text}`);
          break ask;
        }
        const witness: Question = { transport: "tcp", address: host.address, name: host.name, port, access };
        const [was, is] = [before.decide(witness, now), after.decide(witness, now)];
        if (was.verdict === "unknown" && is.verdict === "unknown") bothUnknown++;
        if (was.verdict === is.verdict) continue;
        add(groups, { was, is, witness }, extentOf(host.text, port, (ports[i + 1] ?? 65_536) - 1, access));
      }
    }
  }
  if (bothUnknown > 0)
    notes.push(`${bothUnknown} classes of requests have an answer in neither: it depends on the request`);
  const differences = [...groups.values()].map(differenceOf);
  const unsure = differences.some((d) => d.before.verdict === "unknown" || d.after.verdict === "unknown");
  const exact = notes.length === 0 && !unsure;
  return { ...EMPTY, differences, exact, notes };
}

const EMPTY = { successions: [], idle: { before: [], after: [] } } as const;

/** All that a decision rests on, however it is written. A condition that fails ends the evaluation, so order counts. */
const says = ({ rules, policy: { defaultEffect, vars } }: FplLayer): string =>
  JSON.stringify([rules.map(({ effect, text }) => [effect, text]), defaultEffect, [...vars]]);

interface Group {
  readonly was: Decision;
  readonly is: Decision;
  readonly witness: Question;
  readonly extents: string[];
}

function add(groups: Map<string, Group>, found: Omit<Group, "extents">, extent: string): void {
  const { was, is, witness } = found;
  const key = [was.verdict, was.rule, is.verdict, is.rule, witness.access].join(" ");
  const group = groups.get(key);
  if (group) group.extents.push(extent);
  else groups.set(key, { ...found, extents: [extent] });
}

const SHOWN = 3;

function differenceOf({ was, is, witness, extents }: Group): Difference {
  const more = extents.length > SHOWN ? ` (+${extents.length - SHOWN} more)` : "";
  const extent = `${extents.slice(0, SHOWN).join(", ")}${more}`;
  return { before: was, after: is, extent, addresses: null, destinations: null, witness };
}

function extentOf(host: string, low: number, high: number, access: string): string {
  const ports = low === high ? `port ${low}` : `ports ${low}-${high}`;
  return `${host} ${ports}${access === "http" ? " by plain HTTP" : ""}`;
}

function hostsOf(atoms: Atoms, notes: string[]): Host[] {
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

const quotedIfOdd = (label: string): string => (/^[A-Za-z0-9_.*-]{1,60}$/.test(label) ? label : quoted(label));

function hostOf(word: string): Omit<Host, "text"> | null {
  const address = parseAddress(word);
  const name = address === null ? parseFqdn(word) : null;
  return address === null && name === null ? null : { address, name };
}

function programOf(source: string): Program | null {
  try {
    return compileRegex(parseRegex(source));
  } catch (error) {
    if (error instanceof InvalidRegex || error instanceof UnsupportedRegex) return null;
    throw error;
  }
}
