/** One connection, put together from the records of several logs. */
import { compareText } from "../../model/compare.ts";
import type { Flow, LiteralClaim, NameClaim, Outcome, ProxyKind, TunnelRequest } from "../../model/flow.ts";
import type { Ledger } from "./ledger.ts";
import type { Host } from "./values.ts";

/** The connection itself, without what other logs say of it. */
export type Conversation = Pick<
  Flow,
  "transport" | "originator" | "responder" | "state" | "outcome" | "firstSeen" | "lastSeen" | "bytesOut" | "bytesIn"
>;

/**
 * How much a record knows of its connection, least first: a `packet` record may be of either direction, a `protocol`
 * record knows who asked whom, a `half` has one direction's counters, a `whole` has everything.
 */
const AUTHORITIES = ["packet", "protocol", "half", "whole"] as const;
export type Authority = (typeof AUTHORITIES)[number];

export type Target = Pick<TunnelRequest, "name" | "address" | "port">;

/** Distinct names or tunnels on one connection; a browser's busiest connection has dozens. */
const MAX_PIECES = 1000;

const NONE: readonly never[] = [];

export class Joined {
  readonly id: string;
  authority: Authority;
  conversation: Conversation;
  line: number;
  private readonly ledger: Ledger;
  // Most connections have none of the four, and hundreds of thousands are held at once.
  private claims: NameClaim[] | null = null;
  private literals: LiteralClaim[] | null = null;
  private tunnels: TunnelRequest[] | null = null;
  private flags: string[] | null = null;
  private tunnelled: Outcome | null = null;
  private blocked = false;

  constructor(ledger: Ledger, id: string, authority: Authority, conversation: Conversation, line: number) {
    this.ledger = ledger;
    this.id = id;
    this.authority = authority;
    this.conversation = conversation;
    this.line = line;
  }

  /** Another record of the same connection: it replaces one that knew less, and widens one that knew as much. */
  see(authority: Authority, seen: Conversation, line: number): void {
    const [rank, known] = [AUTHORITIES.indexOf(authority), AUTHORITIES.indexOf(this.authority)];
    if (rank > known) {
      this.authority = authority;
      this.conversation = seen;
      this.line = line;
    } else if (rank === known) this.conversation = widen(this.conversation, seen);
  }

  flag(flag: string): void {
    if (this.flags?.includes(flag)) return;
    (this.flags ??= []).push(flag);
  }

  /** A middlebox stopped it. */
  block(): void {
    this.blocked = true;
  }

  claim(source: NameClaim["source"], host: Host | null, line: number): void {
    if (host === null) return;
    if (host.kind === "literal") {
      const { address } = host;
      this.literals ??= [];
      this.keep(this.literals, (known) => known.address === address, { address, record: line });
      return;
    }
    if (host.kind === "invalid") {
      this.flag("invalid-name");
      this.ledger.reject("invalid-name", line);
      return;
    }
    const { name } = host;
    this.claims ??= [];
    this.keep(this.claims, (claim) => claim.source === source && claim.name === name, { source, name, record: line });
  }

  /** A request for a whole URL: asked of a proxy, or of the server itself. */
  forward(to: Target, line: number): void {
    this.ask("http-forward", to, line);
  }

  /** A tunnel asked of a proxy. One request that was let through makes the connection an allowed one. */
  tunnel(to: Target, outcome: Outcome, line: number): void {
    this.ask("http-connect", to, line);
    if (this.tunnelled !== "allowed" && outcome !== "failed") this.tunnelled = outcome;
    this.tunnelled ??= outcome;
  }

  private ask(kind: ProxyKind, { name, address, port }: Target, line: number): void {
    this.tunnels ??= [];
    this.keep(
      this.tunnels,
      (known) => known.kind === kind && known.name === name && known.address === address && known.port === port,
      { kind, name, address, port, record: line },
    );
  }

  flow(): Flow {
    const { transport, originator, responder, state, outcome, firstSeen, lastSeen, bytesOut, bytesIn } =
      this.conversation;
    if (state === "midstream") this.flag("midstream");
    return {
      transport,
      originator,
      responder,
      state,
      outcome: this.blocked ? "denied" : outcome === "allowed" ? (this.tunnelled ?? outcome) : outcome,
      connections: 1,
      firstSeen,
      lastSeen,
      bytesOut,
      bytesIn,
      claims: this.claims?.sort((a, b) => a.record - b.record || compareText(a.name, b.name)) ?? NONE,
      literals: this.literals?.sort((a, b) => a.record - b.record || compareText(a.address, b.address)) ?? NONE,
      tunnels: this.tunnels?.sort((a, b) => a.record - b.record || a.port - b.port) ?? NONE,
      workload: null,
      tool: null,
      process: null,
      flags: this.flags?.sort() ?? NONE,
    };
  }

  /** Of equal pieces the one from the earliest line is kept, whatever the order of files. */
  private keep<T extends { readonly record: number }>(pieces: T[], isSame: (piece: T) => boolean, piece: T): void {
    const at = pieces.findIndex(isSame);
    const known = pieces[at];
    if (known !== undefined) pieces[at] = piece.record < known.record ? piece : known;
    else if (pieces.length < MAX_PIECES) pieces.push(piece);
    else this.ledger.reject("too-many-names", piece.record);
  }
}

/** Two records of equal standing: the longer span, and established once one of them is. */
function widen(a: Conversation, b: Conversation): Conversation {
  return {
    ...a,
    state: b.state === "established" ? b.state : a.state,
    firstSeen:
      a.firstSeen === null || b.firstSeen === null ? (a.firstSeen ?? b.firstSeen) : Math.min(a.firstSeen, b.firstSeen),
    lastSeen:
      a.lastSeen === null || b.lastSeen === null ? (a.lastSeen ?? b.lastSeen) : Math.max(a.lastSeen, b.lastSeen),
  };
}

export function sameConversation(a: Conversation, b: Conversation): boolean {
  return (
    a.transport === b.transport &&
    a.originator.address === b.originator.address &&
    a.originator.port === b.originator.port &&
    a.responder.address === b.responder.address &&
    a.responder.port === b.responder.port &&
    a.state === b.state &&
    a.firstSeen === b.firstSeen &&
    a.lastSeen === b.lastSeen &&
    a.bytesOut === b.bytesOut &&
    a.bytesIn === b.bytesIn
  );
}
