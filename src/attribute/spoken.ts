/** What a client said on a flow, sorted by whom it was about: the flow's own responder, or what a proxy was asked for. */
import { sortedUnique } from "../model/compare.ts";
import type { Flow, LiteralClaim, NameClaim, OtherName, TunnelRequest } from "../model/flow.ts";
import { NAME_SOURCES } from "../model/flow.ts";
import type { Attribution } from "./accumulate.ts";

export interface Spoken {
  readonly claims: readonly NameClaim[];
  readonly literals: readonly LiteralClaim[];
}

const SILENCE: Spoken = { claims: [], literals: [] };

interface Sorted {
  /** Requests that a proxy was asked to carry; tunnels last. */
  readonly proxied: readonly TunnelRequest[];
  /** What was said inside each of them. */
  readonly inside: (request: TunnelRequest) => Spoken;
  /** Said of the flow's own responder. */
  readonly own: Spoken;
}

/** `isOrigin` tells the requests for a whole URL that went to the server of that URL, and not to a proxy. */
export function sortSpoken(flow: Flow, isOrigin: (request: TunnelRequest) => boolean): Sorted {
  const direct = flow.tunnels.filter(isOrigin);
  const forwarded = flow.tunnels.filter((request) => request.kind === "http-forward" && !direct.includes(request));
  const tunnels = flow.tunnels.filter((request) => request.kind !== "http-forward");
  const asked: Spoken = {
    claims: direct.flatMap(({ name, record }) => (name === null ? [] : [{ source: "http-host", name, record }])),
    literals: direct.flatMap(({ address, record }) => (address === null ? [] : [{ address, record }])),
  };
  const proxied = [...forwarded, ...tunnels];
  // Behind a tunnel everything is about its target. Between requests for whole URLs stand others for the proxy itself.
  return tunnels.length > 0
    ? { proxied, inside: (request) => saidInside(flow, request, tunnels.at(-1)), own: asked }
    : { proxied, inside: () => SILENCE, own: join(asked, flow) };
}

/** What is not said to be within one of several side by side lies inside the last. */
function saidInside(
  { claims, literals, tunnels }: Flow,
  request: TunnelRequest,
  last: TunnelRequest | undefined,
): Spoken {
  const place = tunnels.indexOf(request);
  const isInside = ({ within }: NameClaim | LiteralClaim): boolean =>
    within === undefined ? request === last : within === place;
  return { claims: claims.filter(isInside), literals: literals.filter(isInside) };
}

/** What was asked for, reached through the proxy; an address asked for stays an address. */
export function tunnelled(flow: Flow, request: TunnelRequest, inside: Spoken): Attribution {
  const { kind, address, port } = request;
  const [inner] = strongestFirst(inside.claims);
  const name = request.name ?? inner?.name ?? null;
  const asked = kind === "http-forward" ? "http-host" : kind;
  const isMismatch = request.name !== null && inside.claims.some((claim) => claim.name !== request.name);
  return {
    name,
    nameSource: request.name === null ? (inner?.source ?? null) : asked,
    otherNames: namesIn(inside),
    cnames: [],
    address: request.name === null && address !== null ? address : flow.responder.address,
    port,
    via: { kind, address: flow.responder.address, port: flow.responder.port },
    flags: isMismatch ? [...ownFlags(flow), "tunnel-mismatch"] : ownFlags(flow),
  };
}

/**
 * The flow to a proxy, which was not asked for by name or by DNS alone: the addresses asked of it were spoken on it, and
 * have no name to stand under elsewhere.
 */
export function toProxy(direct: Attribution, proxied: readonly TunnelRequest[]): Attribution {
  const asked = proxied.flatMap(({ name, address }) => (name === null && address !== null ? [address] : []));
  return {
    ...direct,
    otherNames: sortedUnique([...direct.otherNames, ...asked]),
    flags: [...direct.flags, "proxy"],
  };
}

export function namesIn({ claims, literals }: Spoken): OtherName[] {
  if (claims.length + literals.length === 0) return [];
  return sortedUnique([...claims.map((claim) => claim.name), ...literals.map((literal) => literal.address)]);
}

/** `dns` is ingestion's word for "carried answers"; the run's end turns it into `resolver`. */
export function ownFlags(flow: Flow): readonly string[] {
  if (flow.flags.length === 0) return flow.flags;
  const flags = flow.flags.filter((flag) => flag !== "dns");
  return flags.includes("neighbour-discovery") ? [...flags, "infrastructure"] : flags;
}

/** Of the names that stand; what is doubted stands only beside them. */
export function strongestFirst(all: readonly NameClaim[]): readonly NameClaim[] {
  const claims = all.some(({ doubted }) => doubted) ? all.filter(({ doubted }) => !doubted) : all;
  if (claims.length < 2) return claims;
  const rank = (claim: NameClaim): number => NAME_SOURCES.indexOf(claim.source);
  return claims.toSorted((a, b) => rank(a) - rank(b) || a.record - b.record);
}

function join(a: Spoken, b: Spoken): Spoken {
  return { claims: [...a.claims, ...b.claims], literals: [...a.literals, ...b.literals] };
}
