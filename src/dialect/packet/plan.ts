/** What of a candidate a packet filter can say: addresses and ports, grouped by expiry, family and transport. */
import { type Address, familyOf, type Family } from "../../model/address.ts";
import type { Candidate, CandidateRule, NotExpressed, Target } from "../../model/candidate.ts";
import { compareNumbers, compareText } from "../../model/compare.ts";
import { InputError } from "../../model/error.ts";
import { formatEndpoint } from "../../model/evidence.ts";
import type { Transport } from "../../model/flow.ts";
import { formatSeconds, type Instant, parseInstant, SECOND } from "../../model/instant.ts";
import { addressOf, comparePrefixes, lengthOf, type Prefix, prefixOf, widthOf } from "../../model/prefix.ts";
import { safeProse } from "./prose.ts";

/** One address or prefix and port, and every rule that asked for it; the first speaks in the comment. */
export interface Entry {
  readonly prefix: Prefix;
  readonly port: number | null;
  readonly rules: readonly CandidateRule[];
}

export interface Group {
  readonly expires: Instant;
  readonly family: Family;
  readonly transport: Transport;
  readonly entries: readonly Entry[];
}

export interface Plan {
  readonly groups: readonly Group[];
  readonly notExpressed: readonly NotExpressed[];
}

/** The longest line that describes a rule in a `#` comment. */
const LONGEST_LINE = 400;

/** `latest`: the last instant the target can name as an end. What has expired is left out and not reported. */
export function planEntries(candidate: Candidate, now: Instant, target: Target, latest: Instant): Plan {
  const notExpressed: NotExpressed[] = [];
  const groups = new Map<string, Group & { readonly found: Map<string, CandidateRule[]> }>();
  for (const rule of candidate.rules) {
    const expires = expiryOf(rule);
    if (expires <= now) continue;
    const problem = whyNot(rule, expires, latest);
    if (problem !== null) notExpressed.push({ target, rule: rule.id, endpoint: rule.endpoint, reason: problem });
    for (const prefix of problem === null ? prefixesOf(rule) : []) {
      const family = familyOf(addressOf(prefix));
      const { transport, port } = rule.endpoint;
      if (!carries(family, transport)) continue;
      const key = `${expires} ${family} ${transport}`;
      const group = groups.get(key) ?? { expires, family, transport, entries: [], found: new Map() };
      groups.set(key, group);
      const place = `${prefix} ${port ?? ""}`;
      group.found.set(place, [...(group.found.get(place) ?? []), rule]);
    }
  }
  return { groups: [...groups.values()].map(sorted).sort(compareGroups), notExpressed };
}

function expiryOf(rule: CandidateRule): Instant {
  const expires = parseInstant(rule.expires);
  if (expires === null) throw new InputError(`candidate rule ${safeProse(rule.id, 40)}: expires is not a time`);
  // Guards count whole seconds; a fraction would end a moment later than was decided.
  return Math.floor(expires / SECOND) * SECOND;
}

function whyNot(rule: CandidateRule, expires: Instant, latest: Instant): string | null {
  const { transport, port } = rule.endpoint;
  if (rule.via !== null) return "reached through a proxy: a packet filter sees only the proxy";
  if (addressesOf(rule).length === 0) return "no address is known: a packet filter has no names";
  if (rule.chosen.kind === null) return `beyond the budget: ${rule.chosen.reason}`;
  if (port === null && transport !== "icmp" && transport !== "icmpv6") return "no port is known";
  if (!addressesOf(rule).some((address) => carries(familyOf(address), transport)))
    return `${transport} is of the other family`;
  return expires > latest ? `cannot expire later than ${formatSeconds(latest)}` : null;
}

function addressesOf({ addresses, endpoint }: CandidateRule): readonly Address[] {
  return addresses.length === 0 && endpoint.address !== null ? [endpoint.address] : addresses;
}

/** The strategy that was chosen, where it says more than the addresses themselves. */
export function prefixesOf(rule: CandidateRule): readonly Prefix[] {
  const { prefixes } = rule.chosen;
  return prefixes.length > 0
    ? prefixes
    : addressesOf(rule).map((address) => prefixOf(address, widthOf(familyOf(address))));
}

function carries(family: Family, transport: Transport): boolean {
  return !(transport === "icmp" && family === 6) && !(transport === "icmpv6" && family === 4);
}

function sorted(group: Group & { readonly found: ReadonlyMap<string, readonly CandidateRule[]> }): Group {
  const { expires, family, transport, found } = group;
  const entries = [...found].map(([place, rules]) => {
    const [prefix = "", port = ""] = place.split(" ");
    return { prefix: prefix as Prefix, port: port === "" ? null : Number(port), rules };
  });
  entries.sort((a, b) => comparePrefixes(a.prefix, b.prefix) || compareNumbers(a.port, b.port));
  return { expires, family, transport, entries: withoutNested(entries) };
}

