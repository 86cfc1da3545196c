/** The lines for dnsmasq: which names' answers go into which sets, and for how long they may be kept. */
import type { Candidate } from "../../model/candidate.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import { describeLeftOut, describeRule } from "../packet/plan.ts";
import { safeProse } from "../packet/prose.ts";
import type { Feed, Port } from "./feed.ts";

/** How a kind of set is named to dnsmasq. */
export interface SetKind {
  /** The file that makes the sets. */
  readonly file: string;
  readonly line: (name: Fqdn, ports: readonly Port[]) => string;
  /** For names below those of the lines, whose answers must go nowhere. */
  readonly shield: (name: Fqdn) => string;
}

export function confOf(candidate: Candidate, feed: Feed, cache: number, life: number, kind: SetKind): string {
  const lines = feed.lines.flatMap(({ name, ports, rules }) => [
    "",
    ...rules.map((rule) => `# ${describeRule(rule)}`),
    `# and every name below ${name}`,
    kind.line(name, ports),
  ]);
  const shields = feed.shielded.map(kind.shield);
  return [
    `# Egress allowlist by sallyport for dnsmasq: the sets of ${kind.file} that the answers for each name go into.`,
    `# Proposed ${safeProse(candidate.proposedAt, 40)} from ${candidate.runs} runs.`,
    `# Load ${kind.file} first (a set that is missing is not filled), then put this among dnsmasq's files and restart it.`,
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
