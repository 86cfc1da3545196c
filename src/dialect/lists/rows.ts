/** A candidate as rows that a list dialect can be asked to say, one for each rule whose time is not over. */
import { type Address, compareAddresses } from "../../model/address.ts";
import type { Access, Candidate, CandidateRule } from "../../model/candidate.ts";
import type { Transport } from "../../model/flow.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import { type Instant, parseInstant } from "../../model/instant.ts";

export interface Row {
  readonly rule: CandidateRule;
  /** Null where no name is known, or none is sure. */
  readonly name: Fqdn | null;
  readonly addresses: readonly Address[];
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
  const { name, address, transport, port } = rule.endpoint;
  const source = rule.evidence.nameSource;
  return {
    rule,
    name: name === null || rule.evidence.ambiguous ? null : parseFqdn(name),
    addresses: [...(rule.addresses.length === 0 && address !== null ? [address] : rule.addresses)].sort(
      compareAddresses,
    ),
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

/** Why no proxy can say it. */
export function notProxied({ rule, transport, port, access }: Row): string | null {
  if (transport !== "tcp") return `a proxy is not asked for ${transport}`;
  if (port === null) return "no port is known";
  if (rule.review === "infrastructure") return "a resolver is not reached through a proxy";
  return access.length === 0 ? "it is the proxy itself" : null;
}
