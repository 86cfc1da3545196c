/** Short forms of verdicts, so that a table has one claim a line. */
import type { StreamVerdict } from "../../../src/ingest/dissect/stream.ts";
import { dissectStream } from "../../../src/ingest/dissect/stream.ts";

/** `tls-sni api.example.com [ech]`, `literal 192.0.2.1`, `via socks db.internal:5432, tls-sni …`, `nothing`, `more`. */
export function inWords(verdict: StreamVerdict): string {
  if (verdict.kind === "more") return "more";
  const { claims, literals, tunnels, flags } = verdict;
  const parts = [
    ...tunnels.map((tunnel) => `via ${tunnel.kind} ${tunnel.name ?? tunnel.address ?? "?"}:${tunnel.port}`),
    ...claims.map((claim) => `${claim.doubted ? "doubted " : ""}${claim.source} ${claim.name}`),
    ...literals.map((address) => `literal ${address}`),
  ];
  const flagged = flags.length > 0 ? ` [${flags.join(" ")}]` : "";
  return `${parts.join(", ") || "nothing"}${flagged}`;
}

export function read(client: Uint8Array | string, port = 443): string {
  return inWords(dissectStream(Buffer.from(client as string, "latin1"), port));
}

/** As `read`, when nothing more will come. */
export function readEnded(client: Uint8Array | string, port = 443): string {
  return inWords(dissectStream(Buffer.from(client as string, "latin1"), port, true));
}
