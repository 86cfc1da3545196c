/** Which names dnsmasq feeds into which sets: one set for each family, transport, port and expiry. */
import type { Family } from "../../model/address.ts";
import type { Candidate, CandidateRule, NotExpressed } from "../../model/candidate.ts";
import { compareNumbers, compareText } from "../../model/compare.ts";
import type { Transport } from "../../model/flow.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import { formatSeconds, type Instant, parseInstant, SECOND } from "../../model/instant.ts";

/** dnsmasq adds addresses alone, so what a rule asks besides is in the set's name, and in the one rule that reads the set. */
export interface Port {
  readonly transport: Transport;
  readonly port: number;
  readonly expires: Instant;
}

interface Line {
  readonly name: Fqdn;
  readonly ports: readonly Port[];
  readonly rules: readonly CandidateRule[];
}

export interface Feed {
  /** By name; a name's sets stand in one line, because dnsmasq takes only the last of several lines that fit equally. */
  readonly lines: readonly Line[];
  /** Names below those of the lines that were observed and not proposed. */
  readonly shielded: readonly Fqdn[];
  /** What is told by address instead: no name, or one that is not sure, or no port. */
  readonly others: Candidate;
  readonly notExpressed: readonly NotExpressed[];
}

export interface Limits {
  /** The last instant the table can name as an end. */
  readonly latest: Instant;
  /** Who registered a name; null for a public suffix, below which anybody can. */
  readonly registrable: (name: Fqdn) => string | null;
}

const FAMILIES: readonly Family[] = [4, 6];

/** dnsmasq reads lines of at most 1024 characters, and the rest of a longer one as another. */
const LONGEST_LINE = 1000;

export function feedOf(candidate: Candidate, now: Instant, limits: Limits): Feed {
  const named = new Map<Fqdn, { ports: Map<string, Port>; rules: CandidateRule[] }>();
  const others: CandidateRule[] = [];
  const notExpressed: NotExpressed[] = [];
  for (const rule of candidate.rules) {
    const { name } = rule.endpoint;
    const port = portOf(rule);
    if (name === null || port === null) others.push(rule);
    if (name === null || port === null || port.expires <= now) continue;
    const entry = named.get(name) ?? { ports: new Map<string, Port>(), rules: [] };
    const ports = new Map(entry.ports).set(setName(port, 4), port);
    const reason = whyNot(name, port, [...ports.values()], limits);
    if (reason === null) named.set(name, { ports, rules: [...entry.rules, rule] });
    else notExpressed.push({ target: "dnsmasq", rule: rule.id, endpoint: rule.endpoint, reason });
  }
  const lines = [...named].map(([name, { ports, rules }]) => ({
    name,
    ports: [...ports.values()].sort(comparePorts),
    rules,
  }));
  lines.sort((a, b) => compareText(a.name, b.name));
  const shielded = candidate.notProposed.flatMap(({ endpoint: { name } }) =>
    name !== null && !named.has(name) && isBelow(name, named) ? name : [],
  );
  return {
    lines,
    shielded: [...new Set(shielded)].sort(compareText),
    others: { ...candidate, rules: others },
    notExpressed,
  };
}

/** Null where no answer of a resolver can say it: the rule is about addresses, or its name is a guess. */
function portOf({ endpoint, via, evidence, expires }: CandidateRule): Port | null {
  const { name, transport, port } = endpoint;
  const end = parseInstant(expires);
  if (name === null || port === null || via !== null || evidence.ambiguous || end === null) return null;
  // A fraction of a second would end a moment later than was decided.
  return { transport, port, expires: Math.floor(end / SECOND) * SECOND };
}

function whyNot(name: Fqdn, port: Port, ports: readonly Port[], { latest, registrable }: Limits): string | null {
  if (registrable(name) === null) return "dnsmasq has no exact match, and below this name anybody can have one";
  if (port.expires > latest) return `cannot expire later than ${formatSeconds(latest)}`;
  return nftsetLine(name, ports).length > LONGEST_LINE ? "too many ports for one line of dnsmasq" : null;
}

/** Seconds since 1970 tell expiries apart; names this short fit ipset too. */
export function setName({ transport, port, expires }: Port, family: Family): string {
  return `resolved${family}_${transport}_${port}_${expires / SECOND}`;
}

export function nftsetLine(name: Fqdn, ports: readonly Port[]): string {
  const sets = ports.flatMap((port) => FAMILIES.map((family) => `${family}#inet#sallyport#${setName(port, family)}`));
  return `nftset=/${name}/${sets.join(",")}`;
}

function comparePorts(a: Port, b: Port): number {
  return a.expires - b.expires || compareText(a.transport, b.transport) || compareNumbers(a.port, b.port);
}

function isBelow(name: Fqdn, named: ReadonlyMap<Fqdn, unknown>): boolean {
  const labels = name.split(".");
  return labels.some((_, i) => i > 0 && named.has(labels.slice(i).join(".") as Fqdn));
}

/** Every set that lines of dnsmasq name, each once. */
export function portsOf(feed: Feed): Port[] {
  const ports = new Map(feed.lines.flatMap((line) => line.ports).map((port) => [setName(port, 4), port]));
  return [...ports.values()].sort(comparePorts);
}
