/** Prints a candidate as a chain of its own for iptables-restore, one file a family, with the sets that large ones need. */
import { type Family, familyOf } from "../../model/address.ts";
import type { Candidate, NotExpressed } from "../../model/candidate.ts";
import { formatSeconds, type Instant, SECOND } from "../../model/instant.ts";
import { addressOf } from "../../model/prefix.ts";
import type { PrintOptions } from "../contract.ts";
import {
  checkInterface,
  describeLeftOut,
  describeRule,
  type Entry,
  entryComment,
  type Group,
  type Plan,
  planEntries,
  rulesOf,
  undecided,
} from "../packet/plan.ts";
import { safeProse } from "../packet/prose.ts";
import { isSet, setName, setsOf } from "./print-sets.ts";

export interface PrintedTables {
  readonly v4: string;
  readonly v6: string;
  /** For `ipset restore`, before both; null where they need no set. */
  readonly sets: string | null;
  readonly notExpressed: readonly NotExpressed[];
}

/** iptables-legacy refuses a longer comment. */
const LONGEST_COMMENT = 255;

/** `--datestop` is a signed 32-bit count of seconds, and inclusive. */
export const LATEST: Instant = 2 ** 31 * SECOND;

/** What else a chain holds: behind what is told by address, before the end that refuses the rest. */
export interface Beside {
  readonly header: readonly string[];
  readonly rules: (family: Family) => readonly string[];
}

const NOTHING: Beside = { header: [], rules: () => [] };

export function printIptables(
  candidate: Candidate,
  now: Instant,
  options: PrintOptions,
  beside: Beside = NOTHING,
): PrintedTables {
  checkInterface(options.interface);
  const plan = planEntries(candidate, now, "iptables", LATEST);
  return {
    v4: fileOf(candidate, plan, options, beside, 4),
    v6: fileOf(candidate, plan, options, beside, 6),
    sets: setsOf(candidate, plan),
    notExpressed: plan.notExpressed,
  };
}

/** As every refusal of ours: a client learns at once that it was a filter. */
export function refuse(family: Family): string {
  return `-j REJECT --reject-with ${family === 4 ? "icmp-admin-prohibited" : "icmp6-adm-prohibited"}`;
}

function fileOf(candidate: Candidate, plan: Plan, options: PrintOptions, beside: Beside, family: Family): string {
  const chain = options.hook === "output" ? "SALLYPORT-EGRESS" : "SALLYPORT-FORWARD";
  const jump = jumpOf(options, chain, family);
  const rules = [
    ...(options.hook === "output" ? upkeep(family) : [REPLIES]),
    ...plan.groups.filter((group) => group.family === family).flatMap((group) => permits(candidate, group)),
    ...beside.rules(family),
    refuse(family),
  ];
  return [
    ...header(candidate, plan, options, family, chain, jump),
    ...beside.header.map((line) => `# ${line}`),
    "*filter",
    ...(options.wholeTable === true ? BUILT_IN : []),
    ...(jump === null ? ["# The source is of the other family: nothing of this one is judged."] : []),
    ...(jump === null ? [] : [`:${chain} - [0:0]`, `-I ${jump}`]),
    ...(jump === null ? [] : rules.map((words) => (words.startsWith("#") ? words : `-A ${chain} ${words}`))),
    "COMMIT",
    "",
  ].join("\n");
}

/** What a table that is replaced as a whole begins with. */
const BUILT_IN: readonly string[] = [":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]"];

function permits(candidate: Candidate, group: Group): string[] {
  if (isSet(group)) return [`# ${group.entries.length} endpoints, described in candidate.ipset`, permitSet(group)];
  const described = rulesOf(candidate, group).map((rule) => `# ${describeRule(rule)}`);
  return [...described, ...group.entries.map((entry) => permit(group, entry))];
}

