/** Two list policies of one dialect over every destination there is: one question for each class that no entry tells apart. */
import { type Family, fromBigInt } from "../../model/address.ts";
import { compareText } from "../../model/compare.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import type { Decision, Difference, PolicyComparison, Question } from "../../model/policy.ts";
import { prefixOf, rangeOf, widthOf } from "../../model/prefix.ts";
import { classesOf } from "../fpl/names/product.ts";
import { compileRegex } from "../fpl/re2/match.ts";
import { parseRegex } from "../fpl/re2/parse.ts";
import { Successions } from "../successions.ts";
import { type NameClass, suffixClasses } from "./classes.ts";
import type { ListLayer } from "./layer.ts";
import { decideList } from "./judge.ts";
import type { Test } from "./list.ts";
import { type Host, MAX_QUESTIONS, placesToAsk, type Span } from "./places.ts";
import { describePattern, expressionOf, type HostPattern } from "./pattern.ts";

const NAME = "^[a-z0-9_-]+(\\.[a-z0-9_-]+)*$";
const MAX_VISITS = 24;
const SHOWN = 3;

/** What the entries of both policies look at. */
interface Looked {
  readonly patterns: Map<string, HostPattern>;
  readonly starts: Readonly<Record<Family, Set<bigint>>>;
  readonly ports: Set<number>;
  asksAccess: boolean;
}

export function compareLists(before: ListLayer, after: ListLayer): PolicyComparison {
  const looked: Looked = {
    patterns: new Map(),
    starts: { 4: new Set(), 6: new Set() },
    ports: new Set([0]),
    asksAccess: false,
  };
  for (const { list } of [before, after]) for (const { test } of list.entries) look(test, looked);
  const notes: string[] = [];
  const hosts = hostsOf(looked.patterns, notes);
  const spans = spansOf(looked.starts);
  const ports = [...looked.ports].filter((port) => port <= 65_535).sort((a, b) => a - b);
  const found = new Groups();
  const successions = new Successions();
  let [questions, bothUnknown] = [0, 0];
  const accesses = looked.asksAccess ? (["connect", "http"] as const) : (["connect"] as const);
  const places = placesToAsk(before, after, hosts, spans, notes);
  ask: for (const transport of before.reader.governs)
    for (const access of accesses)
      for (const { host, span } of places)
        for (const [i, port] of ports.entries()) {
          if (++questions > MAX_QUESTIONS) {
            notes.push(`too many names, addresses and ports: compared up to ${transport} ${host.text}`);
            break ask;
          }
          const witness: Question = { transport, address: span.address, name: host.name, port, access };
          const was = decideList(before.list, before.reader, witness);
          const is = decideList(after.list, after.reader, witness);
          successions.add(was, is);
          if (was.verdict === "unknown" && is.verdict === "unknown") bothUnknown++;
          if (was.verdict === is.verdict) continue;
          found.add({ was, is, witness }, host, span, [port, (ports[i + 1] ?? 65_536) - 1]);
        }
  if (bothUnknown > 0) notes.push(`${bothUnknown} classes of destinations have an answer in neither policy`);
  const differences = found.all();
  const unsure = differences.some((d) => d.before.verdict === "unknown" || d.after.verdict === "unknown");
  return {
    differences,
    successions: successions.between(before, after),
    idle: { before: [], after: [] },
    exact: notes.length === 0 && !unsure,
    notes,
  };
}

function look(test: Test, looked: Looked): void {
  switch (test.kind) {
    case "always":
    case "doubt":
    case "named":
      return;
    case "host":
      if (test.pattern.kind !== "any") looked.patterns.set(describePattern(test.pattern), test.pattern);
      return;
    case "block": {
      const { family, first, last } = rangeOf(test.prefix);
      looked.starts[family].add(first).add(last + 1n);
      return;
    }
    case "service":
      looked.ports.add(test.first).add(test.last + 1);
      return;
    case "access":
      looked.asksAccess = true;
      return;
    case "all":
    case "some":
      for (const part of test.of) look(part, looked);
      return;
    case "not":
      look(test.of, looked);
  }
}

