/** Prints a candidate as one nftables table of its own, whose chains a reload replaces in one step. */
import type { Candidate } from "../../model/candidate.ts";
import { formatSeconds, type Instant, SECOND } from "../../model/instant.ts";
import { familyOf } from "../../model/address.ts";
import { addressOf } from "../../model/prefix.ts";
import type { Print, Printed, PrintOptions } from "../contract.ts";
import {
  checkInterface,
  describeLeftOut,
  describeRule,
  destinationOf,
  type Entry,
  entryComment,
  type Group,
  type Plan,
  planEntries,
  rulesOf,
  undecided,
} from "../packet/plan.ts";
import { ADD_SETS, badRules, GOOD_RULES } from "./own-sets.ts";
import { safeProse } from "../packet/prose.ts";

/** nft refuses a longer comment, on rules and on elements. */
const LONGEST_COMMENT = 128;

/** The last second of the year 9999: later ones have no RFC 3339 form. */
export const LATEST: Instant = 253_402_300_799 * SECOND;

export const printNftables: Print = (candidate: Candidate, now: Instant, options: PrintOptions): Printed =>
  printForm(candidate, now, options, UNFED, false);

/** The same table, so that one form takes the place of the other, in one step and with the same sets. */
export const printNftablesAudit: Print = (candidate: Candidate, now: Instant, options: PrintOptions): Printed =>
  printForm(candidate, now, options, UNFED, true);

/** What a resolver's sets bring into the table: lines of its header, the sets, and the rules that look into them. */
export interface Fed {
  readonly header: readonly string[];
  readonly sets: readonly string[];
  readonly rules: readonly string[];
}

const UNFED: Fed = { header: [], sets: [], rules: [] };

export function printTable(candidate: Candidate, now: Instant, options: PrintOptions, fed: Fed): Printed {
  return printForm(candidate, now, options, fed, false);
}

function printForm(candidate: Candidate, now: Instant, options: PrintOptions, fed: Fed, audit: boolean): Printed {
  checkInterface(options.interface);
  const plan = planEntries(candidate, now, "nftables", LATEST);
  const permits = [...GOOD_RULES, ...allowed(candidate, plan), ...fed.rules];
  const chains = options.hook === "output" ? outputChains(permits, audit) : forwardChains(permits, options, audit);
  const text = [
    ...header(candidate, plan, audit),
    ...fed.header.map((line) => `# ${line}`),
    "",
    // `add` makes what is missing and leaves what is there: sets in the table outlive this file, its chains do not.
    "add table inet sallyport",
    ...ADD_SETS,
    ...chains.map(({ name, base }) => `add chain inet sallyport ${name}${base === null ? "" : ` { ${base} }`}`),
    ...chains.map(({ name }) => `flush chain inet sallyport ${name}`),
    "",
    "table inet sallyport {",
    ...fed.sets.map((line) => (line === "" ? "" : `\t${line}`)),
    ...chains.flatMap(({ name, lines }, i) => [
      ...(i > 0 ? [""] : []),
      `\tchain ${name} {`,
      ...lines.map((line) => (line === "" ? "" : `\t\t${line}`)),
      "\t}",
    ]),
    "}",
    "",
  ].join("\n");
  return { text, notExpressed: plan.notExpressed };
}

interface PrintedChain {
  readonly name: string;
  readonly base: string | null;
  readonly lines: readonly string[];
}

function header(candidate: Candidate, plan: Plan, audit: boolean): string[] {
  return [
    "#!/usr/sbin/nft -f",
    "# Egress allowlist by sallyport: one table of its own; every other table keeps its say.",
    `# Proposed ${safeProse(candidate.proposedAt, 40)} from ${candidate.runs} runs. Each rule ends by the clock, by itself.`,
    ...(audit ? ["# Audit: refuses nothing; what would be refused is counted and logged."] : []),
    ...undecided(plan).map((line) => `# ${line}`),
    "# Load, any number of times:  nft -f FILE",
    "# Remove:                     nft delete table inet sallyport",
    ...plan.notExpressed.map((left) => `# ${describeLeftOut(left)}`),
  ];
}

