/**
 * Which packets hold what the client said. The dissectors tell what was said, not where; so they are asked again about
 * fewer and fewer packets, and those without which they no longer say the same are the ones.
 */
import type { Flow, FlowPackets } from "../../model/flow.ts";
import type { StreamTunnel, StreamVerdict } from "../dissect/verdict.ts";
import type { Dissectors } from "./dissectors.ts";
import type { Piece } from "./origins.ts";

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
  const { claims, literals, tunnels, flags } = verdict;
  const isNameless = claims.length + literals.length === 0;
  if (isNameless && tunnels.length > 0) {
    const enough = whole.findIndex((_, i) => asksSame(look(0, i, true), verdict));
    return { said: [], asked: records(0, enough) };
  }
  if (isNameless && flags.length > 0) return { said: records(0, last), asked: [] };
  if (isNameless) return isSilent(flow) ? SILENT : null;
  // What comes before the hello (CONNECT, SOCKS, STARTTLS) is not needed to read it.
  let first = last;
  while (first > 0 && !saysSame(look(first, last, done < 0), verdict)) first--;
  return { said: records(first, last), asked: tunnels.length === 0 ? [] : records(0, Math.max(0, first - 1)) };
}

/** What a client of QUIC or DTLS begins with: of what was sent twice, the first. */
export function tellingDatagrams(sent: readonly Datagram[], flow: Flow, dissectors: Dissectors): Telling | null {
  const first = sent.findIndex(({ bytes }) => dissectors.beginsHello(bytes));
  if (first < 0) return isSilent(flow) ? SILENT : null;
  const datagrams = sent.slice(first);
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
  const hello = dissectors.hello(datagrams[0]?.bytes ?? new Uint8Array(0));
  for (const { bytes } of datagrams) {
    const verdict = hello.add(bytes);
    if (verdict.kind === "done") return verdict;
  }
  return hello.end();
}

function isSilent({ claims, literals, tunnels }: Flow): boolean {
  return claims.length + literals.length + tunnels.length === 0;
}

/** Whether the flow has its first names from this; it has more where requests followed on the connection. */
function isWhatWasSaid(verdict: Verdict, { claims, literals, tunnels, flags }: Flow): boolean {
  return (
    verdict.tunnels.every((tunnel) => tunnels.some((each) => isSameTunnel(each, tunnel))) &&
    verdict.claims.every(({ source, name }) => claims.some((each) => each.source === source && each.name === name)) &&
    verdict.literals.every((address) => literals.some((each) => each.address === address)) &&
    verdict.flags.every((flag) => flags.includes(flag))
  );
}

function isSame(a: StreamVerdict, b: Verdict): boolean {
  return saysSame(a, b) && a.kind === "done" && a.flags.length === b.flags.length;
}

/** Flags may be missing, as those of the layers before are; none may be new, as `hello-cut` would be. */
function saysSame(a: StreamVerdict, b: Verdict): boolean {
  return a.kind === "done" && sameNames(a, b) && a.flags.every((flag) => b.flags.includes(flag));
}

function sameNames(a: Verdict, b: Verdict): boolean {
  return (
    a.claims.length === b.claims.length &&
    a.literals.length === b.literals.length &&
    a.claims.every(({ source, name }, i) => source === b.claims[i]?.source && name === b.claims[i].name) &&
    a.literals.every((address, i) => address === b.literals[i])
  );
}

function asksSame(a: StreamVerdict, b: Verdict): boolean {
  if (a.kind === "more" || a.tunnels.length !== b.tunnels.length) return false;
  return a.tunnels.every((tunnel, i) => b.tunnels[i] !== undefined && isSameTunnel(tunnel, b.tunnels[i]));
}

function isSameTunnel(a: StreamTunnel, b: StreamTunnel): boolean {
  return a.kind === b.kind && a.name === b.name && a.address === b.address && a.port === b.port;
}

function unique(pieces: readonly Piece[]): number[] {
  return [...new Set(pieces.map(({ record }) => record))];
}
