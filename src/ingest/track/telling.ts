/**
 * Which packets hold what the client said. The dissectors tell what was said, not where; so they are asked again about
 * fewer and fewer packets, and those without which they no longer say the same are the ones.
 */
import type { Flow, FlowPackets } from "../../model/flow.ts";
import type { StreamClaim, StreamTunnel, StreamVerdict } from "../dissect/verdict.ts";
import type { Dissectors } from "./dissectors.ts";

/** Stream bytes that one packet brought first. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly record: number;
}

export interface Datagram {
  readonly record: number;
  readonly bytes: Uint8Array;
}

type Telling = Pick<FlowPackets, "said" | "asked">;
type Verdict = Extract<StreamVerdict, { kind: "done" }>;

const SILENT: Telling = { said: [], asked: [] };

/** Null where the same cannot be had again out of what was kept; `client` are the stream's first bytes without a hole. */
export function tellingSegments(
  client: Uint8Array | null,
  pieces: readonly Piece[],
  flow: Flow,
  dissectors: Dissectors,
): Telling | null {
  const whole = pieces.filter(({ to }) => to <= (client?.length ?? 0));
  if (client === null || whole.length === 0) return isSilent(flow) ? SILENT : null;
  const look = (from: number, to: number, ended: boolean): StreamVerdict =>
    dissectors.stream(client.subarray(whole[from]!.from, whole[to]!.to), flow.responder.port ?? 0, ended);
  const done = whole.findIndex((_, i) => look(0, i, false).kind === "done");
  const last = done < 0 ? whole.length - 1 : done;
  const verdict = look(0, last, done < 0);
  if (verdict.kind === "more" || !isWhatWasSaid(verdict, flow)) return null;
  const records = (from: number, to: number): number[] => unique(whole.slice(from, to + 1));
  const { claims, tunnel, flags } = verdict;
  if (claims.length === 0 && tunnel !== null) {
    const enough = whole.findIndex((_, i) => isSameTunnel(look(0, i, true), tunnel));
    return { said: [], asked: records(0, enough) };
  }
  if (claims.length === 0) return flags.length > 0 ? { said: records(0, last), asked: [] } : SILENT;
  // What comes before the hello (CONNECT, SOCKS, STARTTLS) is not needed to read it.
  let first = last;
  while (first > 0 && !claimsSame(look(first, last, done < 0), verdict)) first--;
  return { said: records(first, last), asked: tunnel === null ? [] : records(0, Math.max(0, first - 1)) };
}

/** The Initials of a QUIC client: of what was sent twice, the first. */
export function tellingDatagrams(datagrams: readonly Datagram[], flow: Flow, dissectors: Dissectors): Telling | null {
  const isQuic = datagrams[0] !== undefined && dissectors.isQuic(datagrams[0].bytes);
  if (!isQuic) return isSilent(flow) ? SILENT : null;
  const verdict = together(datagrams, dissectors);
  if (verdict.kind === "more" || !isWhatWasSaid(verdict, flow)) return null;
  if (verdict.claims.length === 0 && verdict.flags.length === 0) return SILENT;
  let kept = datagrams;
  for (let i = kept.length - 1; i >= 0; i--) {
    const fewer = kept.toSpliced(i, 1);
    if (fewer.length > 0 && isSame(together(fewer, dissectors), verdict)) kept = fewer;
  }
  return { said: kept.map(({ record }) => record), asked: [] };
}

function together(datagrams: readonly Datagram[], dissectors: Dissectors): StreamVerdict {
  const quic = dissectors.quic();
  for (const { bytes } of datagrams) {
    const verdict = quic.add(bytes);
    if (verdict.kind === "done") return verdict;
  }
  return quic.end();
}

function isSilent({ claims, tunnels }: Flow): boolean {
  return claims.length === 0 && tunnels.length === 0;
}

/** Whether the flow has its names from this. */
function isWhatWasSaid(verdict: Verdict, { claims, tunnels, flags }: Flow): boolean {
  const asked = tunnels.at(-1) ?? null;
  const isAsked = asked === null ? verdict.tunnel === null : isSameTunnel(verdict, asked);
  return isAsked && sameNames(verdict.claims, claims) && verdict.flags.every((flag) => flags.includes(flag));
}

function isSame(a: StreamVerdict, b: Verdict): boolean {
  return claimsSame(a, b) && a.kind === "done" && a.flags.length === b.flags.length;
}

/** Flags may be missing, as those of the layers before are; none may be new, as `hello-cut` would be. */
function claimsSame(a: StreamVerdict, b: Verdict): boolean {
  return a.kind === "done" && sameNames(a.claims, b.claims) && a.flags.every((flag) => b.flags.includes(flag));
}

function sameNames(a: readonly StreamClaim[], b: readonly StreamClaim[]): boolean {
  return a.length === b.length && a.every(({ source, name }, i) => source === b[i]?.source && name === b[i].name);
}

function isSameTunnel(verdict: StreamVerdict, asked: StreamTunnel): boolean {
  if (verdict.kind === "more" || verdict.tunnel === null) return false;
  const { kind, name, address, port } = verdict.tunnel;
  return kind === asked.kind && name === asked.name && address === asked.address && port === asked.port;
}

function unique(pieces: readonly Piece[]): number[] {
  return [...new Set(pieces.map(({ record }) => record))];
}
