/** What the client of one flow said: its names, addresses and targets of proxies. */
import type { LiteralClaim, NameClaim, Rejections, TunnelRequest } from "../../model/flow.ts";
import { type Done, isSame, type StreamTunnel } from "../dissect/verdict.ts";

/** Distinct names, literals and targets asked of proxies that one flow may give. */
const MAX_PIECES = 256;
/** Flags that the run line counts, too: a name was there and is not shown. */
const COUNTED = ["invalid-name", "name-limit"] as const;

/** What was learnt of one flow. */
export interface FlowNames {
  readonly claims: readonly NameClaim[];
  readonly literals: readonly LiteralClaim[];
  readonly tunnels: readonly TunnelRequest[];
  readonly flags: readonly string[];
}

/** The packet that completed it, and where that is traced and they are several, all that hold it. */
export type Place = Pick<NameClaim, "record" | "records" | "within">;

/** Those pieces that were not noted before. */
type Fresh = <Piece>(said: readonly Piece[], textOf: (piece: Piece) => string) => readonly Piece[];

export const NOTHING: FlowNames = { claims: [], literals: [], tunnels: [], flags: [] };

/** The same while it is learnt. Lists are made anew for what is added, as one that grows has room to spare. */
export class Notes implements FlowNames {
  claims: readonly NameClaim[] = NOTHING.claims;
  literals: readonly LiteralClaim[] = NOTHING.literals;
  tunnels: readonly TunnelRequest[] = NOTHING.tunnels;
  flags: readonly string[] = NOTHING.flags;

  flag(flag: string): void {
    if (!this.flags.includes(flag)) this.flags = [...this.flags, flag];
  }

  /** `known` are the pieces noted so far, as text, where more may come. Each is noted once, for the first place that has it. */
  add(verdict: Done, place: Place, known: Set<string> | null, rejections: Rejections): void {
    const { record } = place;
    const { claims, literals, tunnels, inside, flags } = verdict;
    const fresh: Fresh = (said, textOf) =>
      known === null ? said : said.filter((piece) => keep(known, textOf(piece), record, rejections));
    if (tunnels.length > 0)
      this.tunnels = join(
        this.tunnels,
        fresh(tunnels, askedOf).map((tunnel) => ({ ...tunnel, ...place })),
      );
    const within = inside && this.tunnels.findIndex((tunnel) => isSame(tunnel, inside));
    // There was no room for the tunnel, which is counted already.
    if (within !== -1) this.#say({ claims, literals }, within === undefined ? place : { ...place, within }, fresh);
    // The flow keeps the flag; the run counts it, as it counts the invalid names of DNS.
    for (const flag of COUNTED) if (flags.includes(flag)) rejections.add(flag, record);
    for (const flag of flags) this.flag(flag);
  }

  #say({ claims, literals }: Pick<Done, "claims" | "literals">, place: Place, fresh: Fresh): void {
    const where = place.within === undefined ? "" : `${place.within} `;
    if (claims.length > 0) {
      const said = fresh(claims, ({ source, name, doubted }) => `${where}${source} ${name}${doubted ? " ?" : ""}`);
      this.claims = join(
        this.claims,
        said.map((claim) => ({ ...claim, ...place })),
      );
    }
    if (literals.length > 0) {
      const written = fresh(literals, (address) => `${where}${address}`);
      this.literals = join(
        this.literals,
        written.map((address) => ({ address, ...place })),
      );
    }
  }
}

function askedOf({ kind, name, address, port }: StreamTunnel): string {
  return `${kind} ${name ?? ""} ${address ?? ""} ${port}`;
}

/** Whether the piece is a new one for which there is room. */
function keep(known: Set<string>, piece: string, record: number, rejections: Rejections): boolean {
  if (known.has(piece)) return false;
  if (known.size < MAX_PIECES) known.add(piece);
  else rejections.add("too-many-names", record);
  return known.has(piece);
}

function join<T>(known: readonly T[], more: readonly T[]): readonly T[] {
  if (more.length === 0) return known;
  return known.length === 0 ? more : [...known, ...more];
}
