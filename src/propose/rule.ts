/** What rules for observed and for declared endpoints have in common. */
import { createHash } from "node:crypto";
import type { Observed } from "../model/candidate.ts";
import type { Decided } from "./allowlist/decided.ts";

/** Of effect and endpoint alone: stable over runs, times and machines. */
export function ruleId({
  endpoint: { name, address, transport, port },
  via: proxy,
}: Pick<Observed, "endpoint" | "via">): string {
  const via = proxy ? `${proxy.kind} ${proxy.address ?? ""} ${proxy.port ?? ""}` : "";
  const subject = ["permit", name ?? "", address ?? "", transport, port ?? "", via].join("|");
  return createHash("sha256").update(subject).digest("hex").slice(0, 12);
}

/** The reviewers' why, and where it was discussed. */
export function withTicket({ why, ticket }: Decided): string {
  return ticket === null ? (why ?? "") : `${why ?? ""} (${ticket})`;
}
