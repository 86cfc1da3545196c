/** The options of one rule as conditions on a packet: who reads which. */
import type { Condition } from "../../packet/program.ts";
import type { Option } from "../tree.ts";
import { printOption } from "../write.ts";
import { destinationType, sourceType } from "./address-type.ts";
import { addresses, addressRange } from "./addresses.ts";
import { conntrackDirection, conntrackState } from "./conntrack.ts";
import { networkInterface } from "./interfaces.ts";
import { mark } from "./mark.ts";
import { owner, socketExists } from "./owner.ts";
import { eitherPort, ports } from "./ports.ts";
import { fragment, icmpType, protocol, synAlone, tcpFlags } from "./protocols.ts";
import { type Reader, type Scope, SILENT } from "./reading.ts";
import { setMembership } from "./sets.ts";

/** Modules whose options are read here, or that ask nothing by themselves. */
const MODULES: ReadonlySet<string> = new Set([
  "tcp",
  "udp",
  "udplite",
  "sctp",
  "icmp",
  "icmp6",
  "icmpv6",
  "multiport",
  "comment",
  "conntrack",
  "state",
  "time",
  "owner",
  "iprange",
  "addrtype",
  "mark",
  "set",
]);

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["-m", (option) => (MODULES.has(option.words[0] ?? "") ? [] : null)],
  ["-p", protocol],
  ["-s", addresses("saddr")],
  ["-d", addresses("daddr")],
  ["--src-range", addressRange("saddr")],
  ["--dst-range", addressRange("daddr")],
  ["-i", networkInterface("in")],
  ["-o", networkInterface("out")],
  ["-f", fragment],
  ["--dport", ports("dport")],
  ["--sport", ports("sport")],
  ["--ports", eitherPort],
  ["--icmp-type", icmpType],
  ["--ctstate", conntrackState],
  ["--ctdir", conntrackDirection],
  // Of both ends as the connection began: the packet's own, as long as nothing has translated them.
  ["--ctproto", protocol],
  ["--ctorigsrc", addresses("saddr")],
  ["--ctorigdst", addresses("daddr")],
  ["--ctorigsrcport", ports("sport")],
  ["--ctorigdstport", ports("dport")],
  ["--uid-owner", owner("uid")],
  ["--gid-owner", owner("gid")],
  ["--socket-exists", socketExists],
  ["--dst-type", destinationType],
  ["--src-type", sourceType],
  ["--mark", mark],
  ["--match-set", setMembership],
  // Counters of a set's elements are counted up or not; whether they are asked about is another option.
  ["--update-counters", SILENT],
  ["--update-subcounters", SILENT],
  ["--syn", synAlone],
  ["--tcp-flags", tcpFlags],
  ["--comment", SILENT],
]);

/** Other spellings of the same option. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "--match": "-m",
    "--protocol": "-p",
    "--proto": "-p",
    "--source": "-s",
    "--src": "-s",
    "--destination": "-d",
    "--dst": "-d",
    "--in-interface": "-i",
    "--out-interface": "-o",
    "--fragment": "-f",
    "--destination-port": "--dport",
    "--dports": "--dport",
    "--destination-ports": "--dport",
    "--source-port": "--sport",
    "--sports": "--sport",
    "--source-ports": "--sport",
    "--port": "--ports",
    "--icmpv6-type": "--icmp-type",
    "--state": "--ctstate",
    "--jump": "-j",
    "--goto": "-g",
  }),
);

export const canonicalFlag = (flag: string): string => ALIASES.get(flag) ?? flag;

/** Of one option alone; those that mean something only together are read by {@link timeOf}. */
export function conditionsOf(option: Option, scope: Scope): Condition[] {
  const read = READERS.get(canonicalFlag(option.flag));
  return read?.(option, scope) ?? [{ kind: "opaque", text: printOption(option) }];
}
