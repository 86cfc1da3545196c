/** Which connections a filter chain takes: it is searched for by port, then by block, then by server name, and never back. */
import type { NotModelled } from "../../model/policy.ts";
import { lengthOf, type Prefix, rangeOf } from "../../model/prefix.ts";
import type { Field } from "../lists/field.ts";
import { all, ALWAYS, some, type Test } from "../lists/list.ts";
import { doubtAbout } from "../lists/parts.ts";
import { describePattern, type HostPattern, parsePattern } from "../lists/pattern.ts";
import { eitherOf, setKeys } from "./names.ts";
import { portsTest, prefixAt, SERVER_NAMES } from "./tests.ts";

interface Chain {
  readonly match: Field;
  readonly port: number | null;
  /** Null alone where nothing is asked. */
  readonly blocks: readonly (Prefix | null)[];
  readonly names: readonly (HostPattern | null)[];
  readonly beside: readonly string[];
}

const KNOWN = ["server_names", "prefix_ranges", "destination_port", "transport_protocol"];

/** A test for each chain; a chain whose condition is outdone by a closer one of another is not taken there. */
export function chainTests(fields: readonly Field[], notModelled: NotModelled[]): Test[] {
  const chains = fields.map(chainOf);
  return chains.map((chain) => {
    const rivals = chains.filter((each) => each !== chain);
    return all([
      portTest(chain, rivals),
      some(
        chain.blocks.map((block) =>
          blockTest(
            block,
            chain,
            rivals.filter(({ port }) => port === chain.port),
          ),
        ),
      ),
      ...doubtAbout(chain.match, chain.beside, notModelled),
    ]);
  });
}

function chainOf(field: Field): Chain {
  const match = eitherOf(field, "filter_chain_match");
  const names = eitherOf(match, "server_names").items().map(nameAt);
  const blocks = eitherOf(match, "prefix_ranges").items().map(prefixAt);
  const unknown = match.isMissing ? [] : setKeys(match).filter((key) => !KNOWN.includes(key));
  // Whether a connection begins with TLS is said by a server name, and by nothing else here.
  const unsaid = names.length === 0 && !eitherOf(match, "transport_protocol").isMissing ? ["transport_protocol"] : [];
  return {
    match,
    port: eitherOf(match, "destination_port").integer(1, 65_535),
    blocks: blocks.length === 0 ? [null] : blocks,
    names: names.length === 0 ? [null] : names,
    beside: [...unknown, ...unsaid],
  };
}

function nameAt(field: Field): HostPattern {
  return parsePattern(field.text() ?? "", SERVER_NAMES) ?? field.fail("a server name");
}

const without = (test: Test, closer: readonly Test[]): Test =>
  closer.length === 0 ? test : all([test, { kind: "not", of: some(closer) }]);

function portTest({ port }: Chain, rivals: readonly Chain[]): Test {
  if (port !== null) return portsTest(port, port);
  const closer = rivals.flatMap((rival) => (rival.port === null ? [] : [portsTest(rival.port, rival.port)]));
  return without(ALWAYS, closer);
}

function blockTest(block: Prefix | null, chain: Chain, rivals: readonly Chain[]): Test {
  const test: Test = block === null ? ALWAYS : { kind: "block", prefix: block };
  const closer = rivals.flatMap(({ blocks }) =>
    blocks.flatMap((other): Test[] =>
      other !== null && isInside(other, block) ? [{ kind: "block", prefix: other }] : [],
    ),
  );
  const left = rivals.filter(({ blocks }) => blocks.includes(block));
  return all([without(test, closer), some(chain.names.map((name) => nameTest(name, left)))]);
}

/** Chains that ask the same of all this are told apart by what is not known here. */
function nameTest(name: HostPattern | null, rivals: readonly Chain[]): Test {
  const test: Test = name === null ? ALWAYS : { kind: "host", pattern: name };
  const others = rivals.flatMap(({ names }) => names);
  const closer = others.flatMap((other): Test[] =>
    other !== null && isCloser(other, name) ? [{ kind: "host", pattern: other }] : [],
  );
  const same = others.some((other) => textOf(other) === textOf(name));
  return all([
    without(test, closer),
    ...(same ? [{ kind: "doubt", reason: "another chain asks the same" } as const] : []),
  ]);
}

const textOf = (name: HostPattern | null): string => (name === null ? "" : describePattern(name));

function isInside(inner: Prefix, outer: Prefix | null): boolean {
  if (outer === null) return true;
  const [a, b] = [rangeOf(inner), rangeOf(outer)];
  return a.family === b.family && lengthOf(inner) > lengthOf(outer) && a.first >= b.first && a.last <= b.last;
}

/** A whole name is closer than a star, and a star closer the longer what follows it. */
function isCloser(other: HostPattern, name: HostPattern | null): boolean {
  if (name === null) return true;
  if (name.kind !== "below") return false;
  return other.kind === "exact" || (other.kind === "below" && other.base.endsWith(`.${name.base}`));
}
