/** Prints a candidate for hosts whose dnsmasq fills sets: its lines, and the nftables table that reads the sets. */
import type { Family } from "../../model/address.ts";
import type { Candidate, CandidateRule, NotExpressed } from "../../model/candidate.ts";
import { formatSeconds, type Instant, SECOND } from "../../model/instant.ts";
import type { PrintOptions } from "../contract.ts";
import { LATEST, printTable } from "../nftables/print.ts";
import { describeLeftOut, describeRule } from "../packet/plan.ts";
import { safeProse } from "../packet/prose.ts";
import { comparePorts, type Feed, feedOf, type Limits, nftsetLine, type Port, setName } from "./feed.ts";

export interface DnsmasqOptions extends PrintOptions, Pick<Limits, "registrable"> {
  /** Seconds that dnsmasq and its clients may keep an answer. */
  readonly cache?: number;
  /** Seconds that an address stays in its set: longer than any answer is kept, or what is still in use would be shut. */
  readonly life?: number;
}

export interface PrintedForDnsmasq {
  readonly conf: string;
  readonly nft: string;
  /** The rules that are told by name. */
  readonly fed: ReadonlySet<CandidateRule>;
  readonly notExpressed: readonly NotExpressed[];
}

const CACHE = 60;
const LIFE = 24 * 3600;

/** Answers are a stranger's choice; so many fill no memory. */
const MOST_ADDRESSES = 65_535;

/** Who owns a name chooses its addresses, and these hand out a machine's credentials. */
const METADATA: Readonly<Record<Family, string>> = {
  4: "{ 100.100.100.200, 169.254.0.0/16 }",
  6: "{ fd00:ec2::254, fe80::/10 }",
};

export function printDnsmasq(candidate: Candidate, now: Instant, options: DnsmasqOptions): PrintedForDnsmasq {
  const { cache = CACHE, life = LIFE, registrable } = options;
  const feed = feedOf(candidate, now, { latest: LATEST, registrable });
  const table = printTable(feed.others, now, options, {
    header: [
      "In place of candidate.nft, with candidate.dnsmasq.conf: endpoints known by name are the addresses that dnsmasq puts",
      "into the sets below when it resolves the name. Sets survive a reload of this file; their elements end by themselves.",
      ...feed.notExpressed.map(describeLeftOut),
    ],
    sets: setsOf(feed, life),
    rules: rulesOf(feed),
  });
  const byAddress = table.notExpressed.map((left): NotExpressed => ({ ...left, target: "dnsmasq" }));
  return {
    conf: confOf(candidate, feed, cache, life),
    nft: table.text,
    fed: new Set(feed.lines.flatMap(({ rules }) => rules)),
    notExpressed: [...feed.notExpressed, ...byAddress],
  };
}

function portsOf(feed: Feed): Port[] {
  const ports = new Map(feed.lines.flatMap((line) => line.ports).map((port) => [setName(port, 4), port]));
  return [...ports.values()].sort(comparePorts);
}

function setsOf(feed: Feed, life: number): string[] {
  const names = [
    ...portsOf(feed).flatMap((port) => ([4, 6] as const).map((family) => [family, setName(port, family)] as const)),
    ...(feed.shielded.length > 0 ? ([4, 6] as const).map((family) => [family, `unread${family}`] as const) : []),
  ];
  return names.flatMap(([family, name]) => [
    `set ${name} {`,
    `\ttype ipv${family}_addr`,
    `\tsize ${MOST_ADDRESSES}`,
    "\tflags timeout",
    `\ttimeout ${life}s`,
    "}",
    "",
  ]);
}

/** Beside the elements' own timeout each set ends by the clock: what a resolver still answers then is no longer allowed. */
function rulesOf(feed: Feed): string[] {
  return portsOf(feed).flatMap((port) => {
    const { transport, port: number, expires } = port;
    return ([4, 6] as const).map((family) => {
      const daddr = family === 4 ? "ip daddr" : "ip6 daddr";
      const match = `${daddr} != ${METADATA[family]} ${daddr} @${setName(port, family)} ${transport} dport ${number}`;
      return `meta time < ${expires / SECOND} ${match} accept comment "resolved, expires ${formatSeconds(expires)}"`;
    });
  });
}

function confOf(candidate: Candidate, feed: Feed, cache: number, life: number): string {
  const lines = feed.lines.flatMap(({ name, ports, rules }) => [
    "",
    ...rules.map((rule) => `# ${describeRule(rule)}`),
    `# and every name below ${name}`,
    nftsetLine(name, ports),
  ]);
  const shields = feed.shielded.map((name) => `nftset=/${name}/4#inet#sallyport#unread4,6#inet#sallyport#unread6`);
  return [
    "# Egress allowlist by sallyport for dnsmasq: the sets of candidate.dnsmasq.nft that the answers for each name go into.",
    `# Proposed ${safeProse(candidate.proposedAt, 40)} from ${candidate.runs} runs.`,
    "# Load candidate.dnsmasq.nft first (a set that is missing is not filled), then put this among dnsmasq's files and restart it.",
    "#",
    "# WARNING: dnsmasq has no exact match. A line for a name is one for every name below it, at any depth: wider than decided.",
    "# A set holds addresses: whatever else answers at one of them, on the same port, is open with it.",
    "# Only answers from an upstream server fill sets; what dnsmasq answers itself (address=, hosts, leases) opens nothing, and",
    "# so does what a client asks of another resolver.",
    `# An address stays ${life} s after it was first added, and asking again does not renew it. Answers are kept ${cache} s`,
    `# at most, so a name in use is refused for ${cache} s at worst before it is asked for and added again.`,
    "# dnsmasq takes these two options once: where yours are shorter, take these out.",
    ...feed.notExpressed.map((left) => `# ${describeLeftOut(left)}`),
    `max-cache-ttl=${cache}`,
    `max-ttl=${cache}`,
    ...lines,
    ...(shields.length > 0
      ? ["", "# Below names above, observed and not proposed: their answers go where no rule looks.", ...shields]
      : []),
    "",
  ].join("\n");
}
