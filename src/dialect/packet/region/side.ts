/** One policy over one family and transport: what becomes of a new connection at a segment of addresses, port by port. */
import type { Family } from "../../../model/address.ts";
import { fromBigInt } from "../../../model/address.ts";
import type { Transport } from "../../../model/flow.ts";
import type { Instant } from "../../../model/instant.ts";
import type { PolicyRule } from "../../../model/policy.ts";
import type { Judge, Ruling } from "../judge.ts";
import { isLoopback, type Packet, packetOf } from "../packet.ts";
import type { PacketRule } from "../program.ts";
import type { Budget } from "./budget.ts";
import { type Candidate, type Candidates, candidatesOf, type Mark, type Reach } from "./candidate.ts";
import { type Cell, cellsOf, inOrder, overlaid, type Overlaid, type Span } from "./cells.ts";

/** From `start` up to the next piece's start, one rule decides. */
interface Piece {
  readonly start: number;
  readonly ruling: Ruling;
}

/** The pieces of a segment of addresses, from port 0 on. Segments where nothing particular holds share one. */
export type Column = readonly Piece[];

/** Rules that some packet met, and what stands for them in the listing: what is not in here decides nothing. */
export interface Met {
  readonly rules: Set<PacketRule>;
  readonly entries: Set<PolicyRule>;
}

/** To other hosts, or to this one. */
type Where = "away" | "loopback";

export class Side {
  readonly marks: readonly Mark[];
  readonly #judge: Judge;
  readonly #template: Packet;
  readonly #budget: Budget;
  readonly #met: Met;
  readonly #hasPorts: boolean;
  /** Rules that no mark confines. */
  readonly #everywhere: readonly Candidate[];
  #groundCells: readonly Cell[] | null = null;
  /** Its rulings, on the way to other hosts and to this one, as they are first asked for. */
  readonly #rulings: Readonly<Record<Where, (Ruling | undefined)[]>> = { away: [], loopback: [] };
  readonly #columns = new Map<string, Column>();
  readonly #shapes = new Map<Reach, readonly Overlaid[]>();

