/** Prints a candidate for hosts whose dnsmasq fills sets: its lines, and the nftables table that reads the sets. */
import type { Candidate, CandidateRule, NotExpressed } from "../../model/candidate.ts";
import { formatSeconds, type Instant, SECOND } from "../../model/instant.ts";
import { LATEST, printTable } from "../nftables/print.ts";
import { describeLeftOut } from "../packet/plan.ts";
import { confOf } from "./conf.ts";
import { type Feed, feedOf, nftsetLine, portsOf, setName } from "./feed.ts";
import { CACHE, type DnsmasqOptions, LIFE, METADATA, MOST_ADDRESSES } from "./options.ts";

export interface PrintedForDnsmasq {
  readonly conf: string;
  readonly nft: string;
  /** The rules that are told by name. */
  readonly fed: ReadonlySet<CandidateRule>;
  readonly notExpressed: readonly NotExpressed[];
}

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
    conf: confOf(candidate, feed, cache, life, NFTSET),
    nft: table.text,
    fed: new Set(feed.lines.flatMap(({ rules }) => rules)),
    notExpressed: [...feed.notExpressed, ...byAddress],
  };
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
      const match = `${daddr} != { ${METADATA[family].join(", ")} } ${daddr} @${setName(port, family)} ${transport} dport ${number}`;
      return `meta time < ${expires / SECOND} ${match} accept comment "resolved, expires ${formatSeconds(expires)}"`;
    });
  });
}

const NFTSET = {
  file: "candidate.dnsmasq.nft",
  line: nftsetLine,
  shield: (name: string): string => `nftset=/${name}/4#inet#sallyport#unread4,6#inet#sallyport#unread6`,
};
