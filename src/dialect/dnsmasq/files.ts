/** Everything for a host whose dnsmasq fills sets, whichever of the two packet filters it has. */
import type { Candidate, CandidateRule, NotExpressed } from "../../model/candidate.ts";
import type { Instant } from "../../model/instant.ts";
import { printDnsmasqIpset } from "./ipset.ts";
import type { DnsmasqOptions } from "./options.ts";
import { printDnsmasq } from "./print.ts";

export interface PrintedForResolver {
  /** File name to text. */
  readonly files: ReadonlyMap<string, string>;
  /** The rules that are told by name. */
  readonly fed: ReadonlySet<CandidateRule>;
  readonly notExpressed: readonly NotExpressed[];
}

export function printResolverSets(candidate: Candidate, now: Instant, options: DnsmasqOptions): PrintedForResolver {
  const { conf, nft, fed, notExpressed } = printDnsmasq(candidate, now, options);
  const ipset = printDnsmasqIpset(candidate, now, options);
  return {
    files: new Map([
      ["candidate.dnsmasq.conf", conf],
      ["candidate.dnsmasq.nft", nft],
      ["candidate.dnsmasq-ipset.conf", ipset.conf],
      ["candidate.dnsmasq.ipset", ipset.sets],
      ["candidate.dnsmasq.rules.v4", ipset.v4],
      ["candidate.dnsmasq.rules.v6", ipset.v6],
    ]),
    fed,
    notExpressed,
  };
}