/** A set takes no two intervals that overlap, and prefixes that do are inside each other: the wider one speaks for both. */
function withoutNested(entries: readonly Entry[]): Entry[] {
  const kept: Entry[] = [];
  const widest = new Map<number | null, number>();
  for (const entry of entries) {
    const at = widest.get(entry.port);
    const around = at === undefined ? undefined : kept[at];
    if (at !== undefined && around !== undefined && holds(around.prefix, entry.prefix)) {
      kept[at] = { ...around, rules: [...new Set([...around.rules, ...entry.rules])] };
    } else widest.set(entry.port, kept.push(entry) - 1);
  }
  return kept;
}

function holds(wide: Prefix, narrow: Prefix): boolean {
  return lengthOf(wide) <= lengthOf(narrow) && prefixOf(addressOf(narrow), lengthOf(wide)) === wide;
}

/** As nft writes it: an address where the prefix is one. */
export function destinationOf({ prefix }: Pick<Entry, "prefix">): string {
  const address = addressOf(prefix);
  return lengthOf(prefix) === widthOf(familyOf(address)) ? address : prefix;
}

function compareGroups(a: Group, b: Group): number {
  return a.expires - b.expires || a.family - b.family || compareText(a.transport, b.transport);
}

/** The comment in the rule itself, within what the loader takes: whose it is, how well known, until when. */
export function entryComment(entry: Entry, limit: number): string {
  const [rule] = entry.rules;
  if (rule === undefined) return "";
  const { evidence } = rule;
  const more = entry.rules.length > 1 ? ` +${entry.rules.length - 1} more` : "";
  const seen = `runs ${evidence.runs}/${evidence.of} ${evidence.nameSource ?? "unnamed"}`;
  const tail = safeProse(` ${seen} ${rule.review} until ${rule.expires}${more}`, limit);
  const head = `${safeProse(rule.id, 16)} `;
  const name = ending(rule.endpoint.name ?? destinationOf(entry), Math.max(2, limit - head.length - tail.length));
  return `${head}${name}${tail}`.slice(0, limit);
}

/** The end of a name says more than its beginning. */
function ending(name: string, limit: number): string {
  return name.length <= limit ? name : `..${name.slice(name.length - limit + 2)}`;
}

const GUESSES: ReadonlySet<string> = new Set(["widened", "published", "published-list"]);

/** The `#` line above a rule: everything a reviewer asks for, on one bounded line. */
export function describeRule(rule: CandidateRule): string {
  const { evidence } = rule;
  const by = evidence.nameSource ?? (evidence.runs === 0 ? "nobody yet" : "address");
  const seen = `runs ${evidence.runs}/${evidence.of} by ${by}`;
  const { kind, detail } = rule.chosen;
  // Addresses that nobody saw are open too: a reader of the file is told by which guess.
  const guess = kind !== null && GUESSES.has(kind) ? `, told as ${[kind, detail].join(" ").trim()}` : "";
  const line = `${rule.id} ${formatEndpoint(rule.endpoint)} until ${rule.expires}, ${seen}${guess}, ${rule.review}`;
  return safeProse(`${line}, owner ${rule.owner ?? "nobody"}: ${rule.reason}`, LONGEST_LINE);
}

/** The line in a file's header that says how much of it nobody has decided. */
export function undecided(plan: Plan): string[] {
  const rules = new Set(plan.groups.flatMap(({ entries }) => entries.flatMap((entry) => entry.rules)));
  const open = [...rules].filter(({ review }) => review === "unreviewed").length;
  if (open === 0) return [];
  return [
    `${open} of ${rules.size} endpoints marked "unreviewed" were seen in a sandbox and decided by nobody:`,
    "say why each is needed and who owns it, or take it out, before this is loaded.",
  ];
}

export function describeLeftOut({ rule, endpoint, reason }: NotExpressed): string {
  return safeProse(`left out: ${rule} ${formatEndpoint(endpoint)}: ${reason}`, LONGEST_LINE);
}

/** Every rule behind a group, each once, in the order of the candidate. */
export function rulesOf(candidate: Candidate, group: Group): readonly CandidateRule[] {
  const present = new Set(group.entries.flatMap(({ rules }) => rules));
  return candidate.rules.filter((rule) => present.has(rule));
}

/** An interface name as the kernel takes it, and no loader reads anything else into. */
export function checkInterface(name: string | null): void {
  if (name === null || /^[A-Za-z0-9_.-]{1,15}$/.test(name)) return;
  throw new InputError(`${safeProse(name, 40)} is not the name of a network interface`);
}