  constructor(judge: Judge, family: Family, transport: Transport, now: Instant, budget: Budget, met: Met) {
    this.#judge = judge;
    this.#budget = budget;
    this.#met = met;
    this.#template = templateOf(judge, family, transport, now);
    this.#hasPorts = this.#template.facts.dport !== null;
    const { everywhere, marks }: Candidates = candidatesOf(judge, this.#template);
    this.marks = marks;
    this.#everywhere = everywhere;
  }

  /** What holds wherever no mark does; made at the first address, since it may cost more than the budget allows. */
  get #ground(): readonly Cell[] {
    this.#groundCells ??= this.#cells(
      this.#everywhere.flatMap((candidate) => candidate.reach.ports.map((range) => ({ ...range, candidate }))),
      this.#everywhere.flatMap(({ reach }) => reach.cuts),
    );
    return this.#groundCells;
  }

  /** `active`: the marks that hold there. */
  column(active: readonly Mark[], address: bigint): Column {
    const { family } = this.#template;
    const loopback = this.#judge.context.hook === "output" && isLoopback(address, family);
    const where = loopback ? "loopback" : "away";
    const key = sharedBy(active, where);
    const shared = key === null ? undefined : this.#columns.get(key);
    if (shared !== undefined) return shared;
    const column = this.#shape(active).map(({ cell, on }) => ({
      start: cell.start,
      ruling: this.#ruling(cell, on, address, where),
    }));
    this.#budget.spend(column.length);
    if (key !== null) this.#columns.set(key, column);
    return column;
  }

  /** The pieces a column falls into. Where one rule alone adds to the ground, they are those of any that asks for its ports. */
  #shape(active: readonly Mark[]): readonly Overlaid[] {
    const [mark, another] = active;
    const alone = mark !== undefined && another === undefined && mark.ports === null ? mark.candidate : null;
    if (alone === null || (alone.confined && !mark?.confines))
      return overlaid(this.#ground, this.#cells(spansOf(active), cutsOf(active)));
    const shape = this.#shapes.get(alone.reach) ?? overlaid(this.#ground, this.#cells(spansOf(active), cutsOf(active)));
    this.#shapes.set(alone.reach, shape);
    const only = [alone];
    return shape.map(({ cell, on }) =>
      cell.candidates.length === 0 ? { cell, on } : { cell: { start: cell.start, candidates: only }, on },
    );
  }

  #ruling({ start, candidates }: Cell, on: number, address: bigint, where: Where): Ruling {
    const beneath = this.#ground[on]?.candidates ?? [];
    if (candidates.length > 0) return this.#decide([...beneath, ...candidates], address, where, start);
    const known = this.#rulings[where];
    const ruling = known[on] ?? this.#decide(beneath, address, where, start);
    known[on] = ruling;
    return ruling;
  }

  #decide(candidates: readonly Candidate[], address: bigint, where: Where, port: number): Ruling {
    this.#budget.spend(1 + candidates.length);
    const active = new Map<string, PacketRule[]>();
    for (const { chain, rule } of inOrder(candidates)) {
      const rules = active.get(chain);
      if (rules === undefined) active.set(chain, [rule]);
      else rules.push(rule);
    }
    const { facts, out } = this.#template;
    const packet: Packet = {
      ...this.#template,
      facts: { ...facts, daddr: address, dport: this.#hasPorts ? BigInt(port) : facts.dport },
      out: where === "loopback" ? { name: "lo" } : out,
    };
    const ruling = this.#judge.judge(packet, active);
    this.#budget.spend((ruling.walks - 1) * (1 + ruling.steps.length));
    for (const { rule, packet: seen } of ruling.steps) {
      this.#met.rules.add(rule);
      const entry = this.#judge.listing.entryOf(rule, seen);
      if (entry !== null) this.#met.entries.add(entry);
    }
    return ruling;
  }

  /** A transport without ports has one cell, in which whatever may match stands. */
  #cells(spans: readonly Span[], cuts: readonly number[]): Cell[] {
    if (this.#hasPorts) return cellsOf(spans, cuts, this.#budget);
    this.#budget.spend(1 + spans.length);
    return [{ start: 0, candidates: inOrder(spans.map(({ candidate }) => candidate)) }];
  }
}

/** Any address of the family stands for all: nothing that is asked of the template looks at it. */
export function templateOf(judge: Judge, family: Family, transport: Transport, now: Instant): Packet {
  const address = fromBigInt(family === 4 ? 0n : 1n << 64n, family);
  const port = transport === "icmp" || transport === "icmpv6" ? null : 0;
  const packet = packetOf({ transport, address, name: null, port }, now, judge.context);
  if (packet === null) throw new Error("a question with an address has a packet");
  return packet;
}

/** What makes the columns of many segments one: that no mark holds there, or only one that is like many others. */
function sharedBy(active: readonly Mark[], where: Where): string | null {
  const [mark, another] = active;
  if (mark === undefined) return where;
  if (another !== undefined || !mark.candidate.uniform || !mark.confines) return null;
  return `${where} ${mark.candidate.order} ${mark.ports?.first} ${mark.ports?.last}`;
}

/** Where the rules of the marks may match, or match otherwise than where no mark holds. */
function spansOf(active: readonly Mark[]): Span[] {
  return active.flatMap(({ candidate, ports, confines }) => {
    if (candidate.confined && !confines) return [];
    if (ports === null) return candidate.reach.ports.map((range) => ({ ...range, candidate }));
    return candidate.reach.ports.flatMap(({ first, last }) => {
      const [from, to] = [Math.max(first, ports.first), Math.min(last, ports.last)];
      return from <= to ? [{ first: from, last: to, candidate }] : [];
    });
  });
}

function cutsOf(active: readonly Mark[]): number[] {
  return active.flatMap(({ candidate: { reach }, ports }) =>
    ports === null ? reach.cuts : [...reach.cuts, ports.first, ports.last + 1],
  );
}
