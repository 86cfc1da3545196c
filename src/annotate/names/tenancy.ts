/** Whose a name is: the label somebody registered or was assigned, and who else has names beside it. */
import { parse } from "tldts";
import { DYNAMIC_DNS } from "../signals/lists/dynamic-dns.ts";
import { TUNNEL_SERVICES } from "../signals/lists/tunnels.ts";
import { WEBHOOK_SITES } from "../signals/lists/webhooks.ts";
import { PatternTable } from "./pattern-table.ts";
import {
  HOLDS_TENANTS,
  OWN_LABELS,
  PRIVATE_SUFFIXES,
  SHARED_HOSTS,
  SHARED_SUFFIXES,
  type SharedSuffix,
} from "./suffixes.ts";

const SUFFIXES = new PatternTable(SHARED_SUFFIXES);
const HOSTS = new PatternTable(SHARED_HOSTS);

export interface NameFacts {
  /** The label somebody registered or was assigned, with its suffix; null for suffixes and single labels. */
  readonly owned: string | null;
  /** What `owned` stands under. */
  readonly suffix: string;
  /** `assigned`: a provider's customer has the label. `path`: the host itself is every customer's. `private`: nobody can register it. */
  readonly kind: "registered" | "assigned" | "path" | "private";
  /** Set for `assigned` and `path`. */
  readonly shared: SharedSuffix | null;
}

const OPTIONS = { allowPrivateDomains: true, extractHostname: false, detectIp: false, validateHostname: false };

const LIST = "https://publicsuffix.org/list/";

export function factsOf(name: string): NameFacts {
  const host = HOSTS.find(name);
  if (host !== null) return { owned: name, suffix: host.suffix, kind: "path", shared: { ...host, suffix: name } };
  const listed = longestShared(name);
  if (listed !== null) return listed;
  const { publicSuffix, domain, isPrivate } = parse(name, OPTIONS);
  const suffix = publicSuffix ?? name;
  if (isPrivate === true && !OWN_LABELS.has(suffix)) {
    const shared = { suffix, what: "customers of its owner", source: LIST };
    return { owned: domain, suffix, kind: "assigned", shared };
  }
  const isOurs = [...PRIVATE_SUFFIXES].some((own) => name === own || name.endsWith(`.${own}`));
  return { owned: domain, suffix, kind: isOurs ? "private" : "registered", shared: null };
}

function longestShared(name: string): NameFacts | null {
  for (let from = 0, before = -1; ;) {
    const tail = name.slice(from);
    const entry = SUFFIXES.find(tail);
    if (entry !== null) {
      const owned = from === 0 ? null : name.slice(before);
      return { owned, suffix: tail, kind: "assigned", shared: { ...entry, suffix: tail } };
    }
    const dot = name.indexOf(".", from);
    if (dot < 0) return null;
    [before, from] = [from, dot + 1];
  }
}

/**
 * Why names ending in `.tail` are not one owner's, or null where they are. What counts is what follows the last star: where a
 * reader's star crosses dots (FPL, Squid, dnsmasq), `sts.*.amazonaws.com` takes the bucket `sts.evil.s3.amazonaws.com` too.
 */
export function spansTenants(tail: string): string | null {
  const facts = factsOf(tail);
  if (facts.kind === "private") return null;
  const service = DYNAMIC_DNS.find(tail) ?? TUNNEL_SERVICES.find(tail) ?? WEBHOOK_SITES.find(tail);
  if (service?.suffix === tail) return `anybody gets a name under ${tail} (${service.service})`;
  if (HOLDS_TENANTS.has(tail)) return `customers of the provider have names below ${tail}`;
  if (facts.kind === "path") return `${tail} is ${facts.shared?.what ?? "every customer's"}`;
  const buckets = tailsOf(tail).find((above) => HOSTS.find(above) !== null);
  // `x.bucket` is another bucket, and anybody's.
  if (buckets !== undefined) return `the names of buckets may hold dots, and anybody can have one below ${tail}`;
  if (facts.owned === null) {
    if (OWN_LABELS.has(tail)) return `hosts that every customer shares stand under ${tail}`;
    const who = facts.shared === null ? "anybody can register a name" : `${facts.shared.what} have names`;
    return `${who} under ${tail}`;
  }
  const holder = facts.shared === null ? tailsOf(tail).find((above) => HOLDS_TENANTS.has(above)) : undefined;
  return holder === undefined ? null : `customers of ${holder} may have names below ${tail}`;
}

/** What a name stands under, the longest first. */
function tailsOf(name: string): string[] {
  const labels = name.split(".");
  return labels.slice(1).map((_, i) => labels.slice(i + 1).join("."));
}
