/** A group of many entries as one set of `ipset restore`, so that the chain stays short and the kernel looks up once. */
import { createHash } from "node:crypto";
import type { Candidate } from "../../model/candidate.ts";
import { formatSeconds } from "../../model/instant.ts";
import { addressOf, type Prefix, rangeOf } from "../../model/prefix.ts";
import { describeRule, entryComment, type Group, type Plan, rulesOf } from "../packet/plan.ts";

/** A chain is walked rule by rule: beyond this many of one kind, a set is quicker and easier to read. */
const MOST_RULES = 100;

/** The kernel refuses a longer comment, and a set with more elements than it was made for. */
const LONGEST_COMMENT = 255;
const LEAST_ROOM = 65_536;

/** ICMP has no ports, and hosts asked for an echo are few. */
export function isSet({ entries, transport }: Group): boolean {
  return entries.length > MOST_RULES && transport !== "icmp" && transport !== "icmpv6";
}

/**
 * Named by its contents: another version is another set, which is filled before any rule looks it up and swapped for the old
 * one in the moment that the rules are restored. The kernel takes 31 characters.
 */
export function setName(group: Group): string {
  const digest = createHash("sha256").update(elements(group).join("\n")).digest("hex").slice(0, 12);
  return `sallyport-v${group.family}-${digest}`;
}

function elements({ transport, entries }: Group): string[] {
  return entries.map(
    ({ prefix, port }) => `${isSingle(prefix) ? addressOf(prefix) : prefix},${transport}:${port ?? 0}`,
  );
}

const isSingle = (prefix: Prefix): boolean => {
  const { first, last } = rangeOf(prefix);
  return first === last;
};

/** What to load before the rules of either family; null where the rules need no set. */
export function setsOf(candidate: Candidate, plan: Plan): string | null {
  const groups = plan.groups.filter(isSet);
  if (groups.length === 0) return null;
  return [
    "# Sets that rules.v4 and rules.v6 look up, by sallyport. They are named by what is in them.",
    "# Load:    ipset -exist restore < FILE, and only then the rules. Twice is once.",
    "# Replace: load the new sets, then the new rules; then the old sets, which no rule looks up any more:",
    "#          ipset list -name | grep '^sallyport-v' | while read -r set; do ipset destroy \"$set\" 2>/dev/null || :; done",
    "#          (the kernel keeps those that are in use).",
    "# No element expires by itself: the rule that looks a set up ends by the clock.",
    ...groups.flatMap((group) => [
      `# until ${formatSeconds(group.expires)}`,
      ...rulesOf(candidate, group).map((rule) => `# ${describeRule(rule)}`),
      ...fill(group),
    ]),
    "",
  ].join("\n");
}

function fill(group: Group): string[] {
  const name = setName(group);
  const room = Math.max(LEAST_ROOM, group.entries.length);
  const keys = elements(group);
  const type = group.entries.every(({ prefix }) => isSingle(prefix)) ? "hash:ip,port" : "hash:net,port";
  return [
    `create ${name} ${type} family ${group.family === 4 ? "inet" : "inet6"} maxelem ${room} comment`,
    ...group.entries.map((entry, i) => `add ${name} ${keys[i]} comment "${entryComment(entry, LONGEST_COMMENT)}"`),
  ];
}
