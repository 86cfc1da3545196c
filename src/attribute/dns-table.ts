/** What the resolver said during a run: which names pointed at which address, to whom and for how long. */
import type { Address } from "../model/address.ts";
import { sortedUnique } from "../model/compare.ts";
import { type DnsAnswer, isLinkSource, NAME_SOURCES, type NameSource } from "../model/flow.ts";
import type { Fqdn } from "../model/fqdn.ts";
import { type Instant, SECOND } from "../model/instant.ts";

/**
 * How long after its TTL an answer still explains a flow, seconds. Programs keep addresses longer than they should
 * (connection pools, resolver caches that serve stale data, RFC 8767); five minutes covers the usual ones.
 */
export const GRACE_SECONDS = 300;

/** Answers kept for one run; a flood of made-up names must not grow memory without end. */
const MAX_ANSWERS = 200_000;

/** Answers kept for one address: all of them are looked through for each flow to it. */
const MAX_OF_ADDRESS = 2000;

/** Characters of all names kept: chains of the longest names would take a hundred times the memory of usual answers. */
const MAX_TEXT = 64_000_000;

/** Spans of one address that are looked through faster than looked up; most have one or two. */
const FEW = 16;

interface Span {
  readonly name: Fqdn;
  readonly chain: readonly Fqdn[];
  readonly client: Address | null;
  readonly source: DnsAnswer["source"];
  /** First and latest answer, and the end of the latest one's validity; null times hold always. */
  readonly from: Instant | null;
  last: Instant;
  until: number;
}

export interface Resolved {
  readonly source: DnsAnswer["source"];
  readonly name: Fqdn;
  readonly chain: readonly Fqdn[];
  /** More than one name was valid for this client at this time. */
  readonly ambiguous: boolean;
}

export class DnsTable {
  /** Answers that found no room. */
  overflow = 0;
  private readonly spans = new Map<Address, Span[]>();
  /** Of the addresses that have many spans: the last one of each saying. */
  private readonly latest = new Map<Address, Map<string, Span>>();
  private size = 0;
  private text = 0;

  add(answer: DnsAnswer): void {
    const spans = this.spans.get(answer.address) ?? [];
    const at = answer.at ?? 0;
    const until = endOf(answer);
    const known = this.latestOf(spans, answer);
    // Of answers that say the same the latest ends last, or there would be one span of both.
    if (known && known.until >= at) {
      known.last = Math.max(known.last, at);
      known.until = Math.max(known.until, until);
      return;
    }
    const text = answer.chain.reduce((sum, alias) => sum + alias.length, answer.name.length);
    if (this.size >= MAX_ANSWERS || spans.length >= MAX_OF_ADDRESS || this.text + text > MAX_TEXT) {
      this.overflow++;
      return;
    }
    this.size++;
    this.text += text;
    const { name, chain, client, source } = answer;
    const span = { name, chain, client, source, from: answer.at, last: at, until };
    spans.push(span);
    this.spans.set(answer.address, spans);
    const latest = this.latest.get(answer.address);
    if (latest) latest.set(sayingOf(span), span);
    else if (spans.length > FEW) this.latest.set(answer.address, new Map(spans.map((each) => [sayingOf(each), each])));
  }

  /** The last span that says the same; looked up where there are too many to look through for every answer. */
  private latestOf(spans: readonly Span[], answer: DnsAnswer): Span | undefined {
    if (spans.length <= FEW) return spans.findLast((span) => isSame(span, answer));
    return this.latest.get(answer.address)?.get(sayingOf(answer));
  }

  /**
   * The name a client can have meant by an address at a time: the latest answer given to it before then and not yet
   * over. Weaker sources count only where no stronger one fits: a resolver, the capture's name resolution block, the link.
   */
  resolve(address: Address, client: Address | null, at: Instant | null): Resolved | null {
    const spans = this.spans.get(address);
    if (spans === undefined) return null;
    const fits = spans.filter((s) => isValid(s, client, at));
    const best = fits.reduce<Span | null>((a, b) => (a === null || isBetter(b, a, at) ? b : a), null);
    if (best === null) return null;
    const rivals = fits.some((s) => s.name !== best.name && s.source === best.source);
    return { source: best.source, name: best.name, chain: best.chain, ambiguous: rivals };
  }

  /** Whether a client can have meant an address by a name at a time: an answer to it said so, and was not over. */
  pointsAt(name: Fqdn, address: Address, client: Address | null, at: Instant | null): boolean {
    return (this.spans.get(address) ?? []).some((s) => s.name === name && isValid(s, client, at));
  }

  /**
   * Every name that pointed at the address at any time in the run. What hosts of the link said of themselves is shown
   * beside its like only.
   */
  namesOf(address: Address, source: NameSource | null): Fqdn[] {
    const withLink = source !== null && isLinkSource(source);
    const names: Fqdn[] = [];
    for (const span of this.spans.get(address) ?? []) {
      if (withLink || !isLinkSource(span.source)) names.push(span.name);
    }
    return sortedUnique(names);
  }

  /**
   * Whether the client had been told other names for the address, none of them `name` nor an alias on the way, and
   * nobody had ever been told that `name` has it.
   */
  contradicts(name: Fqdn, address: Address, client: Address | null, at: Instant | null): boolean {
    const spans = this.spans.get(address);
    if (spans === undefined) return false;
    const told = spans.filter((s) => s.source === "dns");
    if (told.some((s) => (s.name === name || s.chain.includes(name)) && isBefore(s, at))) return false;
    return told.some((s) => isValid(s, client, at));
  }
}

type Saying = Pick<Span, "name" | "client" | "source" | "chain">;

/** What an answer says, as text: names, addresses and sources hold no blanks. */
function sayingOf({ name, client, source, chain }: Saying): string {
  return [source, client ?? "", name, ...chain].join(" ");
}

function isSame(span: Span, { name, client, source, chain }: Saying): boolean {
  if (span.name !== name || span.client !== client || span.source !== source) return false;
  return span.chain.length === chain.length && span.chain.every((alias, i) => alias === chain[i]);
}

/** The end of an answer's time, grace included; without a time or TTL it has none. */
export function endOf({ at, ttl }: DnsAnswer): number {
  return at === null || ttl === null ? Infinity : at + (ttl + GRACE_SECONDS) * SECOND;
}

/** Whether an answer can explain a flow of this client that began at this time; if not, why. */
export type Fit = "fits" | "other-client" | "later" | "over";

export function fitOf(span: Pick<Span, "client" | "from" | "until">, client: Address | null, at: Instant | null): Fit {
  if (span.client !== null && client !== null && span.client !== client) return "other-client";
  if (at === null || span.from === null) return "fits";
  if (at < span.from) return "later";
  return at <= span.until ? "fits" : "over";
}

function isValid(span: Span, client: Address | null, at: Instant | null): boolean {
  return fitOf(span, client, at) === "fits";
}

function isBefore(span: Span, at: Instant | null): boolean {
  return at === null || span.from === null || span.from <= at;
}

function isBetter(a: Span, b: Span, at: Instant | null): boolean {
  if (a.source !== b.source) return NAME_SOURCES.indexOf(a.source) < NAME_SOURCES.indexOf(b.source);
  const [recentA, recentB] = [recency(a, at), recency(b, at)];
  return recentA === recentB ? a.name < b.name : recentA > recentB;
}

/** The latest answer of the span that is surely before the flow. */
function recency(span: Span, at: Instant | null): number {
  return at === null || span.last <= at ? span.last : (span.from ?? 0);
}