function outputChains(permits: readonly string[], audit: boolean): PrintedChain[] {
  const base = "type filter hook output priority filter; policy accept;";
  const judged = [...permits, ...refusing(audit)];
  return [{ name: "output", base, lines: [...UPKEEP, ...badRules(audit), ...REPLIES, ...LINK, ...judged] }];
}

/** Only the traffic asked for is judged; what returns from `forward` unjudged is left to the other tables. */
function forwardChains(permits: readonly string[], options: PrintOptions, audit: boolean): PrintedChain[] {
  const from: string[] = [];
  if (options.interface !== null) from.push(`iifname "${options.interface}"`);
  if (options.source !== null) {
    from.push(`${familyOf(addressOf(options.source)) === 4 ? "ip" : "ip6"} saddr ${options.source}`);
  }
  const base = "type filter hook forward priority filter; policy accept;";
  const others =
    options.source === null ? [] : ["# Only this source is judged: what it sends in the other family is not."];
  return [
    { name: "egress", base: null, lines: [...badRules(audit), ...REPLIES, ...permits, ...refusing(audit)] },
    { name: "forward", base, lines: [...others, [...from, "jump egress"].join(" ")] },
  ];
}

const UPKEEP: readonly string[] = ['oifname "lo" accept comment "the host to itself"'];

const REPLIES: readonly string[] = ['ct state established,related accept comment "what was allowed when it began"'];

/**
 * What a host must say to its own link. Without neighbour discovery no IPv6 packet finds its next hop; without listener
 * reports a switch that snoops multicast stops delivering the solicitations. DHCP renews a lease by unicast, and where that
 * is refused rebinds by broadcast: the broadcast is enough, and reaches no further than the link.
 */
const LINK: readonly string[] = [
  'icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept comment "neighbour discovery"',
  'icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } accept comment "multicast listener reports"',
  'ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept comment "DHCP on the link"',
  'ip6 daddr ff02::1:2 udp sport 546 udp dport 547 accept comment "DHCPv6 on the link"',
];

/** Refused with an answer: a dropped SYN would leave the program waiting for minutes, an answer says at once what happened. */
const REFUSE = 'counter reject with icmpx type admin-prohibited comment "not on the allowlist"';

/** Logged at a rate that no program can flood a log with; counted in full. */
function refusing(audit: boolean): string[] {
  const prefix = audit ? "sallyport would refuse: " : "sallyport refused: ";
  const log = `limit rate 10/minute burst 20 packets log prefix "${prefix}"`;
  return [log, audit ? 'counter comment "not on the allowlist"' : REFUSE];
}

function allowed(candidate: Candidate, plan: Plan): string[] {
  return plan.groups.flatMap((group) => {
    const last = group.entries.length - 1;
    return [
      "",
      ...rulesOf(candidate, group).map((rule) => `# ${describeRule(rule)}`),
      // An integer is UTC everywhere; nft reads a quoted date in the loader's time zone.
      `meta time < ${group.expires / SECOND} ${keyOf(group)} {`,
      ...group.entries.map((entry, i) => `\t${element(entry)}${i < last ? "," : ""}`),
      `} accept comment "expires ${formatSeconds(group.expires)}"`,
      ...(group === plan.groups.at(-1) ? [""] : []),
    ];
  });
}

/** What an ICMP endpoint was seen doing that a host does of its own accord is asking for an echo. */
function keyOf({ family, transport }: Group): string {
  const daddr = family === 4 ? "ip daddr" : "ip6 daddr";
  if (transport === "icmp" || transport === "icmpv6") return `${transport} type echo-request ${daddr}`;
  return `${daddr} . ${transport} dport`;
}

function element(entry: Entry): string {
  const destination = destinationOf(entry);
  const key = entry.port === null ? destination : `${destination} . ${entry.port}`;
  return `${key} comment "${entryComment(entry, LONGEST_COMMENT)}"`;
}
