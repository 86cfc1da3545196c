/** A candidate as rows that a list dialect can be asked to say, one for each rule whose time is not over. */
import type { Access, Candidate, CandidateRule } from "../../model/candidate.ts";
import type { Transport } from "../../model/flow.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import { type Instant, parseInstant } from "../../model/instant.ts";
import { comparePrefixes, type Prefix } from "../../model/prefix.ts";
import { prefixesOf } from "../packet/plan.ts";

export interface Row {
  readonly rule: CandidateRule;
  /** Null where no name is known, or none is sure. */
  readonly name: Fqdn | null;
  /** By the strategy that was chosen; empty where no address is known. */
  readonly prefixes: readonly Prefix[];
  readonly transport: Transport;
  readonly port: number | null;
  readonly access: readonly Access[];
  /** What a connection begins with, where it was seen: a server name in TLS, or a Host in plain HTTP. */
  readonly speaks: "tls" | "http" | null;
  readonly expires: Instant;
}

export function rowsOf(candidate: Candidate, now: Instant): Row[] {
  return candidate.rules.flatMap((rule) => {
    const expires = parseInstant(rule.expires);
    return expires === null || expires <= now ? [] : [rowOf(rule, expires)];
  });
}

function rowOf(rule: CandidateRule, expires: Instant): Row {
  const { name, transport, port } = rule.endpoint;
  const source = rule.evidence.nameSource;
  return {
    rule,
    name: name === null || rule.evidence.ambiguous ? null : parseFqdn(name),
    prefixes: [...prefixesOf(rule)].sort(comparePrefixes),
    transport,
    port,
    access: rule.access,
    speaks: source === "tls-sni" ? "tls" : source === "http-host" ? "http" : null,
    expires,
  };
}

/** Why no filter before the workload can say it. */
export function behindProxy({ rule }: Row): string | null {
  return rule.via === null ? null : "reached through a proxy: this target sees only the proxy";
}

/** Why it is not told by address, where the target needs that. */
export function notByAddress({ rule, prefixes }: Row, unknown: string): string | null {
  if (prefixes.length === 0) return unknown;
  return rule.chosen.kind === null ? `beyond the budget: ${rule.chosen.reason}` : null;
}

/** What a rule by address opens beside its name. */
export function besideName({ rule: { chosen } }: Row): string {
  const where = chosen.prefixes.length === 0 ? "at the addresses observed" : `in what is told as ${chosen.kind}`;
  return `whatever else answers ${where}`;
}

/** Why no proxy can say it. */
export function notProxied({ rule, transport, port, access }: Row): string | null {
  if (transport !== "tcp") return `a proxy is not asked for ${transport}`;
  if (port === null) return "no port is known";
  if (rule.review === "infrastructure") return "a resolver is not reached through a proxy";
  return access.length === 0 ? "it is the proxy itself" : null;
}