/** Every name that is written out, one name for each class of the others, and no name at all. */
function hostsOf(patterns: ReadonlyMap<string, HostPattern>, notes: string[]): Host[] {
  const nameless: Host = { name: null, text: "" };
  if (patterns.size === 0) return [nameless];
  const written = new Set<Fqdn>();
  const wide: [string, HostPattern][] = [];
  for (const [label, pattern] of [...patterns].sort(([a], [b]) => compareText(a, b))) {
    if (pattern.kind === "exact") written.add(pattern.name);
    else wide.push([label, pattern]);
    if (pattern.kind === "below") written.add(pattern.base);
  }
  const others = othersOf(wide, written, notes).flatMap(({ takenBy, word }): Host[] => {
    const name = parseFqdn(word);
    const text = takenBy.length === 0 ? "any other name" : `${takenBy.join(" and ")}, such as ${word}`;
    return name === null ? [] : [{ name, text }];
  });
  return [nameless, ...[...written].sort(compareText).map((name) => ({ name, text: name })), ...others];
}

/** A name for each class of those that nobody wrote. */
function othersOf(wide: readonly [string, HostPattern][], written: ReadonlySet<Fqdn>, notes: string[]): NameClass[] {
  const suffixes = wide.flatMap(([, pattern]) => (pattern.kind === "below" ? [pattern] : []));
  if (suffixes.length === wide.length) return suffixClasses(suffixes, written);
  const programs = wide.map(([, pattern]) => compileRegex(parseRegex(expressionOf(pattern))));
  const wanted = (word: string): boolean => {
    const name = parseFqdn(word);
    return name !== null && !written.has(name);
  };
  const visits = Math.min(written.size + 4, MAX_VISITS);
  const { classes, whole } = classesOf(compileRegex(parseRegex(NAME)), programs, wanted, visits);
  if (!whole) notes.push("too many patterns: names were compared only in part");
  return classes.map(({ word, takenBy }) => ({
    word,
    takenBy: wide.filter((_, i) => takenBy[i]).map(([label]) => label),
  }));
}

function spansOf(starts: Looked["starts"]): Span[] {
  const nowhere: Span = { address: null, text: "", size: 0n };
  const spans = ([4, 6] as const).flatMap((family) => {
    const end = 1n << BigInt(widthOf(family));
    const points = [...starts[family].add(0n)]
      .filter((point) => point < end)
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return points.map((from, i): Span => {
      const to = points[i + 1] ?? end;
      return { address: fromBigInt(from, family), text: spanText(from, to, family), size: to - from };
    });
  });
  return starts[4].size + starts[6].size === 2 ? [nowhere] : spans;
}

function spanText(from: bigint, to: bigint, family: Family): string {
  const size = to - from;
  const bits = size.toString(2).length - 1;
  if (size === 1n << BigInt(bits) && from % size === 0n)
    return prefixOf(fromBigInt(from, family), widthOf(family) - bits);
  return `${fromBigInt(from, family)}-${fromBigInt(to - 1n, family)}`;
}

interface Met {
  readonly was: Decision;
  readonly is: Decision;
  readonly witness: Question;
}

/** Differences of the same two rules are one, told by their first pieces. */
class Groups {
  readonly #groups = new Map<
    string,
    Met & { readonly extents: string[]; readonly spans: Map<string, bigint>; named: boolean }
  >();

  add(met: Met, host: Host, span: Span, [low, high]: readonly [number, number]): void {
    const { was, is, witness } = met;
    const key = [was.verdict, was.rule, is.verdict, is.rule, witness.transport, witness.access].join(" ");
    const group = this.#groups.get(key) ?? { ...met, extents: [], spans: new Map<string, bigint>(), named: false };
    this.#groups.set(key, group);
    group.extents.push([host.text, span.text, witness.transport, portsText(low, high)].filter(Boolean).join(" "));
    if (span.address !== null) group.spans.set(span.text, span.size);
    if (host.name !== null) group.named = true;
  }

  all(): Difference[] {
    return [...this.#groups.values()].map(({ was, is, witness, extents, spans, named }) => ({
      before: was,
      after: is,
      extent: `${extents.slice(0, SHOWN).join(", ")}${extents.length > SHOWN ? ` (+${extents.length - SHOWN} more)` : ""}`,
      addresses: named || spans.size === 0 ? null : [...spans.values()].reduce((sum, size) => sum + size, 0n),
      destinations: null,
      witness: witnessOf(witness),
    }));
  }
}

function witnessOf(witness: Question): Question {
  const { transport, address, name, port } = witness;
  return { transport, address, name, port, ...(witness.access && { access: witness.access }) };
}

function portsText(low: number, high: number): string {
  if (low === 0 && high === 65_535) return "any port";
  return low === high ? `${low}` : `${low}-${high}`;
}
