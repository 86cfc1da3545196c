/** What the connection itself gave away: names that do not fit, names that are hidden, names that are asked for out of sight. */
import { type Mismatch, MISMATCHES } from "../../model/approval.ts";
import { sortedUnique } from "../../model/compare.ts";
import type { Detect } from "./detect.ts";

const MEANING: Readonly<Record<Mismatch, string>> = {
  "dns-mismatch": "the name it said is none that it had looked up for this address",
  "tunnel-mismatch": "inside the tunnel it said another name than it asked the proxy for",
  "host-mismatch": "the hosts of one request differ",
};

/** Names and runs told of one endpoint; the observations have all. */
const MAX_TOLD = 5;

export const domainFronting: Detect = ({ endpoint: { flags, incidence } }) => {
  const found = MISMATCHES.filter((mismatch) => flags.includes(mismatch));
  if (found.length === 0) return null;
  const reason = "so does domain fronting look from outside, where one name is shown and another is served";
  const where = incidence.filter((cell) => found.some((mismatch) => cell.flags.includes(mismatch)));
  const others = sortedUnique(where.flatMap(({ otherNames }) => otherNames));
  const also = others.length > 0 ? `: also named ${told(others)}` : "";
  const evidence = `${found.map((mismatch) => MEANING[mismatch]).join("; ")}${also}, in ${told(where.map(({ run }) => run))}`;
  return { reason, evidence, source: "https://attack.mitre.org/techniques/T1090/004/" };
};

function told(items: readonly string[]): string {
  const more = items.length - MAX_TOLD;
  return items.slice(0, MAX_TOLD).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

const RESOLUTION: ReadonlyMap<string, string> = new Map([
  ["doh", "DNS over HTTPS"],
  ["doh-resolver", "port 443 of a public resolver"],
  ["dot", "DNS over TLS"],
  ["doq", "DNS over QUIC"],
]);

export const encryptedDns: Detect = ({ endpoint: { flags } }) => {
  const found = flags.flatMap((flag) => RESOLUTION.get(flag) ?? []);
  if (found.length === 0) return null;
  const reason = "names asked for here pass no resolver of ours: no log has them, and no filter by name";
  return { reason, evidence: found.join(", "), source: "RFC 8484, RFC 7858, RFC 9250" };
};

export const encryptedHello: Detect = ({ endpoint: { flags } }) => {
  const found = flags.filter((flag) => flag === "ech" || flag === "esni");
  if (found.length === 0) return null;
  const reason = "the name that shows may be a front's, and another inside; browsers send random content too";
  return { reason, evidence: `the hello has ${found.join(" and ")}`, source: "RFC 9849" };
};
