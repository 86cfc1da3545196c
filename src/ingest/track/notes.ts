/** What the client of one flow said: its names, addresses and targets of proxies. */
import type { LiteralClaim, NameClaim, Rejections, TunnelRequest } from "../../model/flow.ts";
import type { StreamVerdict } from "../dissect/verdict.ts";

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
export type Place = Pick<NameClaim, "record" | "records">;

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
  add(verdict: Said, place: Place, known: Set<string> | null, rejections: Rejections): void {
    const { record } = place;
    const { claims, literals, tunnels, flags } = verdict;
    const isNew = (piece: string): boolean => known === null || keep(known, piece, record, rejections);
    const said = claims.filter(({ source, name }) => isNew(`${source} ${name}`));
    this.claims = join(
      this.claims,
      said.map(({ source, name }) => ({ source, name, ...place })),
    );
    const written = literals.filter(isNew);
    this.literals = join(
      this.literals,
      written.map((address) => ({ address, ...place })),
    );
    const asked = tunnels.filter(({ kind, name, address, port }) =>
      isNew(`${kind} ${name ?? ""} ${address ?? ""} ${port}`),
    );
    this.tunnels = join(
      this.tunnels,
      asked.map((tunnel) => ({ ...tunnel, ...place })),
    );
    // The flow keeps the flag; the run counts it, as it counts the invalid names of DNS.
    for (const flag of COUNTED) if (flags.includes(flag)) rejections.add(flag, record);
    for (const flag of flags) this.flag(flag);
  }
}

type Said = Extract<StreamVerdict, { kind: "done" }>;

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
