/** The same sets for hosts that filter with iptables: ipset holds them, and one rule each reads them. */
import type { Family } from "../../model/address.ts";
import type { Candidate } from "../../model/candidate.ts";
import type { Instant } from "../../model/instant.ts";
import { LATEST, printIptables, refuse, until } from "../iptables/print.ts";
import { describeLeftOut } from "../packet/plan.ts";
import { confOf } from "./conf.ts";
import { type Feed, feedOf, portsOf, type Port, setName } from "./feed.ts";
import { CACHE, type DnsmasqOptions, LIFE, METADATA, MOST_ADDRESSES } from "./options.ts";

export interface PrintedForIpset {
  readonly conf: string;
  /** For `ipset -exist restore`, before anything else. */
  readonly sets: string;
  readonly v4: string;
  readonly v6: string;
}

const FAMILIES: readonly Family[] = [4, 6];

export function printDnsmasqIpset(candidate: Candidate, now: Instant, options: DnsmasqOptions): PrintedForIpset {
  const { cache = CACHE, life = LIFE, registrable } = options;
  const feed = feedOf(candidate, now, { latest: LATEST, registrable });
  const { v4, v6, sets } = printIptables(feed.others, now, options, {
    header: [
      "In place of rules.v4 and rules.v6, with candidate.dnsmasq-ipset.conf: endpoints known by name are the addresses that dnsmasq",
      "puts into the sets of candidate.dnsmasq.ipset when it resolves the name. Load those sets first.",
      ...feed.notExpressed.map(describeLeftOut),
    ],
    rules: (family) => rulesOf(feed, family),
  });
  return { conf: confOf(candidate, feed, cache, life, IPSET), sets: setsOf(feed, life) + (sets ?? ""), v4, v6 };
}

const IPSET = {
  file: "candidate.dnsmasq.ipset",
  line: (name: string, ports: readonly Port[]): string => `ipset=/${name}/${namesOf(ports).join(",")}`,
  shield: (name: string): string => `ipset=/${name}/${FAMILIES.map((family) => `unread${family}`).join(",")}`,
};

const namesOf = (ports: readonly Port[]): string[] =>
  ports.flatMap((port) => FAMILIES.map((family) => setName(port, family)));

function setsOf(feed: Feed, life: number): string {
  const names = [
    ...namesOf(portsOf(feed)),
    ...(feed.shielded.length > 0 ? FAMILIES.map((family) => `unread${family}`) : []),
  ];
  const inet = (name: string): string => (/^(resolved|unread)4/.test(name) ? "inet" : "inet6");
  return [
    "# Sets that dnsmasq fills, by sallyport. Load: ipset -exist restore < FILE; what is in them stays.",
    ...names.map((name) => `create ${name} hash:ip family ${inet(name)} timeout ${life} maxelem ${MOST_ADDRESSES}`),
    "",
  ].join("\n");
}

/** What hands out a machine's credentials is refused before any set is looked at: who owns a name chooses its addresses. */
function rulesOf(feed: Feed, family: Family): string[] {
  const ports = portsOf(feed);
  if (ports.length === 0) return [];
  return [
    ...METADATA[family].map((prefix) => `-d ${prefix} ${refuse(family)}`),
    ...ports.map((port) => {
      const { transport, port: number } = port;
      const match = `-p ${transport} -m ${transport} --dport ${number} -m set --match-set ${setName(port, family)} dst`;
      return `${match} ${until(port)} -m comment --comment "resolved" -j RETURN`;
    }),
  ];
}