function header(
  candidate: Candidate,
  plan: Plan,
  options: PrintOptions,
  family: Family,
  chain: string,
  jump: string | null,
): string[] {
  const tool = family === 4 ? "iptables" : "ip6tables";
  const whole = [
    `# Load:    ${tool}-restore FILE`,
    "#          It REPLACES the whole filter table: every other rule of it is gone, also those for what comes in, and the",
    "#          policies of INPUT, FORWARD and OUTPUT become ACCEPT. For a host that has no other rules. Twice is once.",
  ];
  const beside = [
    `# Load:    ${tool}-restore --noflush FILE`,
    "#          A second load adds a second jump, which changes no verdict: what the chain returns once it returns twice.",
    `# Reload:  while ${tool} -D ${jump ?? ""} 2>/dev/null; do :; done, then load, so that one jump stays one.`,
    `# Remove:  while ${tool} -D ${jump ?? ""} 2>/dev/null; do :; done, then`,
    `#          ${tool} -F ${chain}; ${tool} -X ${chain}`,
  ];
  const sets = plan.groups.some((group) => group.family === family && isSet(group));
  const usage = [
    ...(sets
      ? ["# Before:  ipset -exist restore < candidate.ipset, which holds the sets that are looked up here"]
      : []),
    ...(options.wholeTable === true ? whole : beside),
  ];
  return [
    `# Egress allowlist by sallyport for IPv${family}: one chain of its own, judged before all other rules.`,
    "# RETURN hands what is allowed on to the other rules, so theirs still apply; everything else ends here.",
    `# Proposed ${safeProse(candidate.proposedAt, 40)} from ${candidate.runs} runs. Each rule ends by the clock (UTC), by itself.`,
    ...undecided(plan).map((line) => `# ${line}`),
    ...(jump === null ? [] : usage),
    ...plan.notExpressed.map((left) => `# ${describeLeftOut(left)}`),
  ];
}

/** First in the built-in chain, so that no earlier accept of others goes past it. */
function jumpOf(options: PrintOptions, chain: string, family: Family): string | null {
  if (options.hook === "output") return `OUTPUT -j ${chain}`;
  const { source } = options;
  if (source !== null && familyOf(addressOf(source)) !== family) return null;
  const from = [source === null ? "" : ` -s ${source}`, options.interface === null ? "" : ` -i ${options.interface}`];
  return `FORWARD${from.join("")} -j ${chain}`;
}

const REPLIES = "-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN";

/**
 * What a living host must say: to itself, in reply, and to its own link (neighbour discovery, multicast listener reports,
 * DHCP by broadcast); the reasons are in the nftables printer's words, `LINK`.
 */
function upkeep(family: Family): string[] {
  const common = ["-o lo -j RETURN", REPLIES];
  if (family === 4) return [...common, "-d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 -j RETURN"];
  const types = [133, 135, 136, 131, 132, 143];
  return [
    ...common,
    ...types.map((type) => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j RETURN`),
    "-d ff02::1:2/128 -p udp -m udp --sport 546 --dport 547 -j RETURN",
  ];
}

function permit(group: Group, entry: Entry): string {
  const { transport } = group;
  const destination = `-d ${entry.prefix}`;
  const comment = `-m comment --comment "${entryComment(entry, LONGEST_COMMENT)}"`;
  return `${destination} ${protocol(transport, entry.port)} ${until(group)} ${comment} -j RETURN`;
}

function permitSet(group: Group): string {
  const comment = `-m comment --comment "${group.entries.length} endpoints until ${formatSeconds(group.expires)}"`;
  return `-p ${group.transport} -m set --match-set ${setName(group)} dst,dst ${until(group)} ${comment} -j RETURN`;
}

/** The last second is included, so it is the one before the expiry. */
export function until({ expires }: Pick<Group, "expires">): string {
  return `-m time --datestop ${formatSeconds(expires - SECOND).slice(0, -1)}`;
}

/** Without ports an ICMP endpoint is one that is asked for an echo. */
function protocol(transport: Group["transport"], port: number | null): string {
  if (transport === "icmp") return "-p icmp -m icmp --icmp-type 8";
  if (transport === "icmpv6") return "-p ipv6-icmp -m icmp6 --icmpv6-type 128";
  return `-p ${transport} -m ${transport} --dport ${port ?? 0}`;
}
